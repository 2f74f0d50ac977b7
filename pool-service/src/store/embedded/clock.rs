//! The embedded store's clock.

use crate::{
    domain::time::{Span, Timestamp},
    store::clock::{ManualClock, wall},
};
use std::time::Instant;

/// Where the embedded store takes the time from.
#[derive(Clone, Debug)]
pub enum EmbeddedClock {
    /// The wall clock as it stood at opening, carried on by the monotonic clock: setting the wall clock afterwards
    /// ends and prolongs nothing.
    System,
    /// A test's clock.
    Manual(ManualClock),
}

/// A clock that never steps back, not even over a restart.
pub(super) struct SteadyClock {
    source: Source,
    high_water: Timestamp,
}

enum Source {
    Monotonic { base: Timestamp, opened: Instant },
    Manual(ManualClock),
}

impl SteadyClock {
    /// A clock that goes on from the largest value the store had seen before.
    pub(super) fn start(clock: EmbeddedClock, high_water: Timestamp) -> Self {
        let source = match clock {
            EmbeddedClock::System => Source::Monotonic { base: wall().max(high_water), opened: Instant::now() },
            EmbeddedClock::Manual(clock) => Source::Manual(clock),
        };
        Self { source, high_water }
    }

    /// The time, for an operation that changes nothing.
    pub(super) fn read(&self) -> Timestamp {
        let now = match &self.source {
            Source::Monotonic { base, opened } => {
                *base + Span::from_millis(u64::try_from(opened.elapsed().as_millis()).unwrap_or(u64::MAX))
            }
            Source::Manual(clock) => clock.now(),
        };
        now.max(self.high_water)
    }

    /// The time, for an operation that acts upon it: from then on the clock shows this or later.
    pub(super) fn advance(&mut self) -> Timestamp {
        self.high_water = self.read();
        self.high_water
    }

    /// What to save, so that the next start does not step back.
    pub(super) fn high_water(&self) -> Timestamp {
        self.high_water
    }
}
