//! The lease as a page sees it: which number may be shown now, when to ask again, when to put the page's own back.
//!
//! A pure state machine. Time comes in with every event; what is to be done comes out as commands, in order. The
//! conductor in the crate `snippet` carries them out; simulations drive the same machine without a browser. The rules
//! it follows are in `docs/LEASES.md`: above all, a number is never shown outside the time that was promised.

mod answer;
mod moment;
mod rows;
mod schedule;

pub use answer::{Answer, Outcome, Row};
pub use moment::Moment;

use crate::{number::Number, stored::Stored};
use alloc::{string::String, vec::Vec};
use moment::{Now, PageClock};
use rows::Rows;
use schedule::Schedule;

/// What happened on the page.
#[derive(Clone, Debug)]
pub enum Event {
    /// The snippet starts. `stored` is what an earlier page left.
    Started {
        /// Whether somebody can see the page.
        visible: bool,
        /// What storage holds for this site.
        stored: Option<Stored>,
    },
    /// A target's number stands on the page.
    Found(usize),
    /// A request was answered.
    Answered(u32, Answer),
    /// A request failed: no network, no answer, a server's error.
    Failed(u32),
    /// A request was refused as a whole: the tag is wrong, or the site does not know this page.
    Refused(u32),
    /// The timer that was asked for has run out, or the browser woke the page: it was shown again, resumed, online.
    Woke,
    /// Somebody can see the page now.
    Visible,
    /// Nobody can see the page any more.
    Hidden,
    /// The page is being left. It may come back, or not have been left at all.
    Leaving,
    /// The visitor's leases shall end.
    Released,
    /// Another tab of this visitor ended the leases.
    Forgotten,
}

/// What to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show this number instead of the target's own.
    Show(usize, Number),
    /// Show the target's own number again.
    PutBack(usize),
    /// Ask for these targets, each with the token it holds; answer with the request's number.
    Send(u32, Vec<(usize, Option<String>)>),
    /// Tell that the page was left.
    SendLeft(Vec<usize>),
    /// Tell that these leases end.
    SendRelease(Vec<usize>),
    /// Keep this for the next page.
    Store(Stored),
    /// Keep nothing.
    Forget,
    /// Wake the keeper in so many milliseconds, whatever was asked before.
    WakeIn(u64),
    /// Tell the page's own scripts.
    Report(usize, Outcome),
}

/// How often a page that shows a leased number to somebody compares its clocks.
const LOOK_AT_CLOCKS_MS: u64 = 1_000;

/// How the keeper behaves.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Taken off every promise, for timers that run late.
    pub margin_ms: u64,
    /// A request that is not answered by then has failed.
    pub request_timeout_ms: u64,
    /// Spreads retries of many visitors over time; any number.
    pub seed: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { margin_ms: 2_000, request_timeout_ms: 8_000, seed: 1 }
    }
}

/// The state of one page's leases.
#[derive(Debug)]
pub struct Keeper {
    session: String,
    clock: PageClock,
    rows: Rows,
    schedule: Schedule,
    is_running: bool,
    has_said_left: bool,
}

impl Keeper {
    /// A keeper for a visitor session and the site's targets, by id. It does nothing before [`Event::Started`].
    pub fn new(session: String, targets: Vec<String>, settings: Settings) -> Self {
        let rows = Rows::new(targets, settings.margin_ms);
        Self {
            session,
            clock: PageClock::default(),
            rows,
            schedule: Schedule::new(settings),
            is_running: false,
            has_said_left: false,
        }
    }

    /// What may be shown for a target now. For checks; pages follow the commands.
    pub fn shown(&self, target: usize) -> Option<&Number> {
        self.rows.shown(target)
    }

