//! Announces leases that ended, as log events and in a counter, and lets the store forget what is old.
//!
//! No lease needs this to end. Its interval is the only timer between store and operator.

use crate::{domain::ids::PoolId, live::Live, store::Store, telemetry::metrics::Metrics};
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// Announced in one turn of a pool; more follow in the next turn at once.
const BATCH: usize = 256;

/// Sweeps all pools at this interval; ends only with its task.
pub async fn run(store: Arc<dyn Store>, live: Arc<Live>, metrics: Metrics, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for pool in &live.now().configuration().pools {
            sweep(store.as_ref(), &metrics, &pool.id).await;
        }
    }
}

/// Announces all ends of leases that a pool has waiting; gives how many.
pub async fn sweep(store: &dyn Store, metrics: &Metrics, pool: &PoolId) -> usize {
    let mut announced = 0;
    loop {
        let ended = match store.sweep(pool, BATCH).await {
            Ok(ended) => ended,
            Err(error) => {
                metrics.store_failed("sweep");
                tracing::warn!(%pool, %error, "ended leases cannot be announced");
                return announced;
            }
        };
        for lease in &ended {
            let (number, generation, held_until) = (&lease.number, lease.generation, lease.held_until.as_millis());
            tracing::info!(%pool, %number, generation, held_until_ms = held_until, "lease.released");
        }
        metrics.released(ended.len());
        announced += ended.len();
        if ended.len() < BATCH {
            return announced;
        }
    }
}
