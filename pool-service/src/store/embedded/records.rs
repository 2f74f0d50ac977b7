//! Calls and documents in the embedded store.

use super::EmbeddedStore;
use crate::{
    domain::{call::CallKey, ids::PoolId, time::Timestamp},
    store::{
        StoreError,
        records::{CallQuery, Document, DocumentKind, KeptCall, RecordStore, SaveCall, SavedCall, Traffic},
    },
};
use async_trait::async_trait;

fn not_yet() -> StoreError {
    StoreError::Unavailable("records are not kept yet".to_owned())
}

#[async_trait]
impl RecordStore for EmbeddedStore {
    async fn call(&self, _pool: &PoolId, _key: &CallKey) -> Result<Option<KeptCall>, StoreError> {
        Err(not_yet())
    }

    async fn save_call(&self, _pool: &PoolId, _save: &SaveCall) -> Result<SavedCall, StoreError> {
        Err(not_yet())
    }

    async fn remove_call(&self, _pool: &PoolId, _key: &CallKey, _read_revision: u64) -> Result<bool, StoreError> {
        Err(not_yet())
    }

    async fn calls(&self, _pool: &PoolId, _query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        Err(not_yet())
    }

    async fn hours(
        &self,
        _pool: &PoolId,
        _from: Timestamp,
        _until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        Err(not_yet())
    }

    async fn traffic(&self, _pool: &PoolId) -> Result<Traffic, StoreError> {
        Err(not_yet())
    }

    async fn document(&self, _kind: DocumentKind, _key: &str) -> Result<Option<Document>, StoreError> {
        Err(not_yet())
    }

    async fn put_document(
        &self,
        _kind: DocumentKind,
        _key: &str,
        _read_revision: Option<u64>,
        _text: &str,
        _expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        Err(not_yet())
    }

    async fn documents(
        &self,
        _kind: DocumentKind,
        _from: &str,
        _until: &str,
        _newest_first: bool,
        _limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        Err(not_yet())
    }

    async fn remove_document(&self, _kind: DocumentKind, _key: &str) -> Result<(), StoreError> {
        Err(not_yet())
    }

    async fn sweep_documents(&self, _kind: DocumentKind, _limit: usize) -> Result<usize, StoreError> {
        Err(not_yet())
    }
}
