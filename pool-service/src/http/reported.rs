//! What a webhook tells of a call, on its way to the call desk.

use super::{
    problem::{Answer, INVALID_REQUEST},
    route::dialled,
    service::Service,
};
use crate::{
    calls::NoPlace,
    domain::{
        call::{
            Call, CallKey,
            event::{Event, EventKind, Told},
        },
        ids::{CallId, CallSource},
        time::Timestamp,
    },
};
use std::{sync::Arc, time::Duration};

/// What a webhook tells of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reported {
    /// The caller's leg, by which the whole call goes.
    pub(super) call: String,
    /// The number that was dialled, as it is written there.
    pub(super) dialled: String,
    /// Who called, as it is written there; `None` where it does not say.
    pub(super) caller: Option<String>,
    /// What happened.
    pub(super) kind: EventKind,
    /// When.
    pub(super) at: Timestamp,
    /// What else it tells; the caller stands above.
    pub(super) told: Told,
}

impl Service {
    /// Notes what a webhook tells.
    ///
    /// # Errors
    /// When it names no call or no number, or the store does not answer: it will be told again.
    pub(super) async fn report(&self, source: &str, reported: Reported) -> Answer<Call> {
        let key = key(source, &reported.call)?;
        let place = self.ask("place", async {
            match self.calls.place(&dialled(&reported.dialled)).await {
                Ok(place) => Ok(Ok(place)),
                Err(NoPlace::NotANumber(why)) => Ok(Err(why)),
                Err(NoPlace::Store(error)) => Err(error),
            }
        });
        let place = place.await?.map_err(|why| INVALID_REQUEST.because(format!("The dialled {why}.")))?;
        let mut told = reported.told;
        if let Some(raw) = &reported.caller {
            let read = self.calls.callers().read(raw);
            told.is_anonymous |= read.is_anonymous;
            told.caller = read.caller;
        }
        let event = Event { key, number: place.number.clone(), kind: reported.kind, at: reported.at, told };
        Ok(self.ask("tell", self.calls.hear_at(&place, event)).await?.call)
    }

    /// What the store's clock shows, or nearly so if it does not say: a caller may wait.
    pub(super) async fn now_or_about(&self) -> Timestamp {
        match tokio::time::timeout(self.options.route_budget, self.calls.now()).await {
            Ok(Ok(now)) => now,
            _ => self.live.about_now(),
        }
    }

    /// Notes what a webhook tells while a caller waits, who waits no longer for that than `left`. `read`: what it tells,
    /// given the time. What is lost if the store does not answer then, later webhooks of the call tell again.
    pub(super) async fn report_meanwhile(
        self: &Arc<Self>,
        source: &'static str,
        left: Duration,
        read: impl FnOnce(Timestamp) -> Result<Option<Reported>, String> + Send + 'static,
    ) {
        let service = Arc::clone(self);
        let told = tokio::spawn(async move {
            let now = service.now_or_about().await;
            match read(now).map_err(|why| INVALID_REQUEST.because(why))? {
                Some(reported) => service.report(source, reported).await.map(drop),
                None => Ok(()),
            }
        });
        match tokio::time::timeout(left, told).await {
            Ok(Ok(Err(refusal))) => tracing::warn!(source, why = %refusal.detail, "a leg's end was not noted"),
            Ok(_) => {}
            Err(_) => tracing::warn!(source, "a leg's end is noted late"),
        }
    }
}

/// The key of a call that another service names.
///
/// # Errors
/// When the name cannot be one.
pub(super) fn key(source: &str, call: &str) -> Answer<CallKey> {
    let told = |error: crate::domain::ids::InvalidId| INVALID_REQUEST.because(error.to_string());
    Ok(CallKey { source: CallSource::parse(source).map_err(told)?, id: CallId::parse(call).map_err(told)? })
}
