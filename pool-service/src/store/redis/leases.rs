//! Leases on a Redis server.

use super::{Inner, LookUp, RedisStore, reply, scripts};
use crate::{
    domain::{
        attribution::Holders,
        ids::{PoolId, SessionId},
        lease::{Lease, Standing},
        number::TrackingNumber,
        time::{Span, Timestamp},
    },
    store::{
        Acquire, Acquired, LeaseStore, Losses, Occupancy, StoreError, holding,
        packed::{StoredLease, corrupt, pack_visitor},
        packed_call::{StoredCall, stored_key},
    },
};
use async_trait::async_trait;

/// What `holders.lua` answers for one number.
type HoldersAnswer = (String, String, String, Vec<String>, Vec<String>);

#[async_trait]
impl LeaseStore for RedisStore {
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError> {
        holding::check_batch(rows)?;
        let (inner, of_pool) = (self.0.clone(), pool.clone());
        let call = move |rows: Vec<Acquire>| {
            let (inner, pool) = (inner.clone(), of_pool.clone());
            async move { inner.acquire(&pool, &rows).await }
        };
        self.0.acquires.ask(pool, rows.to_vec(), call).await
    }

    async fn leave(&self, pool: &PoolId, session: &SessionId) -> Result<(), StoreError> {
        let mut script = self.0.on_pool(&scripts::LEAVE, pool);
        self.0.run(pool, script.arg(session.as_str())).await
    }

    async fn release(&self, pool: &PoolId, session: &SessionId) -> Result<Option<Lease>, StoreError> {
        let mut script = self.0.on_pool(&scripts::RELEASE, pool);
        let ended: Option<String> = self.0.run(pool, script.arg(session.as_str())).await?;
        ended.as_deref().map(reply::lease).transpose()
    }

    async fn holders(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Option<Timestamp>,
    ) -> Result<Option<Holders>, StoreError> {
        let (inner, of_pool) = (self.0.clone(), pool.clone());
        let call = move |rows: Vec<LookUp>| {
            let (inner, pool) = (inner.clone(), of_pool.clone());
            async move { inner.holders(&pool, rows).await }
        };
        Ok(self.0.look_ups.ask(pool, vec![(number.clone(), at)], call).await?.pop().flatten())
    }

    async fn sweep(&self, pool: &PoolId, limit: usize) -> Result<Vec<Lease>, StoreError> {
        let mut script = self.0.on_pool(&scripts::SWEEP, pool);
        let answer: Vec<String> = self.0.run(pool, script.arg(limit)).await?;
        let (safe_until, ended) = answer.split_first().ok_or_else(|| corrupt("a sweep without an answer"))?;
        let safe_until = reply::time(safe_until)?;
        self.0.safe_modes.note(pool, (safe_until > Timestamp::ZERO).then_some(safe_until));
        ended.iter().map(|line| reply::lease(line)).collect()
    }

    async fn occupancy(&self, pool: &PoolId) -> Result<Occupancy, StoreError> {
        let script = self.0.on_pool(&scripts::OCCUPANCY, pool);
        let (exclusive, cooling, grantable, withdrawn): (u64, u64, u64, u64) = self.0.run(pool, &script).await?;
        Ok(Occupancy { exclusive, cooling, rested: grantable.saturating_sub(exclusive + cooling), withdrawn })
    }

    async fn losses(&self, pool: &PoolId) -> Result<Losses, StoreError> {
        let script = self.0.on_pool(&scripts::SAFE_MODE, pool);
        let (now, safe_until, overlaps): (String, String, u64) = self.0.run(pool, &script).await?;
        let (now, safe_until) = (reply::time(&now)?, reply::time(&safe_until)?);
        Ok(Losses { safe_until: (now < safe_until).then_some(safe_until), overlaps })
    }
}

impl Inner {
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError> {
        let mut script = self.on_pool(&scripts::ACQUIRE, pool);
        for Acquire { session, visitor, claim } in rows {
            let claim = claim.as_ref().map(|claim| {
                let (granted_at, held_until) = (claim.granted_at.as_millis(), claim.held_until.as_millis());
                format!("{}\t{}\t{granted_at}\t{held_until}", claim.number.key(), claim.generation)
            });
            script.arg(session.as_str()).arg(pack_visitor(visitor)).arg(claim.unwrap_or_default());
        }
        reply::acquired(self.run(pool, &script).await?)
    }

    async fn holders(&self, pool: &PoolId, rows: Vec<LookUp>) -> Result<Vec<Option<Holders>>, StoreError> {
        let mut script = self.on_pool(&scripts::HOLDERS, pool);
        script.arg(holding::MAX_LEASES).arg(holding::MAX_CALLS);
        for (number, at) in &rows {
            script.arg(number.key()).arg(at.map(|at| at.as_millis().to_string()).unwrap_or_default());
        }
        let answer: Vec<redis::Value> = self.run_ringing(pool, &script).await?;
        let [now, retention, held @ ..] = answer.as_slice() else {
            return Err(corrupt("an answer without a time"));
        };
        let moment = |value: &redis::Value| reply::time(&read::<String>(value)?);
        let (now, retention) = (moment(now)?, Span::from_millis(moment(retention)?.as_millis()));
        let of_row = |((number, at), held): (LookUp, &redis::Value)| {
            let held: Option<HoldersAnswer> = read(held)?;
            held.map(|held| holders(number, at.unwrap_or(now), now, retention, held)).transpose()
        };
        rows.into_iter().zip(held).map(of_row).collect()
    }
}

fn read<T: redis::FromRedisValue>(value: &redis::Value) -> Result<T, StoreError> {
    T::from_redis_value_ref(value).map_err(corrupt)
}

fn holders(
    number: TrackingNumber,
    at: Timestamp,
    now: Timestamp,
    retention: Span,
    (standing, is_overflow, is_doubtful, leases, calls): HoldersAnswer,
) -> Result<Holders, StoreError> {
    let unpack = |packed: &String| StoredLease::unpack(number.clone(), packed).map(|stored| stored.lease);
    let mut leases = leases.iter().map(unpack).collect::<Result<Vec<_>, _>>()?;
    holding::select_leases(&mut leases, retention, now, at);
    let (calls, _) = calls.as_chunks();
    let unpack = |[id, packed]: &[String; 2]| StoredCall::unpack(stored_key(id)?, packed);
    let calls = holding::select_calls(calls.iter().map(unpack).collect::<Result<_, _>>()?, retention, now, at);
    let standing = standing_of(&standing)?;
    let (is_overflow, is_doubtful) = (is_overflow == "1", is_doubtful == "1");
    Ok(Holders { number, now, standing, is_overflow, is_doubtful, leases, calls })
}

/// How a number stands, as the scripts write it.
pub(super) fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Draining => "draining",
        Standing::Disabled => "disabled",
    }
}

/// Reads how a number stands.
pub(super) fn standing_of(name: &str) -> Result<Standing, StoreError> {
    match name {
        "active" => Ok(Standing::Active),
        "draining" => Ok(Standing::Draining),
        "disabled" => Ok(Standing::Disabled),
        other => Err(corrupt(format!("a number stands in no known way: {other:?}"))),
    }
}
