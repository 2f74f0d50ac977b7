//! Calls and documents in the embedded store. Lists are read from a snapshot, beside the writer.

use super::{EmbeddedStore, calls::hour_of, disk::unavailable, keys};
use crate::{
    domain::{call::CallKey, ids::PoolId, time::Timestamp},
    store::{
        StoreError,
        packed::corrupt,
        packed_call::{StoredRow, check_row, stored_key},
        packed_document::{self, check_document, check_key},
        records::{
            CallQuery, Document, DocumentKind, KeptCall, MAX_LISTED, RecordStore, SaveCall, SavedCall, Survives,
            Traffic,
        },
    },
};
use async_trait::async_trait;
use fjall::{Keyspace, Readable, Snapshot};
use std::ops::Range;

#[async_trait]
impl RecordStore for EmbeddedStore {
    async fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<KeptCall>, StoreError> {
        let (pool, key) = (pool.clone(), key.clone());
        self.read(move |state| {
            state.policy_for_calls(&pool)?;
            Ok(state.call(&pool, &key)?.map(|stored| stored.kept))
        })
        .await
    }

    async fn save_call(&self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError> {
        check_row(&save.row)?;
        let (pool, save) = (pool.clone(), save.clone());
        self.write(save.survives, move |state| state.save_call(&pool, &save)).await
    }

    async fn remove_call(&self, pool: &PoolId, key: &CallKey, read_revision: u64) -> Result<bool, StoreError> {
        let (pool, key) = (pool.clone(), key.clone());
        self.write(Survives::PowerLoss, move |state| state.remove_call(&pool, &key, read_revision)).await
    }

    async fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        let (pool, query) = (pool.clone(), query.clone());
        self.look(Some(pool.clone()), move |seen| seen.calls(&pool, &query)).await
    }

    async fn hours(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        let pool = pool.clone();
        self.look(Some(pool.clone()), move |seen| seen.hours(&pool, from, until)).await
    }

    async fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError> {
        let pool = pool.clone();
        self.read(move |state| state.traffic(&pool)).await
    }

    async fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        let key = key.to_owned();
        self.read(move |state| state.document(kind, &key)).await
    }

    async fn put_document(
        &self,
        kind: DocumentKind,
        key: &str,
        read_revision: Option<u64>,
        text: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        check_document(key, text)?;
        let document = Document { key: key.to_owned(), revision: 0, expires_at, text: text.to_owned() };
        self.write(Survives::PowerLoss, move |state| state.put_document(kind, document, read_revision)).await
    }

    async fn documents(
        &self,
        kind: DocumentKind,
        from: &str,
        until: &str,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let keys = from.to_owned()..until.to_owned();
        self.look(None, move |seen| seen.documents(kind, &keys, newest_first, limit)).await
    }

    async fn remove_document(&self, kind: DocumentKind, key: &str) -> Result<(), StoreError> {
        check_key(key)?;
        let key = key.to_owned();
        self.write(Survives::PowerLoss, move |state| state.remove_document(kind, &key)).await
    }

    async fn sweep_documents(&self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError> {
        self.write(Survives::Crash, move |state| state.sweep_documents(kind, limit.min(MAX_LISTED))).await
    }
}

/// What was committed at one moment.
struct Seen {
    snapshot: Snapshot,
    records: Keyspace,
    now: Timestamp,
}

impl EmbeddedStore {
    /// Reads what is committed now on a thread of its own; of a pool only if there is one.
    async fn look<T: Send + 'static>(
        &self,
        pool: Option<PoolId>,
        read: impl FnOnce(&Seen) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let see = move |state: &super::State| {
            pool.map(|pool| state.policy_for_calls(&pool)).transpose()?;
            let (snapshot, records) = (state.disk.snapshot(), state.disk.records.clone());
            Ok(Seen { snapshot, records, now: state.clock.read() })
        };
        let seen = self.read(see).await?;
        let stopped = |_| StoreError::Unavailable("a reader of records was stopped".to_owned());
        tokio::task::spawn_blocking(move || read(&seen)).await.map_err(stopped)?
    }
}

impl Seen {
    fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        let start = keys::calls_of(pool, &query.of);
        let mut range = keys::at(&start, query.from, "")..keys::at(&start, query.until, "");
        if let Some((began_at, key)) = &query.after {
            let after = keys::at(&start, *began_at, &key.to_string());
            if query.newest_first {
                range.end = range.end.min(after);
            } else {
                range.start = range.start.max([&after[..], &[0]].concat());
            }
        }
        let call = |index: &[u8]| {
            let key = stored_key(keys::read_at(start.len(), index)?.1)?;
            let packed = self.snapshot.get(&self.records, keys::call(pool, &key)).map_err(unavailable)?;
            let packed = packed.ok_or_else(|| corrupt(format!("the call {key} is in an index only")))?;
            let kept = StoredRow::unpack(key, keys::text(&packed)?)?.kept;
            Ok(Some(kept).filter(|kept| !kept.row.record.is_empty()))
        };
        self.list(range, query.newest_first, query.limit.min(MAX_LISTED), |key, _| call(key))
    }

    fn hours(&self, pool: &PoolId, from: Timestamp, until: Timestamp) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        let start = keys::hours(pool);
        let range = keys::at(&start, hour_of(from), "")..keys::at(&start, until, "");
        self.list(range, false, usize::MAX, |key, stamp| {
            Ok(Some((keys::read_at(start.len(), key)?.0, keys::text(stamp)?.parse().map_err(corrupt)?)))
        })
    }

    fn documents(
        &self,
        kind: DocumentKind,
        within: &Range<String>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let start = keys::document(kind, "").len();
        let range = keys::document(kind, &within.start)..keys::document(kind, &within.end);
        self.list(range, newest_first, limit.min(MAX_LISTED), |key, packed| {
            let key = keys::text(key.get(start..).unwrap_or_default())?;
            let document = packed_document::unpack(key, keys::text(packed)?)?;
            Ok(Some(document).filter(|document| !packed_document::is_over(document, self.now)))
        })
    }

    fn list<T>(
        &self,
        range: Range<Vec<u8>>,
        is_reverse: bool,
        limit: usize,
        read: impl Fn(&[u8], &[u8]) -> Result<Option<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        if range.start >= range.end {
            return Ok(found);
        }
        let mut rows = self.snapshot.range(&self.records, range);
        while found.len() < limit
            && let Some(row) = if is_reverse { rows.next_back() } else { rows.next() }
        {
            let (key, value) = row.into_inner().map_err(unavailable)?;
            found.extend(read(&key, &value)?);
        }
        Ok(found)
    }
}