    /// Takes an event and says what to do. Numbers whose time has passed go first, whatever the event.
    pub fn step(&mut self, moment: Moment, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        let now = self.clock.read(moment);
        self.schedule.expire_request(now);
        if self.rows.put_back_lapsed(now, &mut commands) {
            self.schedule.ask_now(now);
        }
        self.take(now, event, &mut commands);
        if self.is_running {
            self.plan(now, &mut commands);
        }
        commands
    }

    fn take(&mut self, now: Now, event: Event, commands: &mut Vec<Command>) {
        match event {
            Event::Started { visible, stored } => self.start(now, visible, stored, commands),
            Event::Found(target) => {
                if self.rows.want(target) {
                    self.schedule.ask_now(now);
                }
            }
            Event::Answered(request, answer) => self.answered(now, request, answer, commands),
            Event::Failed(request) => self.schedule.failed(now, request),
            Event::Refused(request) => self.schedule.refused(now, request),
            Event::Woke => self.has_said_left = false,
            Event::Visible => {
                self.has_said_left = false;
                self.schedule.seen();
                if self.rows.lack_a_lease() {
                    self.schedule.ask_now(now);
                }
            }
            Event::Hidden => self.schedule.unseen(now),
            Event::Leaving => self.leave(commands),
            Event::Released => self.end(true, commands),
            Event::Forgotten => self.end(false, commands),
        }
    }

    fn start(&mut self, now: Now, visible: bool, stored: Option<Stored>, commands: &mut Vec<Command>) {
        self.is_running = true;
        self.schedule.start(now, visible);
        if let Some(stored) = stored.filter(|stored| stored.session == self.session) {
            self.schedule.adopt(stored.heartbeat_ms, stored.hidden_hold_ms);
            self.rows.adopt(now, stored.leases, commands);
        }
    }

    fn answered(&mut self, now: Now, request: u32, answer: Answer, commands: &mut Vec<Command>) {
        let Some(sent) = self.schedule.answered(now, request, &answer) else { return };
        if !self.is_running {
            return;
        }
        if self.rows.take(now, sent, answer.rows, commands) || self.rows.is_somebody_unasked() {
            self.schedule.ask_now(now);
        }
        let (heartbeat_ms, hidden_hold_ms) = self.schedule.rhythm();
        let leases = self.rows.to_store();
        if !leases.is_empty() {
            commands.push(Command::Store(Stored {
                session: self.session.clone(),
                heartbeat_ms,
                hidden_hold_ms,
                leases,
            }));
        }
    }

    fn leave(&mut self, commands: &mut Vec<Command>) {
        let leased = self.rows.leased();
        if self.is_running && !self.has_said_left && !leased.is_empty() {
            self.has_said_left = true;
            commands.push(Command::SendLeft(leased));
        }
    }

    fn end(&mut self, tell: bool, commands: &mut Vec<Command>) {
        let leased = self.rows.leased();
        self.rows.put_back_all(commands);
        self.is_running = false;
        self.schedule.forget_requests();
        if tell {
            commands.push(Command::Forget);
            if !leased.is_empty() {
                commands.push(Command::SendRelease(leased));
            }
        }
    }

    fn plan(&mut self, now: Now, commands: &mut Vec<Command>) {
        let wanted = self.rows.wanted();
        let may_ask = !wanted.is_empty();
        let holds = !self.rows.leased().is_empty();
        if may_ask && let Some(request) = self.schedule.request_due(now, holds) {
            self.rows.asked();
            commands.push(Command::Send(request, wanted));
        }
        let next_ask = if may_ask { self.schedule.next_in(now, holds) } else { None };
        // No browser tells a page that its machine slept, and its timers may have slept too.
        let look_at_clocks =
            (self.rows.next_lapse_in(now).is_some() && self.schedule.is_seen()).then_some(LOOK_AT_CLOCKS_MS);
        let next = [self.rows.next_lapse_in(now), next_ask, look_at_clocks].into_iter().flatten().min();
        if let Some(ms) = next {
            commands.push(Command::WakeIn(ms));
        }
    }
}
