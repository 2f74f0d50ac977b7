//! Where a store's time comes from: the world, or a test.

use crate::domain::time::{Span, Timestamp};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{SystemTime, UNIX_EPOCH},
};

/// The wall clock of this machine.
pub fn wall() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// A clock that moves only when it is told to; clones share it.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<RwLock<Timestamp>>);

impl ManualClock {
    /// A clock that stands at this moment.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(RwLock::new(start)))
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Span) {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *now = *now + by;
    }

    /// Sets the clock, also backwards.
    pub fn set(&self, to: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = to;
    }
}
