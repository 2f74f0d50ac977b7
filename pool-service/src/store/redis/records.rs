//! Calls and documents on a Redis server.

use super::RedisStore;
use crate::{
    domain::{call::CallKey, ids::PoolId, time::Timestamp},
    store::{
        StoreError,
        packed_call::check_row,
        packed_document::{check_document, check_key},
        records::{CallQuery, Document, DocumentKind, KeptCall, MAX_LISTED, RecordStore, SaveCall, SavedCall, Traffic},
    },
};
use async_trait::async_trait;

#[async_trait]
impl RecordStore for RedisStore {
    async fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<KeptCall>, StoreError> {
        self.0.call(pool, key).await
    }

    async fn save_call(&self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError> {
        check_row(&save.row)?;
        self.0.save_call(pool, save).await
    }

    async fn remove_call(&self, pool: &PoolId, key: &CallKey, read_revision: u64) -> Result<bool, StoreError> {
        self.0.remove_call(pool, key, read_revision).await
    }

    async fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        self.0.calls(pool, &CallQuery { limit: query.limit.min(MAX_LISTED), ..query.clone() }).await
    }

    async fn hours(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        self.0.hours(pool, from, until).await
    }

    async fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError> {
        self.0.traffic(pool).await
    }

    async fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        self.0.document(kind, key).await
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
        self.0.put_document(kind, key, read_revision, text, expires_at).await
    }

    async fn documents(
        &self,
        kind: DocumentKind,
        from: &str,
        until: &str,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        self.0.documents(kind, from, until, newest_first, limit.min(MAX_LISTED)).await
    }

    async fn remove_document(&self, kind: DocumentKind, key: &str) -> Result<(), StoreError> {
        check_key(key)?;
        self.0.remove_document(kind, key).await
    }

    async fn sweep_documents(&self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError> {
        self.0.sweep_documents(kind, limit.min(MAX_LISTED)).await
    }
}
