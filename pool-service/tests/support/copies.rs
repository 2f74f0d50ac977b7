//! Two copies of the service on one Redis: stores that take turns.

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
        Acquire, Acquired, AdminStore, KeyStore, LeaseStore, Losses, Occupancy, RecordStore, StoreError,
        clock::ManualClock,
        redis::{RedisClock, RedisStore},
        transfer::{Export, Row, TransferStore},
    },
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Each operation goes through the other copy than the one before.
pub(crate) struct Copies {
    copies: [RedisStore; 2],
    turns: AtomicUsize,
}

impl Copies {
    /// Two copies with connections of their own.
    pub(crate) async fn connect(url: &str, prefix: &str, clock: &ManualClock) -> Self {
        let copy = || RedisStore::connect(url, prefix, RedisClock::Manual(clock.clone()));
        let copies = [copy().await.expect("a store"), copy().await.expect("a store")];
        Self { copies, turns: AtomicUsize::new(0) }
    }

    fn next(&self) -> &RedisStore {
        &self.copies[self.turns.fetch_add(1, Ordering::Relaxed) % 2]
    }
}

macro_rules! taking_turns {
    ($name:ident { $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $name for Copies {
            $(async fn $method(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.next().$method($($argument),*).await
            })*
        }
    };
}

taking_turns!(LeaseStore {
    fn acquire(pool: &PoolId, rows: &[Acquire]) -> Vec<Acquired>;
    fn leave(pool: &PoolId, session: &SessionId) -> ();
    fn release(pool: &PoolId, session: &SessionId) -> Option<Lease>;
    fn holders(pool: &PoolId, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders>;
    fn sweep(pool: &PoolId, limit: usize) -> Vec<Lease>;
    fn occupancy(pool: &PoolId) -> Occupancy;
    fn losses(pool: &PoolId) -> Losses;
});

taking_turns!(RecordStore {
    fn begin_call(pool: &PoolId, call: &CallId, number: &TrackingNumber) -> CallRecord;
    fn end_call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
    fn call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
});

taking_turns!(AdminStore {
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

taking_turns!(KeyStore {
    fn put_token_key(key: &TokenKey) -> ();
    fn remove_token_key(id: &str) -> ();
});

taking_turns!(TransferStore {
    fn export() -> Export;
    fn begin_import() -> ();
    fn import(rows: Vec<Row>) -> ();
    fn end_import() -> ();
    fn retire(moved_to: &str) -> ();
});
