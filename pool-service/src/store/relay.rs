//! Stores that stand in front of another: each operation goes on to the one behind, if there is one now.

use super::{
    Acquire, Acquired, AdminStore, KeyStore, LeaseStore, Losses, Occupancy, RecordStore, Store, StoreError,
    transfer::{Export, Row, TransferStore},
};
use crate::domain::{
    access::AccessToken,
    attribution::Holders,
    call::CallRecord,
    ids::{CallId, PoolId, SessionId},
    lease::{Lease, Standing},
    number::TrackingNumber,
    site::{Configuration, Pool},
    time::Timestamp,
    token::TokenKey,
};
use async_trait::async_trait;

/// A store that does nothing itself. Whatever is one is a whole [`Store`].
pub trait Relay: Send + Sync {
    /// Where the next operation goes.
    ///
    /// # Errors
    /// What the operation answers when there is nobody to do it.
    fn behind(&self) -> Result<&dyn Store, StoreError>;
}

macro_rules! relayed {
    ($name:ident { $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl<T: Relay> $name for T {
            $(async fn $method(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.behind()?.$method($($argument),*).await
            })*
        }
    };
}

relayed!(LeaseStore {
    fn acquire(pool: &PoolId, rows: &[Acquire]) -> Vec<Acquired>;
    fn leave(pool: &PoolId, session: &SessionId) -> ();
    fn release(pool: &PoolId, session: &SessionId) -> Option<Lease>;
    fn holders(pool: &PoolId, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders>;
    fn sweep(pool: &PoolId, limit: usize) -> Vec<Lease>;
    fn occupancy(pool: &PoolId) -> Occupancy;
    fn losses(pool: &PoolId) -> Losses;
});

relayed!(RecordStore {
    fn begin_call(pool: &PoolId, call: &CallId, number: &TrackingNumber) -> CallRecord;
    fn end_call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
    fn call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
});

relayed!(AdminStore {
    fn configuration() -> (u64, Configuration);
    fn put_configuration(read_version: u64, configuration: &Configuration) -> Option<u64>;
    fn put_pool(pool: &Pool) -> ();
    fn numbers(pool: &PoolId) -> Vec<(TrackingNumber, Standing)>;
    fn put_numbers(pool: &PoolId, numbers: &[TrackingNumber], standing: Standing) -> ();
    fn pools_of(numbers: &[TrackingNumber]) -> Vec<Option<PoolId>>;
    fn pool_of(number: &TrackingNumber) -> Option<PoolId>;
    fn access_tokens() -> Vec<AccessToken>;
    fn access_token(id: &str) -> Option<AccessToken>;
    fn put_access_token(token: &AccessToken) -> ();
    fn token_keys(first: &TokenKey) -> Vec<TokenKey>;
    fn ready() -> ();
    fn now() -> Timestamp;
});

relayed!(KeyStore {
    fn put_token_key(key: &TokenKey) -> ();
    fn remove_token_key(id: &str) -> ();
});

relayed!(TransferStore {
    fn export() -> Export;
    fn begin_import() -> ();
    fn import(rows: Vec<Row>) -> ();
    fn end_import() -> ();
    fn retire(moved_to: &str) -> ();
});
