//! Two copies of the service on one Redis: stores that take turns.

use pool_service::store::{
    Store, StoreError,
    clock::ManualClock,
    redis::{RedisClock, RedisStore},
    relay::Relay,
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Each operation goes through the other copy than the one before.
pub(crate) struct Copies {
    copies: [RedisStore; 2],
    turns: AtomicUsize,
}

impl Copies {
    /// Two copies with connections of their own.
    pub(crate) async fn connect(url: &str, prefix: &str, clock: &ManualClock) -> Self {
        let copy = || RedisStore::connect(url, prefix, RedisClock::Manual(clock.clone()));
        let copies = [copy().await.expect("a store"), copy().await.expect("a store")];
        Self { copies, turns: AtomicUsize::new(0) }
    }
}

impl Relay for Copies {
    fn behind(&self) -> Result<&dyn Store, StoreError> {
        Ok(&self.copies[self.turns.fetch_add(1, Ordering::Relaxed) % 2])
    }
}
