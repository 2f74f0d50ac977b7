//! When to ask: heartbeats, retries, the one request on its way.

use super::{
    Answer, Settings,
    moment::{Now, Stretch},
};
use alloc::vec::Vec;

/// Before the first answer says otherwise.
const FIRST_HEARTBEAT_MS: u64 = 60_000;
const FIRST_HIDDEN_HOLD_MS: u64 = 600_000;
const SHORTEST_RETRY_MS: u64 = 1_000;
const AFTER_REFUSAL_MS: u64 = 600_000;
/// Requests that were given up are remembered, because their answers may still come.
const REMEMBERED_REQUESTS: usize = 4;

#[derive(Debug)]
pub(super) struct Schedule {
    settings: Settings,
    heartbeat_ms: u64,
    hidden_hold_ms: u64,
    hidden_since: Option<Now>,
    /// Ask when this is over; `None` while nothing is to be asked.
    ask_after: Option<Stretch>,
    in_flight: Option<u32>,
    /// When each of the last requests was sent, the newest last.
    sent: Vec<(u32, Now)>,
    last_answered: u32,
    last_request: u32,
    failures: u32,
    random: u32,
}

impl Schedule {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            heartbeat_ms: FIRST_HEARTBEAT_MS,
            hidden_hold_ms: FIRST_HIDDEN_HOLD_MS,
            hidden_since: None,
            ask_after: None,
            in_flight: None,
            sent: Vec::new(),
            last_answered: 0,
            last_request: 0,
            failures: 0,
            random: settings.seed | 1,
        }
    }

    pub(super) fn start(&mut self, now: Now, visible: bool) {
        self.hidden_since = if visible { None } else { Some(now) };
        self.ask_now(now);
    }

    pub(super) fn adopt(&mut self, heartbeat_ms: u64, hidden_hold_ms: u64) {
        self.heartbeat_ms = heartbeat_ms.max(SHORTEST_RETRY_MS);
        self.hidden_hold_ms = hidden_hold_ms;
    }

    pub(super) fn rhythm(&self) -> (u64, u64) {
        (self.heartbeat_ms, self.hidden_hold_ms)
    }

    pub(super) fn seen(&mut self) {
        self.hidden_since = None;
    }

    pub(super) fn is_seen(&self) -> bool {
        self.hidden_since.is_none()
    }

    pub(super) fn unseen(&mut self, now: Now) {
        self.hidden_since.get_or_insert(now);
    }

    pub(super) fn ask_now(&mut self, now: Now) {
        self.ask_after = Some(Stretch { from: now, for_ms: 0 });
    }

    fn ask_in(&mut self, now: Now, for_ms: u64) {
        self.ask_after = Some(Stretch { from: now, for_ms });
    }

    /// Gives up a request that is not answered in time.
    pub(super) fn expire_request(&mut self, now: Now) {
        if let (Some(request), Some(left)) = (self.in_flight, self.request_left(now))
            && left == 0
        {
            self.failed(now, request);
        }
    }

    fn request_left(&self, now: Now) -> Option<u64> {
        let request = self.in_flight?;
        let &(_, from) = self.sent.iter().find(|&&(sent, _)| sent == request)?;
        Some(Stretch { from, for_ms: self.settings.request_timeout_ms }.left(now))
    }

    pub(super) fn failed(&mut self, now: Now, request: u32) {
        if self.in_flight == Some(request) {
            self.in_flight = None;
            let doubled = SHORTEST_RETRY_MS << self.failures.min(6);
            self.failures += 1;
            let delay = doubled.min(self.heartbeat_ms);
            let jitter = self.next_random() % (delay / 4 + 1);
            self.ask_in(now, delay + jitter);
        }
    }

    pub(super) fn refused(&mut self, now: Now, request: u32) {
        if self.in_flight == Some(request) {
            self.in_flight = None;
            self.ask_in(now, AFTER_REFUSAL_MS);
        }
    }

    /// When the answered request was sent; `None` if a newer one has been answered before, or it is unknown.
    pub(super) fn answered(&mut self, now: Now, request: u32, answer: &Answer) -> Option<Now> {
        let &(_, sent) = self.sent.iter().find(|&&(sent, _)| sent == request && request > self.last_answered)?;
        self.last_answered = request;
        if self.in_flight == Some(request) {
            self.in_flight = None;
        }
        self.failures = 0;
        self.adopt(answer.heartbeat_ms, answer.hidden_hold_ms);
        self.ask_in(now, self.heartbeat_ms);
        Some(sent)
    }

    pub(super) fn forget_requests(&mut self) {
        self.in_flight = None;
        self.last_answered = self.last_request;
        self.ask_after = None;
    }

    /// Starts the request that is due now, if there is one and the page may ask.
    pub(super) fn request_due(&mut self, now: Now, holds: bool) -> Option<u32> {
        let is_due = self.ask_after.is_some_and(|after| after.is_over(now));
        if self.in_flight.is_some() || !is_due || !self.may_ask(now, holds) {
            return None;
        }
        self.last_request += 1;
        if self.sent.len() >= REMEMBERED_REQUESTS {
            self.sent.remove(0);
        }
        self.sent.push((self.last_request, now));
        self.in_flight = Some(self.last_request);
        self.ask_after = None;
        Some(self.last_request)
    }

    /// A page that nobody sees asks only to keep what it has, and only for a while.
    fn may_ask(&self, now: Now, holds: bool) -> bool {
        self.hidden_since.is_none_or(|since| holds && now.page_ms.saturating_sub(since.page_ms) < self.hidden_hold_ms)
    }

    pub(super) fn next_in(&self, now: Now, holds: bool) -> Option<u64> {
        let ask = self.ask_after.map(|after| after.left(now)).filter(|_| self.may_ask(now, holds));
        self.request_left(now).or(ask)
    }

    fn next_random(&mut self) -> u64 {
        // xorshift32 (Marsaglia): enough to spread retries.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        u64::from(self.random)
    }
}
