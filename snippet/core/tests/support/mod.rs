//! A page's clock and short names, for the promises of the keeper.
#![allow(dead_code, reason = "each promise uses its own part")]

pub(crate) mod glue;

use glue::{Answer, Command, Event, Glue, Moment, Row};

pub(crate) const LEASE_MS: u64 = 300_000;
pub(crate) const HEARTBEAT_MS: u64 = 60_000;
pub(crate) const HIDDEN_HOLD_MS: u64 = 600_000;

pub(crate) fn leased(national: &str) -> Row {
    Row::Leased { number: national.to_owned(), lease_for_ms: LEASE_MS, token: format!("token-of-{national}") }
}

pub(crate) fn answer(row: Row) -> Answer {
    Answer { heartbeat_ms: HEARTBEAT_MS, hidden_hold_ms: HIDDEN_HOLD_MS, rows: vec![(0, row)] }
}

/// One page with one target.
pub(crate) struct Page {
    pub(crate) glue: Glue,
    pub(crate) now: Moment,
    pub(crate) last: Vec<Command>,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self { glue: Glue::new(), now: Moment { monotonic_ms: 1_000, wall_ms: 1_800_000_000_000 }, last: Vec::new() }
    }

    /// A visible page that found its target and has sent its first request.
    pub(crate) fn asking() -> (Self, u32) {
        let mut page = Self::new();
        page.step(Event::Started { visible: true, stored: None });
        page.step(Event::Found(0));
        let request = page.request().expect("a visible page with a target asks");
        (page, request)
    }

    /// A visible page that shows this number.
    pub(crate) fn showing(national: &str) -> Self {
        let (mut page, request) = Self::asking();
        page.step(Event::Answered(request, answer(leased(national))));
        assert_eq!(page.shows().as_deref(), Some(national));
        page
    }

    pub(crate) fn step(&mut self, event: Event) -> &[Command] {
        self.last = self.glue.step(self.now, event);
        &self.last
    }

    pub(crate) fn pass(&mut self, ms: u64) {
        self.now.monotonic_ms += ms;
        self.now.wall_ms += ms;
    }

    /// The machine sleeps: only the wall clock goes on.
    pub(crate) fn sleep(&mut self, ms: u64) {
        self.now.wall_ms += ms;
    }

    pub(crate) fn shows(&self) -> Option<String> {
        self.glue.shown(0).cloned()
    }

    /// The request that the last step sent.
    pub(crate) fn request(&self) -> Option<u32> {
        self.last.iter().find_map(|command| match command {
            Command::Send(request, _) => Some(*request),
            _ => None,
        })
    }

    pub(crate) fn wakes_in(&self) -> Option<u64> {
        self.last.iter().find_map(|command| match command {
            Command::WakeIn(ms) => Some(*ms),
            _ => None,
        })
    }
}
