//! What every handler may use.

use super::{limits::Limits, route::late::Waiting, signed::Signers};
use crate::{
    assets::Assets,
    calls::CallDesk,
    domain::{time::Timestamp, zone::Zone},
    live::{Live, Snapshot},
    store::{Store, StoreError, records::RecordStore},
    telemetry::metrics::Metrics,
};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// A store that has not answered by then is treated as one that does not answer.
pub(super) const STORE_DEADLINE: Duration = Duration::from_secs(2);
/// A store that has not told the time by then is not waited for where the minute is enough.
const CLOCK_DEADLINE: Duration = Duration::from_millis(100);

/// What every handler may use.
pub struct Service {
    /// Leases, records and administration.
    pub store: Arc<dyn Store>,
    /// Sites and pools.
    pub live: Arc<Live>,
    /// Call records.
    pub calls: Arc<CallDesk>,
    /// Calls that were routed while the store did not answer.
    pub late: Waiting,
    /// Counters.
    pub metrics: Metrics,
    /// The browser program; `None` if it was not built.
    pub assets: Option<Assets>,
    /// Whether the service is about to end: load balancers shall look elsewhere.
    pub is_leaving: Arc<AtomicBool>,
    /// What one address and one site may ask.
    pub limits: Limits,
    /// Settings of the routes.
    pub options: Options,
}

/// Settings of the routes.
#[derive(Clone, Debug)]
pub struct Options {
    /// How browsers reach the service, without a trailing slash.
    pub public_url: String,
    /// The largest request body.
    pub max_body_bytes: usize,
    /// The deadline of request bodies.
    pub body_read: Duration,
    /// How long the store has to say where a call goes.
    pub route_budget: Duration,
    /// How long browsers may keep a tag.
    pub tag_cache: Duration,
    /// What proves that a webhook comes from where it says.
    pub signers: Signers,
    /// The zone of days and clocks in lists, reports and settlements, where the request names none.
    pub zone: Zone,
}

impl Service {
    /// The configuration now.
    pub fn configured(&self) -> Arc<Snapshot> {
        self.live.now()
    }

    /// The store's time, or nearly: a store that is away does not hold up who asks.
    pub async fn about_now(&self) -> Timestamp {
        match tokio::time::timeout(CLOCK_DEADLINE, self.store.now()).await {
            Ok(Ok(now)) => now,
            _ => self.live.about_now(),
        }
    }

    /// Waits for the store, within a deadline; failures are counted and logged here, once.
    ///
    /// # Errors
    /// What the store said, or that it said nothing in time.
    pub async fn ask<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.ask_within(STORE_DEADLINE, operation, work).await
    }

    /// The same within a deadline of one's own.
    ///
    /// # Errors
    /// The same.
    pub(super) async fn ask_within<T>(
        &self,
        deadline: Duration,
        operation: &'static str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let answer = tokio::time::timeout(deadline, work).await;
        let answer = answer.unwrap_or_else(|_| Err(StoreError::Unavailable("it took too long".to_owned())));
        self.noted(operation, answer)
    }

    /// Counts and logs what failed, for answers that keep deadlines of their own.
    ///
    /// # Errors
    /// What the store said.
    pub fn noted<T>(&self, operation: &'static str, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        answer.inspect_err(|error| {
            self.metrics.store_failed(operation);
            tracing::warn!(operation, %error, "the store did not do what it was asked");
        })
    }

    /// The store's records, for what goes on reading after the handler has answered.
    pub fn records(&self) -> Arc<dyn RecordStore> {
        Arc::clone(&self.store) as Arc<dyn RecordStore>
    }
}
