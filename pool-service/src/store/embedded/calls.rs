//! Keeping calls: the row, its places in the indexes, the stamps of its hours, what it occupies and what it pins.
//!
//! For the writer thread only.

use super::{flow::Flow, keys, writer::State};
use crate::{
    domain::{
        call::CallKey,
        ids::PoolId,
        policy::LeasePolicy,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        packed::corrupt,
        packed_call::StoredRow,
        records::{CallRow, CallsOf, KeptCall, SaveCall, SavedCall, Traffic},
    },
};

const HOUR: Span = Span::from_seconds(3_600);

/// The start of the hour of a moment.
pub(super) fn hour_of(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis() - time.as_millis() % HOUR.as_millis())
}

impl State {
    /// The times of a pool. Calls of no pool have the usual ones.
    pub(super) fn policy_for_calls(&self, pool: &PoolId) -> Result<LeasePolicy, StoreError> {
        if *pool == PoolId::none() && !self.has_pool(pool) {
            return Ok(LeasePolicy::default());
        }
        self.pool(pool).map(|ledger| *ledger.policy())
    }

    /// A call as it will be after the next commit.
    pub(super) fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<StoredRow>, StoreError> {
        let packed = self.unwritten.get(&self.disk, &keys::call(pool, key))?;
        packed.map(|packed| StoredRow::unpack(key.clone(), keys::text(&packed)?)).transpose()
    }

