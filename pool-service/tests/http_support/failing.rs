//! A store that answers until it is broken, and then says that it cannot be reached.

use async_trait::async_trait;
use pool_service::{
    domain::{
        access::AccessToken,
        attribution::Holders,
        call::CallRecord,
        ids::{CallId, PoolId, SessionId},
        lease::{Lease, Standing},
        number::TrackingNumber,
        site::{Configuration, Pool},
        time::Timestamp,
        token::TokenKey,
    },
    store::{
        Acquire, Acquired, AdminStore, KeyStore, LeaseStore, Losses, Occupancy, RecordStore, Store, StoreError,
        transfer::{Export, Row, TransferStore},
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A store behind a wire that can be cut.
pub struct Failing {
    pub inner: Arc<dyn Store>,
    pub is_cut: Arc<AtomicBool>,
}

impl Failing {
    fn wire(&self) -> Result<&dyn Store, StoreError> {
        if self.is_cut.load(Ordering::Relaxed) {
            Err(StoreError::Unavailable("secret-host:6379 refused".to_owned()))
        } else {
            Ok(self.inner.as_ref())
        }
    }
}

macro_rules! behind_the_wire {
    ($name:ident { $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $name for Failing {
            $(async fn $method(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.wire()?.$method($($argument),*).await
            })*
        }
    };
}

behind_the_wire!(LeaseStore {
    fn acquire(pool: &PoolId, rows: &[Acquire]) -> Vec<Acquired>;
    fn leave(pool: &PoolId, session: &SessionId) -> ();
    fn release(pool: &PoolId, session: &SessionId) -> Option<Lease>;
    fn holders(pool: &PoolId, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders>;
    fn sweep(pool: &PoolId, limit: usize) -> Vec<Lease>;
    fn occupancy(pool: &PoolId) -> Occupancy;
    fn losses(pool: &PoolId) -> Losses;
});

behind_the_wire!(RecordStore {
    fn begin_call(pool: &PoolId, call: &CallId, number: &TrackingNumber) -> CallRecord;
    fn end_call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
    fn call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
});

behind_the_wire!(AdminStore {
    fn configuration() -> (u64, Configuration);
    fn put_configuration(read_version: u64, configuration: &Configuration) -> Option<u64>;
    fn put_pool(pool: &Pool) -> ();
    fn numbers(pool: &PoolId) -> Vec<(TrackingNumber, Standing)>;
    fn put_numbers(pool: &PoolId, numbers: &[TrackingNumber], standing: Standing) -> ();
    fn pools_of(numbers: &[TrackingNumber]) -> Vec<Option<PoolId>>;
    fn access_tokens() -> Vec<AccessToken>;
    fn access_token(id: &str) -> Option<AccessToken>;
    fn put_access_token(token: &AccessToken) -> ();
    fn token_keys(first: &TokenKey) -> Vec<TokenKey>;
    fn ready() -> ();
    fn now() -> Timestamp;
});

behind_the_wire!(KeyStore {
    fn put_token_key(key: &TokenKey) -> ();
    fn remove_token_key(id: &str) -> ();
});

behind_the_wire!(TransferStore {
    fn export() -> Export;
    fn begin_import() -> ();
    fn import(rows: Vec<Row>) -> ();
    fn end_import() -> ();
    fn retire(moved_to: &str) -> ();
});
