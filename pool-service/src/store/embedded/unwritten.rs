//! Rows that wait for the next commit, so that the operations that share it see each other's.
//!
//! For the writer thread only.

use super::disk::{Disk, unavailable};
use crate::store::StoreError;
use fjall::{OwnedWriteBatch, UserValue};
use std::collections::HashMap;

/// Rows of the keyspace `records`, by key; `None` for one that goes.
#[derive(Default)]
pub(super) struct Unwritten(HashMap<Vec<u8>, Option<UserValue>>);

impl Unwritten {
    /// A row as it will be after the next commit.
    pub(super) fn get(&self, disk: &Disk, key: &[u8]) -> Result<Option<UserValue>, StoreError> {
        match self.0.get(key) {
            Some(row) => Ok(row.clone()),
            None => disk.records.get(key).map_err(unavailable),
        }
    }

    /// Writes a row.
    pub(super) fn put(&mut self, key: Vec<u8>, row: impl Into<UserValue>) {
        self.0.insert(key, Some(row.into()));
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.0.insert(key, None);
    }

    /// Puts all of them into a batch.
    pub(super) fn write(&mut self, disk: &Disk, batch: &mut OwnedWriteBatch) {
        for (key, row) in self.0.drain() {
            match row {
                Some(row) => batch.insert(&disk.records, key, row),
                None => batch.remove(&disk.records, key),
            }
        }
    }
}
