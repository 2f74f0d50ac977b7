//! The way between pages and the service: slow, and sometimes lost, in either direction.

use super::{Due, Request, World};

/// How long a page waits before the network tells it that nothing will come, at most.
const NETWORK_GIVES_UP_MS: u64 = 30_000;

impl World<'_> {
    fn delay(&mut self) -> u64 {
        // A service that was stopped for longer than a lease, and goes on as if nothing had been.
        if self.is_beset && self.dice.percent(2) {
            return self.dice.between(40_000, 150_000);
        }
        match self.dice.below(20) {
            0 => self.dice.between(5_000, 40_000),
            1..=3 => self.dice.between(500, 5_000),
            _ => self.dice.between(5, 300),
        }
    }

    pub(super) fn send(&mut self, browser: usize, tab: usize, request: u32, session: String, token: Option<String>) {
        let due = if self.dice.percent(8) {
            Due::Failure { browser, tab, request }
        } else {
            Due::Request(Request { browser, tab, request, session, token })
        };
        let at = self.now + self.delay();
        self.plan(at, due);
    }

    /// The service says that its store does not answer, or says nothing.
    pub(super) fn fail(&mut self, request: &Request) {
        let &Request { browser, tab, request, .. } = request;
        let at = self.now + self.dice.between(5, 3_000);
        self.plan(at, Due::Failure { browser, tab, request });
    }

    pub(super) fn send_back(
        &mut self,
        browser: usize,
        tab: usize,
        request: u32,
        number: Option<(String, u64, String)>,
    ) {
        let (at, due) = if self.dice.percent(8) {
            let at = self.now + self.dice.below(NETWORK_GIVES_UP_MS);
            (at, Due::Failure { browser, tab, request })
        } else {
            (self.now + self.delay(), Due::Answer { browser, tab, request, number })
        };
        self.plan(at, due);
    }

    pub(super) fn send_beacon(&mut self, session: String, is_release: bool) {
        if !self.dice.percent(20) {
            let at = self.now + self.delay();
            self.plan(at, Due::Beacon { session, is_release });
        }
    }
}
