//! The embedded engine: opening the data directory, committing, and reading what is not kept in memory. The layout is in [`super::keys`].
//!
//! For the writer thread only. No rule about leases lives here.

use super::{clock::Run, keys, upgrade};
use crate::{
    domain::{
        ids::PoolId,
        number::TrackingNumber,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        packed::{StoredLease, corrupt},
        packed_call::{StoredCall, stored_key},
    },
};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch, PersistMode};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

/// Version of the layout. A change that older versions would misread counts it up.
const SCHEMA: u64 = 2;

/// The open data directory.
pub(super) struct Disk {
    database: Database,
    pub(super) admin: Keyspace,
    pub(super) pools: Keyspace,
    pub(super) records: Keyspace,
}

impl Disk {
    /// Opens or creates the data directory, and keeps every other process out of it.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        keep_to_this_user(path);
        let database = Database::builder(path).open().map_err(|error| refused(path, &error))?;
        let keyspace = |name| database.keyspace(name, KeyspaceCreateOptions::default).map_err(unavailable);
        let (admin, pools, records) = (keyspace("admin")?, keyspace("pools")?, keyspace("records")?);
        let disk = Self { database, admin, pools, records };
        match disk.admin_row::<u64>(keys::SCHEMA)? {
            Some(SCHEMA) => {}
            Some(1) => upgrade::from_1(&disk)?,
            None => {
                let mut batch = disk.batch();
                batch.insert(&disk.admin, keys::SCHEMA, SCHEMA.to_string());
                disk.commit(batch, true)?;
            }
            Some(newer) => {
                return Err(StoreError::Unsuitable(format!(
                    "the data in {} was written by a newer version of Hatsuban (layout {newer}; this version knows \
                     {SCHEMA}): run that version or a newer one",
                    path.display()
                )));
            }
        }
        disk.check_usable(path)?;
        Ok(disk)
    }

    /// Refuses what is not whole, or is no more.
    fn check_usable(&self, path: &Path) -> Result<(), StoreError> {
        let path = path.display();
        if self.admin_row::<bool>(keys::RESTORING)?.is_some() {
            return Err(StoreError::Unsuitable(format!(
                "a restore into {path} was cut short: delete that directory and restore again"
            )));
        }
        match self.admin_row::<String>(keys::MOVED)? {
            Some(to) => Err(StoreError::Unsuitable(format!(
                "what was in {path} was moved to {to}: set store to that address, or delete the directory to begin anew"
            ))),
            None => Ok(()),
        }
    }

    /// What is committed now, whatever is committed later.
    pub(super) fn snapshot(&self) -> fjall::Snapshot {
        self.database.snapshot()
    }

    /// An empty batch.
    pub(super) fn batch(&self) -> OwnedWriteBatch {
        self.database.batch()
    }

    /// Commits a batch atomically. It has reached the operating system when this returns, and the disk if asked to.
    pub(super) fn commit(&self, batch: OwnedWriteBatch, sync: bool) -> Result<(), StoreError> {
        let batch = if sync { batch.durability(Some(PersistMode::SyncData)) } else { batch };
        batch.commit().map_err(unavailable)
    }

    /// Makes everything committed survive power loss, and writes down that it does.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        self.database.persist(PersistMode::SyncAll).map_err(unavailable)?;
        let Some(run) = self.admin_row::<Run>(keys::RUN)? else { return Ok(()) };
        let mut batch = self.batch();
        batch.insert(&self.admin, keys::RUN, to_json(&run.closed())?);
        self.commit(batch, true)
    }

    /// The past leases of a number that were granted up to a moment, newest first.
    pub(super) fn past_leases(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Timestamp,
    ) -> impl Iterator<Item = Result<StoredLease, StoreError>> {
        let from = keys::past_leases(pool, number);
        let to = keys::past_lease(pool, number, at, u64::MAX);
        let number = number.clone();
        self.records.range(from..=to).rev().map(move |row| {
            let packed = row.value().map_err(unavailable)?;
            StoredLease::unpack(number.clone(), keys::text(&packed)?)
        })
    }

    /// Of the latest calls that began on a number up to a moment those that may have pinned it then, newest first. What they
    /// pin stands in the index, so that no record is read; rows of older versions have nothing there, and their records are.
    pub(super) fn calls_pinning(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Timestamp,
        latest: usize,
    ) -> impl Iterator<Item = Result<StoredCall, StoreError>> {
        let from = keys::calls_on(pool, number, Timestamp::ZERO);
        let to = keys::calls_on(pool, number, at + Span::from_millis(1));
        let prefix_bytes = from.len();
        let pinning = move |row: fjall::Guard| {
            let (key, pin) = row.into_inner().map_err(unavailable)?;
            let pin = keys::text(&pin)?;
            if StoredCall::pinned_until(pin).is_some_and(|until| until <= at) {
                return Ok(None);
            }
            let call = stored_key(keys::text(key.get(prefix_bytes..).unwrap_or_default())?)?;
            if !pin.is_empty() {
                return StoredCall::unpack(call, pin).map(Some);
            }
            let packed = self.records.get(keys::call(pool, &call)).map_err(unavailable)?;
            let packed = packed.ok_or_else(|| corrupt(format!("the call {call} is in the index only")))?;
            StoredCall::unpack(call, keys::text(&packed)?).map(Some)
        };
        self.records.range(from..to).rev().take(latest).filter_map(move |row| pinning(row).transpose())
    }

    /// A row of the keyspace `admin` that holds JSON.
    pub(super) fn admin_row<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let row = self.admin.get(key).map_err(unavailable)?;
        row.map(|row| serde_json::from_slice(&row).map_err(corrupt)).transpose()
    }

    /// All rows of the keyspace `admin` under a prefix.
    pub(super) fn admin_rows<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<T>, StoreError> {
        let rows = self.admin.prefix(prefix).map(|row| {
            let row = row.value().map_err(unavailable)?;
            serde_json::from_slice(&row).map_err(corrupt)
        });
        rows.collect()
    }
}

