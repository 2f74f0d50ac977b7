//! The time that passes on a page.

/// The larger of two; the second, if the first is not a number.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller of two; the second, if the first is not a number.
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The page's own time, never less than what truly passed. Neither clock can be trusted alone: the monotonic one may
/// stop while the machine sleeps, the wall clock may be set back. So from moment to moment it believes the one that says
/// more time has passed. Comparing step by step, and not with the first moment, a wall clock that was set back still
/// tells the sleep that follows.
#[derive(Debug)]
pub(super) struct PageClock {
    monotonic_ms: f64,
    /// For storage: between two pages there is nothing else.
    pub(super) wall_ms: f64,
    page_ms: f64,
}

impl PageClock {
    pub(super) const fn new() -> Self {
        Self { monotonic_ms: 0.0, wall_ms: 0.0, page_ms: 0.0 }
    }

    /// The page's own time now, which began at any time.
    pub(super) fn read(&mut self, monotonic_ms: f64, wall_ms: f64) -> f64 {
        // A timer forgets fractions of a millisecond and would be early.
        let monotonic_ms = monotonic_ms as i64 as f64;
        self.page_ms += larger(larger(monotonic_ms - self.monotonic_ms, wall_ms - self.wall_ms), 0.0);
        self.monotonic_ms = monotonic_ms;
        self.wall_ms = wall_ms;
        self.page_ms
    }
}
