//! Calls in the embedded store.

use super::{EmbeddedStore, disk::Disk, ledger::Ledger, writer::Survives};
use crate::{
    domain::{
        call::CallRecord,
        ids::{CallId, PoolId},
        number::TrackingNumber,
    },
    store::{RecordStore, StoreError, record::StoredCall},
};
use async_trait::async_trait;

#[async_trait]
impl RecordStore for EmbeddedStore {
    async fn begin_call(
        &self,
        pool: &PoolId,
        call: &CallId,
        number: &TrackingNumber,
    ) -> Result<CallRecord, StoreError> {
        let (pool, call, number) = (pool.clone(), call.clone(), number.clone());
        self.write(Survives::PowerLoss, move |state| {
            let (ledger, now, disk) = state.change(&pool)?;
            let known = find(ledger, disk, &pool, &call)?;
            Ok(known.map_or_else(|| ledger.begin_call(now, &call, &number), |known| known.record))
        })
        .await
    }

    async fn end_call(&self, pool: &PoolId, call: &CallId) -> Result<Option<CallRecord>, StoreError> {
        let (pool, call) = (pool.clone(), call.clone());
        self.write(Survives::PowerLoss, move |state| {
            let (ledger, now, disk) = state.change(&pool)?;
            let known = find(ledger, disk, &pool, &call)?;
            Ok(known.map(|known| ledger.end_call(now, known)))
        })
        .await
    }

    async fn call(&self, pool: &PoolId, call: &CallId) -> Result<Option<CallRecord>, StoreError> {
        let (pool, call) = (pool.clone(), call.clone());
        self.read(move |state| {
            let ledger = state.pool(&pool)?;
            Ok(find(ledger, &state.disk, &pool, &call)?.map(|known| known.record))
        })
        .await
    }
}

/// Memory has every call that the disk may not have yet.
fn find(ledger: &Ledger, disk: &Disk, pool: &PoolId, call: &CallId) -> Result<Option<StoredCall>, StoreError> {
    match ledger.call(call) {
        Some(known) => Ok(Some(known.clone())),
        None => disk.call(pool, call),
    }
}
