//! Calls on a Redis server: what each script takes and gives, in Rust.

use super::{Inner, reply, scripts};
use crate::{
    domain::{
        call::{CallKey, CallSpan},
        ids::{DestinationId, PoolId},
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        packed::corrupt,
        packed_call::{StoredRow, stored_key},
        records::{CallQuery, CallsOf, KeptCall, SaveCall, SavedCall, Traffic},
    },
};
use std::collections::BTreeMap;

/// Calls in one answer of the server: one long step holds up everybody who wants a number of the pool.
const AT_ONCE: usize = 250;

impl Inner {
    /// A call.
    pub(super) async fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<KeptCall>, StoreError> {
        let mut script = self.on_pool(&scripts::CALL, pool);
        let packed: Option<String> = self.run_ringing(pool, script.arg(key.to_string())).await?;
        packed.map(|packed| Ok(StoredRow::unpack(key.clone(), &packed)?.kept)).transpose()
    }

    /// Keeps a call.
    pub(super) async fn save_call(&self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError> {
        let CallSpan { key, number, began_at, ended_at } = &save.row.span;
        let mut script = self.on_pool(&scripts::SAVE_CALL, pool);
        script.arg(key.to_string()).arg(save.read_revision).arg(number.key()).arg(began_at.as_millis());
        script.arg(ended_at.map(|at| at.as_millis().to_string()).unwrap_or_default());
        script.arg(save.row.caller.as_deref().unwrap_or_default());
        script.arg(save.row.destination.as_ref().map(DestinationId::as_str).unwrap_or_default());
        script.arg(&save.row.record);
        script.arg(save.capacity.map(|capacity| capacity.to_string()).unwrap_or_default());
        let outcome: i64 = self.run_ringing(pool, &script).await?;
        Ok(match u64::try_from(outcome) {
            Ok(0) => SavedCall::Changed,
            Ok(revision) => SavedCall::Saved { revision },
            Err(_) => SavedCall::Busy,
        })
    }

    /// Forgets a call; gives whether it did.
    pub(super) async fn remove_call(
        &self,
        pool: &PoolId,
        key: &CallKey,
        read_revision: u64,
    ) -> Result<bool, StoreError> {
        let mut script = self.on_pool(&scripts::REMOVE_CALL, pool);
        self.run(pool, script.arg(key.to_string()).arg(read_revision)).await
    }

    /// Calls, and the last that was looked at if there may be more.
    pub(super) async fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        let mut query = query.clone();
        let mut found = Vec::new();
        loop {
            let at_once = AT_ONCE.min(query.limit - found.len());
            let page = self.page(pool, &query, at_once).await?;
            let is_last = page.len() < at_once;
            query.after = page.last().map(|call| (call.row.span.began_at, call.row.span.key.clone()));
            // What older versions kept has no record.
            found.extend(page.into_iter().filter(|call| !call.row.record.is_empty()));
            if is_last || found.len() >= query.limit {
                return Ok(found);
            }
        }
    }

    async fn page(&self, pool: &PoolId, query: &CallQuery, limit: usize) -> Result<Vec<KeptCall>, StoreError> {
        let (mut lowest, mut highest) =
            (query.from, query.until.as_millis().checked_sub(1).map(Timestamp::from_millis));
        if let Some((after, _)) = &query.after {
            if query.newest_first {
                highest = highest.map(|highest| highest.min(*after));
            } else {
                lowest = lowest.max(*after);
            }
        }
        let Some(highest) = highest.filter(|highest| lowest <= *highest) else { return Ok(Vec::new()) };
        let index = match &query.of {
            CallsOf::Pool => "begun".to_owned(),
            CallsOf::Caller(caller) => format!("caller:{caller}"),
            CallsOf::Number(number) => format!("calls:{}", number.key()),
        };
        let mut script = self.on_pool(&scripts::CALLS, pool);
        script.arg(index).arg(lowest.as_millis()).arg(highest.as_millis());
        script.arg(u8::from(query.newest_first)).arg(limit);
        match &query.after {
            Some((began_at, key)) => script.arg(began_at.as_millis()).arg(key.to_string()),
            None => script.arg("").arg(""),
        };
        let found: Vec<(String, String)> = self.run(pool, &script).await?;
        let unpack = |(key, packed): (String, String)| Ok(StoredRow::unpack(stored_key(&key)?, &packed)?.kept);
        found.into_iter().map(unpack).collect()
    }

    /// Hours and their stamps.
    pub(super) async fn hours(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        let from = from - Span::from_millis(from.as_millis() % 3_600_000);
        let mut script = self.on_pool(&scripts::HOURS, pool);
        let found: Vec<(String, u64)> =
            self.run(pool, script.arg(from.as_millis()).arg(format!("({}", until.as_millis()))).await?;
        found.into_iter().map(|(hour, stamp)| Ok((reply::time(&hour)?, stamp))).collect()
    }

    /// What the pool's destinations carry.
    pub(super) async fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError> {
        let answer: Vec<String> = self.run_ringing(pool, &self.on_pool(&scripts::TRAFFIC, pool)).await?;
        let [now, begun, counts @ ..] = answer.as_slice() else { return Err(corrupt("traffic without a time")) };
        let (counts, _) = counts.as_chunks();
        let count = |[destination, count]: &[String; 2]| {
            Ok((DestinationId::parse(destination).map_err(corrupt)?, count.parse().map_err(corrupt)?))
        };
        let mut in_use = counts.iter().map(count).collect::<Result<BTreeMap<_, u32>, StoreError>>()?;
        in_use.retain(|_, count| *count > 0);
        Ok(Traffic { now: reply::time(now)?, begun: begun.parse().map_err(corrupt)?, in_use })
    }
}
