//! Opens the store that the settings name.

use super::{AppError, store_name};
use crate::{
    calls::{
        CallDesk,
        callers::{CallerKeys, Keeping},
    },
    config::{CallerNumbers, Clock, Settings, StoreAddress},
    domain::time::Span,
    live::Live,
    store::{
        Store, StoreError,
        clock::{ManualClock, wall},
        embedded::{EmbeddedClock, EmbeddedStore},
        redis::{RedisClock, RedisStore},
    },
};
use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, path::PathBuf, sync::Arc};

/// An open store.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its clock, if it is the operator's.
    pub manual_clock: Option<ManualClock>,
}

/// Where the embedded store's files are.
pub fn embedded_directory(settings: &Settings) -> PathBuf {
    settings.data_directory.join("store")
}

/// Opens the store that the settings name, and makes the data directory if it is not there.
///
/// # Errors
/// When another process has it, it does not answer, or it cannot be used as it is set up.
pub async fn open(settings: &Settings) -> Result<Opened, AppError> {
    make_data_directory(settings)?;
    let manual_clock = (settings.clock == Clock::Manual).then(|| ManualClock::at(wall()));
    let failed = |why: StoreError| AppError::Store { store: store_name(settings), why };
    let store: Arc<dyn Store> = match &settings.store {
        StoreAddress::Embedded => {
            let clock = manual_clock.clone().map_or(EmbeddedClock::System, EmbeddedClock::Manual);
            Arc::new(EmbeddedStore::open(&embedded_directory(settings), clock).map_err(failed)?)
        }
        StoreAddress::Redis(url) => {
            let clock = manual_clock.clone().map_or(RedisClock::Server, RedisClock::Manual);
            Arc::new(RedisStore::connect(url, &settings.redis_prefix, clock).await.map_err(failed)?)
        }
    };
    if let Some(clock) = &manual_clock {
        // A store's time never steps back: a rehearsal goes on where the last one ended.
        clock.set(store.now().await.map_err(failed)?.max(clock.now()));
    }
    Ok(Opened { store, manual_clock })
}

/// The desk of call records in front of a store. The data directory must be there, for the key of callers' numbers.
///
/// # Errors
/// When that key can neither be read nor made.
pub fn call_desk(settings: &Settings, store: Arc<dyn Store>, live: Arc<Live>) -> Result<CallDesk, AppError> {
    let keeping = match settings.calls.caller_numbers {
        CallerNumbers::Encrypted => Keeping::Encrypted,
        CallerNumbers::Hashed => Keeping::Hashed,
    };
    let path = settings.calls.key_file.clone().unwrap_or_else(|| settings.data_directory.join("caller.key"));
    let callers = CallerKeys::open(&path, keeping).map_err(AppError::CallerKey)?;
    let kept_for = Span::from_seconds(settings.calls.keep_without_pool.as_secs());
    Ok(CallDesk::new(store, live, Arc::new(callers)).keeping(kept_for))
}

/// The same for a command, when no service runs.
///
/// # Errors
/// When the store does not answer, or the key can neither be read nor made.
pub async fn lone_call_desk(settings: &Settings, store: Arc<dyn Store>) -> Result<CallDesk, AppError> {
    let failed = |why: StoreError| AppError::Store { store: store_name(settings), why };
    let live = Live::load(Arc::clone(&store)).await.map_err(failed)?;
    call_desk(settings, store, Arc::new(live))
}

/// Makes the data directory, for this user alone, if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn make_data_directory(settings: &Settings) -> Result<(), AppError> {
    let directory = &settings.data_directory;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|error| AppError::DataDirectory(directory.clone(), error))
}
