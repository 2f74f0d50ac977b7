//! What is known of a call that was routed: of this every rendering is made, and of nothing else, so that the same call is
//! answered the same whenever it is asked about.

use crate::{
    calls::Place,
    domain::{
        attribution::Candidate,
        call::{Attributed, Call, CallKey, Routed, source::Source},
        ids::{AdvertiserId, PoolId, SiteId},
        number::TrackingNumber,
        routing::{Decision, Leg, SendTo},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};

/// What is known of a call that was routed.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutedCall {
    /// Which call.
    pub key: CallKey,
    /// The dialled number.
    pub number: TrackingNumber,
    /// The public id of its record; `None` if the store did not answer in time.
    pub record_id: Option<String>,
    /// The site whose number it is.
    pub site: Option<SiteId>,
    /// The pool that leases it.
    pub pool: Option<PoolId>,
    /// On whose behalf it is shown.
    pub advertiser: Option<AdvertiserId>,
    /// When it was decided.
    pub at: Timestamp,
    /// Where it goes.
    pub decision: Decision,
    /// Whose call it is.
    pub attribution: Option<Attributed>,
    /// How the credited visitor came.
    pub source: Source,
    /// The caller called before.
    pub is_repeat: bool,
}

/// What is kept of a decision with the call's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptDecision {
    #[serde(flatten)]
    decision: Decision,
    #[serde(default)]
    is_repeat: bool,
    #[serde(default)]
    source: Source,
}

impl RoutedCall {
    /// What was decided, as a record; `None` for one that was never routed.
    pub fn of(call: &Call) -> Option<Self> {
        let routed = call.routed.as_ref()?;
        let kept: KeptDecision = serde_json::from_str(&routed.decision).ok()?;
        // What was said without the store is said again, as it was.
        let with_store = !kept.decision.is_degraded;
        Some(Self {
            key: call.key.clone(),
            number: call.number.clone(),
            record_id: Some(call.record_id()).filter(|_| with_store),
            site: call.site.clone(),
            pool: Some(call.pool.clone()).filter(|pool| *pool != PoolId::none()),
            advertiser: call.advertiser.clone(),
            at: routed.at,
            decision: kept.decision,
            attribution: call.attribution.clone().filter(|_| with_store),
            source: kept.source,
            is_repeat: kept.is_repeat,
        })
    }

    /// What is said without the store.
    pub fn without_store(key: CallKey, place: &Place, at: Timestamp, decision: Decision) -> Self {
        Self {
            key,
            number: place.number.clone(),
            record_id: None,
            site: place.site.clone(),
            pool: Some(place.pool.clone()).filter(|pool| *pool != PoolId::none()),
            advertiser: place.advertiser.clone(),
            at,
            decision,
            attribution: None,
            source: Source::default(),
            is_repeat: false,
        }
    }

    /// The lease to which the call is credited.
    pub fn credited(&self) -> Option<&Candidate> {
        self.attribution.as_ref()?.judged.credited()
    }

    /// Its name for people and headers: the pool, a dot, and the lease's generation.
    pub fn lease_id(&self) -> Option<String> {
        Some(format!("{}.{}", self.pool.as_ref()?, self.credited()?.lease.generation))
    }

    /// How a SIP system calls a leg.
    pub fn uri(&self, leg: &Leg) -> String {
        leg.to.uri(self.decision.gateway.as_ref())
    }
}

/// What is kept with a call's record.
pub(super) fn routed(decision: &Decision, at: Timestamp, source: &Source, is_repeat: bool) -> Routed {
    let kept = KeptDecision { decision: decision.clone(), is_repeat, source: source.clone() };
    Routed {
        at,
        destination: decision.first_destination().and_then(|leg| leg.destination.clone()),
        // Plain data: there is nothing in it that could not be written.
        decision: serde_json::to_string(&kept).unwrap_or_default(),
    }
}

/// A number in the international form that telephone services want; nationally where there is none.
pub(super) fn dialled(to: &SendTo) -> String {
    match to {
        SendTo::Number(number) => number.e164().unwrap_or_else(|| number.national().to_owned()),
        SendTo::Sip(uri) => uri.as_str().to_owned(),
    }
}
