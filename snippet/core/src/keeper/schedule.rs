//! When to ask: heartbeats, retries, the one request on its way.

use super::clock::{larger, smaller};

/// Before the first answer says otherwise.
const FIRST_HEARTBEAT_MS: f64 = 60_000.0;
const FIRST_HIDDEN_HOLD_MS: f64 = 600_000.0;
const SHORTEST_RETRY_MS: f64 = 1_000.0;
const LONGEST_RETRY_MS: f64 = 64_000.0;
const AFTER_REFUSAL_MS: f64 = 600_000.0;
/// A request that is not answered by then has failed.
const REQUEST_TIMEOUT_MS: f64 = 8_000.0;
/// Requests that were given up are remembered, because their answers may still come.
const REMEMBERED_REQUESTS: usize = 4;

/// All times are the page's.
#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) heartbeat_ms: f64,
    pub(super) hidden_hold_ms: f64,
    /// Infinite while somebody can see the page.
    pub(super) hidden_at: f64,
    /// Infinite while nothing is to be asked.
    pub(super) ask_at: f64,
    /// When the request on its way, which is the last one, has failed; 0 while there is none.
    give_up_at: f64,
    retry_ms: f64,
    /// When each of the last requests was sent.
    sent_at: [f64; REMEMBERED_REQUESTS],
    last_request: u32,
    last_answered: u32,
    random: u32,
}

impl Schedule {
    /// All zero, which costs the program nothing; [`Schedule::start`] fills it in.
    pub(super) const fn new() -> Self {
        Self {
            heartbeat_ms: 0.0,
            hidden_hold_ms: 0.0,
            hidden_at: 0.0,
            ask_at: 0.0,
            give_up_at: 0.0,
            retry_ms: 0.0,
            sent_at: [0.0; REMEMBERED_REQUESTS],
            last_request: 0,
            last_answered: 0,
            random: 0,
        }
    }

    pub(super) fn start(&mut self, now_ms: f64, is_visible: bool) {
        self.adopt(FIRST_HEARTBEAT_MS, FIRST_HIDDEN_HOLD_MS);
        self.retry_ms = SHORTEST_RETRY_MS;
        self.hidden_at = if is_visible { f64::INFINITY } else { now_ms };
        self.ask_at = now_ms;
        self.random = now_ms as u64 as u32;
    }

    pub(super) fn adopt(&mut self, heartbeat_ms: f64, hidden_hold_ms: f64) {
        self.heartbeat_ms = larger(heartbeat_ms, SHORTEST_RETRY_MS);
        self.hidden_hold_ms = larger(hidden_hold_ms, 0.0);
    }

    pub(super) fn is_seen(&self) -> bool {
        self.hidden_at == f64::INFINITY
    }

    pub(super) fn unseen(&mut self, now_ms: f64) {
        if self.is_seen() {
            self.hidden_at = now_ms;
        }
    }

    /// Gives up a request that is not answered in time.
    pub(super) fn expire_request(&mut self, now_ms: f64) {
        if now_ms >= self.give_up_at {
            self.failed(now_ms, f64::from(self.last_request));
        }
    }

    /// Whether that request was on its way until now; answers and failures of others are late.
    fn ends(&mut self, request: f64) -> bool {
        let ends = self.give_up_at > 0.0 && f64::from(self.last_request) == request;
        if ends {
            self.give_up_at = 0.0;
        }
        ends
    }

    pub(super) fn failed(&mut self, now_ms: f64, request: f64) {
        if self.ends(request) {
            let delay = smaller(self.retry_ms, self.heartbeat_ms);
            self.retry_ms = smaller(self.retry_ms * 2.0, LONGEST_RETRY_MS);
            // Up to a quarter more, so that many visitors come back one after the other. Steps of the golden ratio
            // (Fibonacci hashing) spread even those who started in neighbouring milliseconds.
            self.random = self.random.wrapping_mul(0x9e37_79b9).wrapping_add(1);
            let jitter = (u64::from(self.random) * (delay as u64 / 4)) >> 32;
            self.ask_at = now_ms + delay + f64::from(jitter as u32);
        }
    }

    pub(super) fn refused(&mut self, now_ms: f64, request: f64) {
        if self.ends(request) {
            self.ask_at = now_ms + AFTER_REFUSAL_MS;
        }
    }

    /// When the answered request was sent; `None` if a newer one has been answered before, or it is unknown.
    pub(super) fn answered(&mut self, request: f64) -> Option<f64> {
        let number = request as u32;
        let newer = self.last_request.wrapping_sub(number) as usize;
        if number <= self.last_answered || newer >= REMEMBERED_REQUESTS {
            return None;
        }
        self.last_answered = number;
        self.ends(request);
        self.retry_ms = SHORTEST_RETRY_MS;
        self.sent_at.get(number as usize % REMEMBERED_REQUESTS).copied()
    }

    pub(super) fn forget_requests(&mut self) {
        self.give_up_at = 0.0;
        self.last_answered = self.last_request;
        self.ask_at = f64::INFINITY;
    }

    /// Starts the request that is due now, if there is one.
    pub(super) fn request_due(&mut self, now_ms: f64) -> Option<f64> {
        if self.give_up_at > 0.0 || now_ms < self.ask_at {
            return None;
        }
        self.last_request += 1;
        if let Some(sent_at) = self.sent_at.get_mut(self.last_request as usize % REMEMBERED_REQUESTS) {
            *sent_at = now_ms;
        }
        self.give_up_at = now_ms + REQUEST_TIMEOUT_MS;
        self.ask_at = f64::INFINITY;
        Some(f64::from(self.last_request))
    }

    /// A page that nobody sees asks only to keep what it has, and only for a while.
    pub(super) fn may_ask(&self, now_ms: f64, holds: bool) -> bool {
        now_ms - self.hidden_at < if holds { self.hidden_hold_ms } else { 0.0 }
    }

    /// When something is to be done next about a request, if that is before then.
    pub(super) fn next(&self, before_ms: f64, may_ask: bool) -> f64 {
        let ask_at = if may_ask { self.ask_at } else { f64::INFINITY };
        smaller(if self.give_up_at > 0.0 { self.give_up_at } else { ask_at }, before_ms)
    }
}
