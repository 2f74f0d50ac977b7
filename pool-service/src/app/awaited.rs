//! A store that is away at the start: it answers that it is, until it is there.

use super::{
    AppError,
    open::{Opened, open},
    store_name,
};
use crate::{
    config::{Clock, Settings, StoreAddress},
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
    live::kept::Kept,
    store::{
        Acquire, Acquired, AdminStore, KeyStore, LeaseStore, Losses, Occupancy, RecordStore, Store, StoreError,
        transfer::{Export, Row, TransferStore},
    },
};
use async_trait::async_trait;
use std::sync::{Arc, OnceLock};
use tokio::time::interval;

/// A store that may not be there yet.
#[derive(Default)]
pub(super) struct Awaited {
    there: OnceLock<Arc<dyn Store>>,
}

/// Opens the store that the settings name. One that is away is waited for in the background, by the second part of the
/// answer, if a configuration of it was kept.
pub(super) async fn open_or_await(
    settings: &Settings,
    kept: Option<&Kept>,
) -> Result<(Opened, Option<Arc<Awaited>>), AppError> {
    match (open(settings).await, kept) {
        (Err(AppError::Store { store, why: why @ StoreError::Unavailable(_) }), Some(kept))
            if settings.clock == Clock::System && kept.is_there().await =>
        {
            tracing::warn!(%store, %why, "starting without the store");
            let awaited = Arc::new(Awaited::default());
            Ok((Opened { store: Arc::clone(&awaited) as Arc<dyn Store>, manual_clock: None }, Some(awaited)))
        }
        (outcome, _) => Ok((outcome?, None)),
    }
}

/// Where the configuration of a store that can be away is kept; `None` for one in files of its own.
pub(super) fn kept(settings: &Settings) -> Option<Kept> {
    let StoreAddress::Redis(_) = &settings.store else { return None };
    let path = settings.data_directory.join("last-known-good.json");
    Some(Kept { path, store: format!("{} {}", store_name(settings), settings.redis_prefix) })
}

impl Awaited {
    /// Tries again and again until the store is there.
    pub(super) async fn wait(self: Arc<Self>, settings: Settings) {
        let mut ticks = interval(settings.configuration_poll);
        let mut told = String::new();
        loop {
            ticks.tick().await;
            match open(&settings).await {
                Ok(opened) => {
                    // Only this task sets it.
                    let _ = self.there.set(opened.store);
                    tracing::info!("the store is there");
                    return;
                }
                Err(error) if error.to_string() != told => {
                    told = error.to_string();
                    tracing::warn!(%error, "the store is still away");
                }
                Err(_) => {}
            }
        }
    }

    fn store(&self) -> Result<&dyn Store, StoreError> {
        let away = || StoreError::Unavailable("it was away at the start and has not been reached yet".to_owned());
        self.there.get().map(AsRef::as_ref).ok_or_else(away)
    }
}

macro_rules! once_it_is_there {
    ($name:ident { $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $name for Awaited {
            $(async fn $method(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.store()?.$method($($argument),*).await
            })*
        }
    };
}

once_it_is_there!(LeaseStore {
    fn acquire(pool: &PoolId, rows: &[Acquire]) -> Vec<Acquired>;
    fn leave(pool: &PoolId, session: &SessionId) -> ();
    fn release(pool: &PoolId, session: &SessionId) -> Option<Lease>;
    fn holders(pool: &PoolId, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders>;
    fn sweep(pool: &PoolId, limit: usize) -> Vec<Lease>;
    fn occupancy(pool: &PoolId) -> Occupancy;
    fn losses(pool: &PoolId) -> Losses;
});

once_it_is_there!(RecordStore {
    fn begin_call(pool: &PoolId, call: &CallId, number: &TrackingNumber) -> CallRecord;
    fn end_call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
    fn call(pool: &PoolId, call: &CallId) -> Option<CallRecord>;
});

once_it_is_there!(AdminStore {
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

once_it_is_there!(KeyStore {
    fn put_token_key(key: &TokenKey) -> ();
    fn remove_token_key(id: &str) -> ();
});

once_it_is_there!(TransferStore {
    fn export() -> Export;
    fn begin_import() -> ();
    fn import(rows: Vec<Row>) -> ();
    fn end_import() -> ();
    fn retire(moved_to: &str) -> ();
});