/// The JSON form of something stored.
pub(super) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt)
}

/// The error for an engine that does not read or write.
pub(super) fn unavailable(error: fjall::Error) -> StoreError {
    if let fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) = &error
        && let Some(full) = full(error)
    {
        return full;
    }
    StoreError::Unavailable(match error {
        fjall::Error::Poisoned => "an earlier write to the data directory failed".to_owned(),
        error => format!("the data directory cannot be read or written ({error})"),
    })
}

/// The error for a file that found no room; `None` for any other.
pub(super) fn full(error: &io::Error) -> Option<StoreError> {
    let is_full =
        matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge);
    is_full.then(|| StoreError::Full(error.to_string()))
}

/// Visitors, calls and the keys that sign leases stand there, in files that the engine lets everybody read. What cannot be
/// made or changed, the engine says.
fn keep_to_this_user(path: &Path) {
    const MODE: u32 = 0o700;
    let _ = DirBuilder::new().recursive(true).mode(MODE).create(path);
    let _ = fs::set_permissions(path, Permissions::from_mode(MODE));
}

fn refused(path: &Path, error: &fjall::Error) -> StoreError {
    let path = path.display();
    match error {
        fjall::Error::Locked => StoreError::Unsuitable(format!(
            "the data directory {path} is in use by another process: stop that one, or choose another directory"
        )),
        fjall::Error::InvalidVersion(_) => StoreError::Unsuitable(format!(
            "the data directory {path} was written by another version of the storage engine: run the version of \
             Hatsuban that wrote it"
        )),
        fjall::Error::Io(error) if full(error).is_some() => StoreError::Full(format!("{path}: {error}")),
        error => StoreError::Unavailable(format!("the data directory {path} cannot be opened ({error})")),
    }
}
