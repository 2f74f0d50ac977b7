//! A store that is away at the start: it answers that it is, until it is there.

use super::{
    AppError,
    open::{Opened, open},
    store_name,
};
use crate::{
    config::{Clock, Settings, StoreAddress},
    live::kept::Kept,
    store::{Store, StoreError, relay::Relay},
};
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
}

impl Relay for Awaited {
    fn behind(&self) -> Result<&dyn Store, StoreError> {
        let away = || StoreError::Unavailable("it was away at the start and has not been reached yet".to_owned());
        self.there.get().map(AsRef::as_ref).ok_or_else(away)
    }
}
