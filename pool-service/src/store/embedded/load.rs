//! Building the pools in memory from what is on disk.

use super::{
    changes::{Settings, unpack_counters, unpack_number},
    disk::{Disk, unavailable},
    flow::Flow,
    keys,
    ledger::Ledger,
    number_key::NumberKey,
};
use crate::{
    domain::{
        ids::{PoolId, SessionId},
        number::TrackingNumber,
    },
    store::{
        StoreError,
        packed::{StoredLease, corrupt},
        packed_call::{StoredCall, stored_key},
    },
};
use std::collections::BTreeMap;

/// All pools as they were at the last commit.
pub(super) fn pools(disk: &Disk) -> Result<BTreeMap<PoolId, Ledger>, StoreError> {
    let mut pools: BTreeMap<PoolId, Ledger> = BTreeMap::new();
    for row in disk.pools.iter() {
        let (key, value) = row.into_inner().map_err(unavailable)?;
        let (pool, kind, rest) = keys::read_in_pool(&key)?;
        let value = keys::text(&value)?;
        if kind == keys::SETTINGS {
            let settings: Settings = serde_json::from_str(value).map_err(corrupt)?;
            pools.insert(pool, Ledger::restored(settings));
        } else {
            // A pool's settings sort before all its other rows.
            let ledger = pools.get_mut(&pool).ok_or_else(|| corrupt(format!("the pool {pool} has no settings")))?;
            restore(ledger, kind, rest, value)?;
        }
    }
    Ok(pools)
}

/// What all pools' destinations carry.
pub(super) fn flows(disk: &Disk) -> Result<BTreeMap<PoolId, Flow>, StoreError> {
    let mut flows: BTreeMap<PoolId, Flow> = BTreeMap::new();
    for row in disk.records.prefix([keys::BEGUN]) {
        let (key, value) = row.into_inner().map_err(unavailable)?;
        let (pool, _) = keys::read_record(&key)?;
        flows.entry(pool).or_default().begun = keys::text(&value)?.parse().map_err(corrupt)?;
    }
    for row in disk.records.prefix([keys::OCCUPYING]) {
        let (key, value) = row.into_inner().map_err(unavailable)?;
        let (pool, call) = keys::read_record(&key)?;
        let (until, destination) = Flow::unpack(keys::text(&value)?)?;
        flows.entry(pool).or_default().occupy(stored_key(keys::text(call)?)?, until, destination);
    }
    Ok(flows)
}

fn restore(ledger: &mut Ledger, kind: char, rest: &[u8], value: &str) -> Result<(), StoreError> {
    match kind {
        keys::GENERATION => {
            let (generation, cursor) = unpack_counters(value)?;
            ledger.restore_counters(generation, cursor);
        }
        keys::NUMBER => {
            let number = number(keys::text(rest)?)?;
            let key = NumberKey::of(&number);
            let (slot, lease) = unpack_number(number, value)?;
            ledger.restore_number(key, slot, lease);
        }
        keys::SESSION => ledger.restore_session(session(rest)?, NumberKey::of(&number(value)?)),
        keys::CANDIDATE => {
            let number = ledger.overflow().cloned().ok_or_else(|| corrupt("a pool lacks its overflow number"))?;
            ledger.restore_candidate(StoredLease::unpack(number, value)?.lease);
        }
        keys::SUPERSEDED => {
            let at = keys::read_superseded(rest)?;
            ledger.restore_superseded(at, StoredLease::unpack(at.1.number(), value)?.lease);
        }
        keys::PIN => {
            let key = stored_key(keys::text(rest)?)?;
            ledger.restore_call(StoredCall::unpack(key, value)?);
        }
        kind => return Err(corrupt(format!("a pool has a row of the unknown kind {kind:?}"))),
    }
    Ok(())
}

fn number(text: &str) -> Result<TrackingNumber, StoreError> {
    TrackingNumber::from_key(text).map_err(corrupt)
}

fn session(text: &[u8]) -> Result<SessionId, StoreError> {
    SessionId::parse(keys::text(text)?).map_err(corrupt)
}
