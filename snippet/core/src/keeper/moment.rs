//! A moment on a page, and the time that passed on it.

/// Two readings taken together, in milliseconds. Neither clock can be trusted alone: the monotonic one may stop while
/// the machine sleeps, the wall clock may be set back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// `performance.now()`.
    pub monotonic_ms: u64,
    /// `Date.now()`.
    pub wall_ms: u64,
}

/// A moment in the keeper's own time, with the wall clock's reading for storage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// Milliseconds since the keeper's first moment; never less than what truly passed.
    pub(super) page_ms: u64,
    pub(super) wall_ms: u64,
}

/// The keeper's own time: from moment to moment it believes the clock that says more time has passed. Comparing step by
/// step, and not with the first moment, a wall clock that was set back still tells the sleep that follows.
#[derive(Debug, Default)]
pub(super) struct PageClock {
    last: Option<Moment>,
    page_ms: u64,
}

impl PageClock {
    pub(super) fn read(&mut self, moment: Moment) -> Now {
        if let Some(last) = self.last.replace(moment) {
            let monotonic = moment.monotonic_ms.saturating_sub(last.monotonic_ms);
            let wall = moment.wall_ms.saturating_sub(last.wall_ms);
            self.page_ms += monotonic.max(wall);
        }
        Now { page_ms: self.page_ms, wall_ms: moment.wall_ms }
    }
}

/// A stretch of time that began at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) from: Now,
    pub(super) for_ms: u64,
}

impl Stretch {
    /// What is left of it; zero once it is over.
    pub(super) fn left(&self, now: Now) -> u64 {
        self.for_ms.saturating_sub(now.page_ms.saturating_sub(self.from.page_ms))
    }

    pub(super) fn is_over(&self, now: Now) -> bool {
        self.left(now) == 0
    }
}
