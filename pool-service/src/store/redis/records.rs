//! Calls on a Redis server.

use super::{RedisStore, scripts};
use crate::{
    domain::{
        call::CallRecord,
        ids::{CallId, PoolId},
        number::TrackingNumber,
    },
    store::{RecordStore, StoreError, record::StoredCall},
};
use async_trait::async_trait;

/// How many of the latest calls on one number can be found by number.
const CALLS_BY_NUMBER: usize = 256;

#[async_trait]
impl RecordStore for RedisStore {
    async fn begin_call(
        &self,
        pool: &PoolId,
        call: &CallId,
        number: &TrackingNumber,
    ) -> Result<CallRecord, StoreError> {
        let mut script = self.0.on_pool(&scripts::BEGIN_CALL, pool);
        script.arg(call.as_str()).arg(number.key()).arg(CALLS_BY_NUMBER);
        let packed: String = self.0.run(pool, &script).await?;
        Ok(StoredCall::unpack(call.clone(), &packed)?.record)
    }

    async fn end_call(&self, pool: &PoolId, call: &CallId) -> Result<Option<CallRecord>, StoreError> {
        let mut script = self.0.on_pool(&scripts::END_CALL, pool);
        let packed: Option<String> = self.0.run(pool, script.arg(call.as_str())).await?;
        packed.map(|packed| Ok(StoredCall::unpack(call.clone(), &packed)?.record)).transpose()
    }

    async fn call(&self, pool: &PoolId, call: &CallId) -> Result<Option<CallRecord>, StoreError> {
        let mut script = self.0.on_pool(&scripts::CALL, pool);
        let packed: Option<String> = self.0.run(pool, script.arg(call.as_str())).await?;
        packed.map(|packed| Ok(StoredCall::unpack(call.clone(), &packed)?.record)).transpose()
    }
}