    /// Keeps a call.
    pub(super) fn save_call(&mut self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError> {
        let (policy, now) = (self.policy_for_calls(pool)?, self.clock.advance());
        let (row, span) = (&save.row, &save.row.span);
        let known = self.call(pool, &span.key)?;
        if known.as_ref().map_or(0, |known| known.kept.revision) != save.read_revision {
            return Ok(SavedCall::Changed);
        }
        let revision = save.read_revision + 1;
        let pinned_until = span.pins_from(&policy, known.as_ref().map(|known| known.pinned_until), now);
        let kept = StoredRow { kept: KeptCall { revision, row: row.clone() }, pinned_until };
        if self.is_full(pool, &kept, save.capacity, now) {
            return Ok(SavedCall::Busy);
        }
        self.replace(pool, now, known.as_ref(), Some(&kept))?;
        self.occupy(pool, &kept, now);
        if known.is_none() {
            let flow = self.flows.entry(pool.clone()).or_default();
            flow.begun += 1;
            self.unwritten.put(keys::begun(pool), flow.begun.to_string());
        }
        self.repin(pool, now, known.as_ref(), Some(&kept))?;
        Ok(SavedCall::Saved { revision })
    }

    /// Forgets a call.
    pub(super) fn remove_call(&mut self, pool: &PoolId, key: &CallKey, read_revision: u64) -> Result<bool, StoreError> {
        let (_, now) = (self.policy_for_calls(pool)?, self.clock.advance());
        let known = self.call(pool, key)?.filter(|known| known.kept.revision == read_revision);
        let Some(known) = known else { return Ok(false) };
        self.replace(pool, now, Some(&known), None)?;
        self.free(pool, key);
        self.repin(pool, now, Some(&known), None)?;
        Ok(true)
    }

    /// Takes over a call that another store kept; its number comes for itself.
    pub(super) fn import_call(&mut self, pool: &PoolId, kept: &StoredRow) -> Result<(), StoreError> {
        let (_, now) = (self.policy_for_calls(pool)?, self.clock.advance());
        let known = self.call(pool, &kept.kept.row.span.key)?;
        self.replace(pool, now, known.as_ref(), Some(kept))?;
        self.occupy(pool, kept, now);
        if self.has_pool(pool) {
            self.change(pool)?.0.import_pin(kept.pin());
        }
        Ok(())
    }

    /// What a pool's destinations carry.
    pub(super) fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError> {
        let (_, now) = (self.policy_for_calls(pool)?, self.clock.read());
        let flow = self.flows.get(pool);
        let in_use = flow.map(|flow| flow.in_use(now)).unwrap_or_default();
        Ok(Traffic { now, begun: flow.map_or(0, |flow| flow.begun), in_use })
    }

    fn is_full(&self, pool: &PoolId, asked: &StoredRow, capacity: Option<u32>, now: Timestamp) -> bool {
        let (Some(capacity), Some(destination)) = (capacity, asked.occupies(now)) else { return false };
        let Some(flow) = self.flows.get(pool) else { return capacity == 0 };
        let in_use = flow.in_use(now).get(destination).copied().unwrap_or_default();
        let is_its_own = flow.has(&asked.kept.row.span.key, destination, now);
        in_use - u32::from(is_its_own) >= capacity
    }

    /// Writes a row and its places in the indexes, and the stamps of its hours.
    fn replace(
        &mut self,
        pool: &PoolId,
        now: Timestamp,
        known: Option<&StoredRow>,
        kept: Option<&StoredRow>,
    ) -> Result<(), StoreError> {
        let (known, kept) = (known.map(|known| &known.kept.row), kept.map(|kept| (&kept.kept.row, kept)));
        let mut hours: Vec<Timestamp> =
            known.into_iter().chain(kept.map(|(row, _)| row)).map(|row| hour_of(row.span.began_at)).collect();
        hours.dedup();
        let stamps = hours.into_iter().map(|hour| self.next_stamp(pool, hour, now)).collect::<Result<Vec<_>, _>>()?;
        for (key, stamp) in stamps {
            self.unwritten.put(key, stamp.to_string());
        }
        for (_, key) in known.into_iter().flat_map(|row| places(pool, row)) {
            self.unwritten.remove(key);
        }
        if let Some((row, kept)) = kept {
            for (of, key) in places(pool, row) {
                let pin = matches!(of, CallsOf::Number(_)).then(|| kept.pin().pack());
                self.unwritten.put(key, pin.unwrap_or_default());
            }
            self.unwritten.put(keys::call(pool, &row.span.key), kept.pack());
        } else if let Some(row) = known {
            self.unwritten.remove(keys::call(pool, &row.span.key));
        }
        Ok(())
    }

    /// Stamps are also moments, so that what was counted and lost is not counted to again.
    fn next_stamp(&self, pool: &PoolId, hour: Timestamp, now: Timestamp) -> Result<(Vec<u8>, u64), StoreError> {
        let key = keys::at(&keys::hours(pool), hour, "");
        let stamp: Option<u64> = match self.unwritten.get(&self.disk, &key)? {
            Some(stamp) => Some(keys::text(&stamp)?.parse().map_err(corrupt)?),
            None => None,
        };
        Ok((key, stamp.map_or(0, |stamp| stamp + 1).max(now.as_millis())))
    }

    fn occupy(&mut self, pool: &PoolId, kept: &StoredRow, now: Timestamp) {
        let key = &kept.kept.row.span.key;
        self.free(pool, key);
        let past: Vec<CallKey> = self.flows.get(pool).into_iter().flat_map(|flow| flow.past(now)).cloned().collect();
        for call in past {
            self.free(pool, &call);
        }
        if let Some(destination) = kept.occupies(now) {
            self.unwritten.put(keys::occupying(pool, key), Flow::pack(kept.pinned_until, destination));
            let flow = self.flows.entry(pool.clone()).or_default();
            flow.occupy(key.clone(), kept.pinned_until, destination.clone());
        }
    }

    fn free(&mut self, pool: &PoolId, key: &CallKey) {
        if let Some(flow) = self.flows.get_mut(pool)
            && flow.free(key)
        {
            self.unwritten.remove(keys::occupying(pool, key));
        }
    }

    fn repin(
        &mut self,
        pool: &PoolId,
        now: Timestamp,
        known: Option<&StoredRow>,
        kept: Option<&StoredRow>,
    ) -> Result<(), StoreError> {
        if self.has_pool(pool) {
            self.change(pool)?.0.repin(now, known.map(StoredRow::pin), kept.map(StoredRow::pin));
        }
        Ok(())
    }
}

/// Where a call stands in the indexes.
fn places(pool: &PoolId, row: &CallRow) -> impl Iterator<Item = (CallsOf, Vec<u8>)> {
    let of_caller = row.caller.clone().map(CallsOf::Caller);
    let indexes = [CallsOf::Pool, CallsOf::Number(row.span.number.clone())].into_iter().chain(of_caller);
    indexes.map(|of| {
        let key = keys::at(&keys::calls_of(pool, &of), row.span.began_at, &row.span.key.to_string());
        (of, key)
    })
}
