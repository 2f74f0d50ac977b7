//! Tells the log when a pool enters safe mode and when it leaves it, each once in each copy of the service.

use crate::domain::{ids::PoolId, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The pools that were in safe mode when last looked at, and until when.
#[derive(Default)]
pub(super) struct SafeModes(Mutex<HashMap<PoolId, Timestamp>>);

impl SafeModes {
    /// Notes how a pool stands: until when it is in safe mode, or `None`.
    pub(super) fn note(&self, pool: &PoolId, until: Option<Timestamp>) {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match until {
            Some(until) => pools.insert(pool.clone(), until),
            None => pools.remove(pool),
        };
        if until.is_some() && before != until {
            tracing::warn!(
                %pool,
                safe_until_ms = until.map(Timestamp::as_millis),
                "the Redis server was restarted or replaced and may have lost grants: until then nobody gets a new number"
            );
        } else if until.is_none() && before.is_some() {
            tracing::info!(%pool, "whatever the Redis server lost is over: numbers are granted again");
        }
    }
}
