//! Announces leases that ended, as log events and in a counter, lets the store forget what is old, and notes how many
//! numbers are in use.
//!
//! Records of calls are removed when their pool keeps them no longer, and documents that have expired. Calls that an event
//! left to be judged again are. Beside that, calls of hours that are over are summed up, so that no report has to.
//!
//! No lease needs this to end.

use crate::{
    calls::CallDesk,
    domain::{ids::PoolId, sizing::TIGHT, time::Timestamp},
    live::Live,
    load::Told,
    store::{Store, StoreError, records::DocumentKind},
    telemetry::metrics::{MAX_POOLS, Metrics, PoolCounts},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// Announced in one turn of a pool; more follow in the next turn at once. Whoever wants a number waits for one turn at
/// most, also when half a million leases end within a minute.
const BATCH: usize = 64;

/// Records removed in one turn.
const RECORDS: usize = 500;

/// Sweeps all pools at this interval; ends only with its task.
pub async fn run(store: Arc<dyn Store>, (live, calls): (Arc<Live>, Arc<CallDesk>), metrics: Metrics, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for pool in &live.now().configuration().pools {
            sweep(store.as_ref(), &metrics, &pool.id).await;
        }
        sample(store.as_ref(), &live, &metrics).await;
        if let Err(error) = calls.judge_left().await {
            metrics.store_failed("judge_left");
            tracing::warn!(%error, "calls cannot be judged again");
        }
        if let Err(error) = forget(store.as_ref(), &calls).await {
            metrics.store_failed("forget");
            tracing::warn!(%error, "records that are old enough cannot be removed");
        }
    }
}

/// Sums up hours that are over, at this interval; ends only with its task.
pub async fn sum_up(calls: Arc<CallDesk>, metrics: Metrics, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = calls.roll_up().await {
            metrics.store_failed("roll_up");
            tracing::warn!(%error, "hours that are over cannot be summed up; reports go on reading their calls");
        }
    }
}

/// Removes call records and documents that are old enough; what is left of them goes with the next turn.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(store: &dyn Store, calls: &CallDesk) -> Result<(), StoreError> {
    let removed = calls.sweep(RECORDS).await?;
    if removed > 0 {
        tracing::info!(removed, "calls.removed: their pools keep them no longer");
    }
    let expiring = [
        DocumentKind::Idempotency,
        DocumentKind::RollUp,
        DocumentKind::TokenUse,
        DocumentKind::Audit,
        DocumentKind::Installation,
    ];
    for kind in expiring {
        store.sweep_documents(kind, RECORDS).await?;
    }
    Ok(())
}

/// Notes how many numbers of each pool are in use, and warns of pools in which hardly any is free.
pub async fn sample(store: &dyn Store, live: &Live, metrics: &Metrics) {
    let Ok(now) = store.now().await else { return };
    for (place, pool) in live.now().configuration().pools.iter().enumerate() {
        let told =
            if live.loads().is_due(&pool.id, now) { sample_pool(store, live, &pool.id, now).await } else { None };
        match told {
            Some(Told::Tight(share)) => tracing::warn!(
                pool = %pool.id,
                percent_in_use = (share * 100.0).round(),
                "pool.tight: more than {:.0} % of its numbers are in use; `hatsuban size --pool {}` says how many it needs",
                TIGHT * 100.0,
                pool.id
            ),
            Some(Told::Eased(share)) => {
                tracing::info!(pool = %pool.id, percent_in_use = (share * 100.0).round(), "pool.eased");
            }
            None => {}
        }
        if place < MAX_POOLS {
            let totals = live.loads().totals(&pool.id);
            metrics.count_pool(
                pool.id.as_str(),
                PoolCounts {
                    granted: totals.granted,
                    short_cooldown: totals.short_cooldown,
                    overflow: totals.overflow,
                    exhausted: totals.exhausted,
                },
            );
        }
    }
}

async fn sample_pool(store: &dyn Store, live: &Live, pool: &PoolId, now: Timestamp) -> Option<Told> {
    let occupancy = store.occupancy(pool).await.ok()?;
    live.loads().sample(pool, now, occupancy.exclusive, occupancy.active())
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
