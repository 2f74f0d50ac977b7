//! Stores that stand in front of another: each operation goes on to the one behind, if there is one now.

use super::{
    Acquire, Acquired, AdminStore, KeyStore, LeaseStore, Losses, Occupancy, Store, StoreError,
    records::{CallQuery, Document, DocumentKind, KeptCall, RecordStore, SaveCall, SavedCall, Traffic},
    transfer::{Export, Row, TransferStore},
};
use crate::domain::{
    access::AccessToken,
    attribution::Holders,
    call::CallKey,
    ids::{PoolId, SessionId},
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

    /// Where the next operation on records goes.
    ///
    /// # Errors
    /// The same.
    fn records(&self) -> Result<&dyn RecordStore, StoreError> {
        Ok(self.behind()?)
    }
}

macro_rules! relayed {
    ($name:ident by $behind:ident { $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl<T: Relay> $name for T {
            $(async fn $method(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.$behind()?.$method($($argument),*).await
            })*
        }
    };
}

relayed!(LeaseStore by behind {
    fn acquire(pool: &PoolId, rows: &[Acquire]) -> Vec<Acquired>;
    fn leave(pool: &PoolId, session: &SessionId) -> ();
    fn release(pool: &PoolId, session: &SessionId) -> Option<Lease>;
    fn holders(pool: &PoolId, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders>;
    fn sweep(pool: &PoolId, limit: usize) -> Vec<Lease>;
    fn occupancy(pool: &PoolId) -> Occupancy;
    fn losses(pool: &PoolId) -> Losses;
});

relayed!(RecordStore by records {
    fn call(pool: &PoolId, key: &CallKey) -> Option<KeptCall>;
    fn save_call(pool: &PoolId, save: &SaveCall) -> SavedCall;
    fn remove_call(pool: &PoolId, key: &CallKey, read_revision: u64) -> bool;
    fn calls(pool: &PoolId, query: &CallQuery) -> Vec<KeptCall>;
    fn hours(pool: &PoolId, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, u64)>;
    fn traffic(pool: &PoolId) -> Traffic;
    fn document(kind: DocumentKind, key: &str) -> Option<Document>;
    fn put_document(
        kind: DocumentKind, key: &str, read_revision: Option<u64>, text: &str, expires_at: Option<Timestamp>
    ) -> bool;
    fn documents(
        kind: DocumentKind, from: &str, until: &str, newest_first: bool, limit: usize
    ) -> Vec<Document>;
    fn remove_document(kind: DocumentKind, key: &str) -> ();
    fn sweep_documents(kind: DocumentKind, limit: usize) -> usize;
});

relayed!(AdminStore by behind {
    fn configuration() -> (u64, Configuration);
    fn configuration_after(read_version: u64) -> Option<(u64, Configuration)>;
    fn put_configuration(read_version: u64, configuration: &Configuration) -> Option<u64>;
    fn put_pool(pool: &Pool) -> ();
    fn numbers(pool: &PoolId) -> Vec<(TrackingNumber, Standing)>;
    fn put_numbers(pool: &PoolId, numbers: &[TrackingNumber], standing: Standing) -> ();
    fn pools_of(numbers: &[TrackingNumber]) -> Vec<Option<PoolId>>;
    fn pool_of(number: &TrackingNumber) -> Option<PoolId>;
    fn access_tokens() -> Vec<AccessToken>;
    fn access_token(id: &str) -> Option<AccessToken>;
    fn put_access_token(read: Option<&AccessToken>, token: &AccessToken) -> bool;
    fn token_keys(first: &TokenKey) -> Vec<TokenKey>;
    fn ready() -> ();
    fn now() -> Timestamp;
});

relayed!(KeyStore by behind {
    fn put_token_key(key: &TokenKey) -> ();
    fn remove_token_key(id: &str) -> ();
});

relayed!(TransferStore by behind {
    fn export() -> Export;
    fn begin_import() -> ();
    fn import(rows: Vec<Row>) -> ();
    fn end_import() -> ();
    fn retire(moved_to: &str) -> ();
});
