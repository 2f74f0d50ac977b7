//! Leases in the embedded store.

use super::EmbeddedStore;
use crate::{
    domain::{
        attribution::Holders,
        ids::{PoolId, SessionId},
        lease::{Lease, Standing},
        number::TrackingNumber,
        time::Timestamp,
    },
    store::{
        Acquire, Acquired, LeaseStore, Occupancy, StoreError,
        embedded::{number_key::NumberKey, writer::State},
        holding,
        records::Survives,
    },
};
use async_trait::async_trait;

#[async_trait]
impl LeaseStore for EmbeddedStore {
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError> {
        holding::check_batch(rows)?;
        let (pool, rows) = (pool.clone(), rows.to_vec());
        self.write(Survives::Crash, move |state| {
            let (ledger, now, _) = state.change(&pool)?;
            Ok(rows.iter().map(|row| Acquired { now, grant: ledger.acquire(now, row) }).collect())
        })
        .await
    }

    async fn leave(&self, pool: &PoolId, session: &SessionId) -> Result<(), StoreError> {
        let (pool, session) = (pool.clone(), session.clone());
        self.write(Survives::Crash, move |state| {
            let (ledger, now, _) = state.change(&pool)?;
            ledger.leave(now, &session);
            Ok(())
        })
        .await
    }

    async fn release(&self, pool: &PoolId, session: &SessionId) -> Result<Option<Lease>, StoreError> {
        let (pool, session) = (pool.clone(), session.clone());
        self.write(Survives::Crash, move |state| {
            let (ledger, now, _) = state.change(&pool)?;
            Ok(ledger.release(now, &session))
        })
        .await
    }

    async fn holders(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Option<Timestamp>,
    ) -> Result<Option<Holders>, StoreError> {
        let (pool, number) = (pool.clone(), number.clone());
        self.read(move |state| holders(state, &pool, number, at)).await
    }

    async fn sweep(&self, pool: &PoolId, limit: usize) -> Result<Vec<Lease>, StoreError> {
        let pool = pool.clone();
        self.write(Survives::Crash, move |state| {
            let (ledger, now, _) = state.change(&pool)?;
            Ok(ledger.sweep(now, limit))
        })
        .await
    }

    async fn occupancy(&self, pool: &PoolId) -> Result<Occupancy, StoreError> {
        let pool = pool.clone();
        self.read(move |state| Ok(state.pool(&pool)?.occupancy(state.clock.read()))).await
    }
}

fn holders(
    state: &State,
    pool: &PoolId,
    number: TrackingNumber,
    at: Option<Timestamp>,
) -> Result<Option<Holders>, StoreError> {
    let ledger = state.pool(pool)?;
    let (now, retention) = (state.clock.read(), ledger.policy().retention);
    let at = at.unwrap_or(now);
    let is_overflow = ledger.overflow() == Some(&number);
    let slot = ledger.slot(NumberKey::of(&number));
    if slot.is_none() && !is_overflow {
        return Ok(None);
    }
    let mut leases: Vec<Lease> = if is_overflow {
        ledger.candidates().cloned().collect()
    } else {
        let latest = ledger.lease(NumberKey::of(&number)).map(|stored| stored.lease.clone());
        let past = state.disk.past_leases(pool, &number, at).take(holding::MAX_LEASES);
        let past = past.collect::<Result<Vec<_>, _>>()?;
        latest.into_iter().chain(past.into_iter().map(|stored| stored.lease)).collect()
    };
    holding::select_leases(&mut leases, retention, now, at);
    let calls = state.disk.calls_pinning(pool, &number, at, holding::MAX_CALLS);
    let calls = holding::select_calls(calls.collect::<Result<_, _>>()?, retention, now, at);
    let standing = if is_overflow { Standing::Active } else { slot.map_or(Standing::Active, |slot| slot.standing) };
    Ok(Some(Holders { number, now, standing, is_overflow, is_doubtful: false, leases, calls }))
}
