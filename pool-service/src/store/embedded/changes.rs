//! From what a ledger noted to rows on disk.
//!
//! For the writer thread only.

use super::{
    disk::{Disk, to_json, unavailable},
    keys,
    ledger::{Change, Ledger, Slot},
};
use crate::{
    domain::{
        ids::PoolId,
        lease::{Lease, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        suffix::SuffixRange,
        time::Timestamp,
    },
    store::{
        StoreError,
        packed::{StoredLease, corrupt},
        packed_call::StoredCall,
    },
};
use fjall::OwnedWriteBatch;
use serde::{Deserialize, Serialize};

/// How many past leases of one number are looked at in one sweep.
const TRIM_AT_ONCE: usize = 16;

/// What an operator set for a pool.
#[derive(Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) policy: LeasePolicy,
    pub(super) overflow: Option<TrackingNumber>,
    #[serde(default)]
    pub(super) safe_until: Timestamp,
    #[serde(default)]
    pub(super) suffixes: Option<SuffixRange>,
}

/// Puts what a ledger noted into a batch.
pub(super) fn note(
    disk: &Disk,
    batch: &mut OwnedWriteBatch,
    pool: &PoolId,
    ledger: &mut Ledger,
) -> Result<(), StoreError> {
    for change in ledger.take_changes() {
        note_one(disk, batch, pool, ledger, change)?;
    }
    Ok(())
}

fn note_one(
    disk: &Disk,
    batch: &mut OwnedWriteBatch,
    pool: &PoolId,
    ledger: &Ledger,
    change: Change,
) -> Result<(), StoreError> {
    let mut put = |key: Vec<u8>, value: Option<String>| match value {
        Some(value) => batch.insert(&disk.pools, key, value),
        None => batch.remove(&disk.pools, key),
    };
    let key = |kind, rest: &str| keys::in_pool(pool, kind, rest).into_bytes();
    match change {
        Change::Settings => {
            let settings = Settings {
                policy: *ledger.policy(),
                overflow: ledger.overflow().cloned(),
                safe_until: ledger.safe_until(),
                suffixes: ledger.suffixes().cloned(),
            };
            put(key(keys::SETTINGS, ""), Some(to_json(&settings)?));
        }
        Change::Generation => put(key(keys::GENERATION, ""), Some(pack_counters(ledger.generation(), ledger.cursor()))),
        Change::Number(number) => {
            let row = ledger.kept_slot(number).map(|slot| pack_number(slot, ledger.lease(number)));
            put(key(keys::NUMBER, number.number().key()), row);
        }
        Change::Session(session) => {
            let number = ledger.number_of(&session).map(|number| number.number().into());
            put(key(keys::SESSION, session.as_str()), number);
        }
        Change::Candidate(session) => put(key(keys::CANDIDATE, session.as_str()), ledger.candidate(&session).map(pack)),
        Change::Superseded(at) => put(keys::superseded(pool, &at), ledger.superseded(&at).map(pack)),
        Change::Past(lease) => {
            let key = keys::past_lease(pool, &lease.number, lease.granted_at, lease.generation);
            batch.insert(&disk.records, key, pack(&lease));
        }
        Change::TrimPast(number, now) => trim_past(disk, batch, pool, ledger.policy(), &number.number(), now)?,
        Change::ForgetPast(number) => {
            for row in disk.records.prefix(keys::past_leases(pool, &number.number())) {
                batch.remove(&disk.records, row.key().map_err(unavailable)?);
            }
        }
        Change::Pin(call) => put(key(keys::PIN, &call.to_string()), ledger.pin(&call).map(StoredCall::pack)),
    }
    Ok(())
}

/// Removes past leases of a number that are older than the retention.
fn trim_past(
    disk: &Disk,
    batch: &mut OwnedWriteBatch,
    pool: &PoolId,
    policy: &LeasePolicy,
    number: &TrackingNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    for row in disk.records.prefix(keys::past_leases(pool, number)).take(TRIM_AT_ONCE) {
        let (key, packed) = row.into_inner().map_err(unavailable)?;
        let held_until = StoredLease::unpack(number.clone(), keys::text(&packed)?)?.lease.held_until;
        if now <= held_until + policy.retention {
            break;
        }
        batch.remove(&disk.records, key);
    }
    Ok(())
}

fn pack(lease: &Lease) -> String {
    StoredLease { lease: lease.clone(), is_announced: false }.pack()
}

/// The row of a number: `standing, exclusive_until, the packed lease or nothing`, separated by tabs.
fn pack_number(slot: Slot, lease: Option<&StoredLease>) -> String {
    let standing = match slot.standing {
        Standing::Active => "active",
        Standing::Draining => "draining",
        Standing::Disabled => "disabled",
    };
    let lease = lease.map(StoredLease::pack).unwrap_or_default();
    format!("{standing}\t{}\t{lease}", slot.exclusive_until.as_millis())
}

/// The row of a pool's counters: `generation`, and `cursor` if it has one, separated by a tab.
fn pack_counters(generation: u64, cursor: u64) -> String {
    if cursor == 0 { generation.to_string() } else { format!("{generation}\t{cursor}") }
}

/// Reads the row of a pool's counters.
pub(super) fn unpack_counters(row: &str) -> Result<(u64, u64), StoreError> {
    let (generation, cursor) = row.split_once('\t').unwrap_or((row, "0"));
    Ok((generation.parse().map_err(corrupt)?, cursor.parse().map_err(corrupt)?))
}

/// Reads the row of a number.
pub(super) fn unpack_number(number: TrackingNumber, row: &str) -> Result<(Slot, Option<StoredLease>), StoreError> {
    let mut fields = row.splitn(3, '\t');
    let standing = match fields.next() {
        Some("active") => Standing::Active,
        Some("draining") => Standing::Draining,
        Some("disabled") => Standing::Disabled,
        _ => return Err(corrupt(format!("the number {number} stands in no known way"))),
    };
    let exclusive_until = fields.next().and_then(|field| field.parse().ok()).map(Timestamp::from_millis);
    let exclusive_until = exclusive_until.ok_or_else(|| corrupt(format!("the number {number} has no time")))?;
    let lease = fields.next().filter(|packed| !packed.is_empty());
    let lease = lease.map(|packed| StoredLease::unpack(number, packed)).transpose()?;
    Ok((Slot { standing, exclusive_until }, lease))
}
