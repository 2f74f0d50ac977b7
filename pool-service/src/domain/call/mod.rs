//! The call record: what is known of one call to a tracking number, from the first ring to what came of it.
//!
//! A record is made of what call systems told ([`facts`], which come unordered, late and twice) and of what was judged from
//! it: whose call it is, fixed when it began, and whether it counts.
//!
//! # Layout
//! - [`key`]: what tells one call from all others
//! - [`span`]: a call as far as its number cares
//! - [`event`]: one thing that a call system tells
//! - [`facts`]: all that was told, merged
//! - [`caller`]: who calls, as far as it is kept
//! - [`source`]: by which channel and campaign the credited visitor came
//! - [`validity`]: whether a call counts, and why not

pub mod caller;
pub mod event;
pub mod facts;
pub mod key;
pub mod source;
pub mod span;
pub mod validity;

pub use key::CallKey;
pub use span::CallSpan;

use super::{
    attribution::Attribution,
    ids::{AdvertiserId, DestinationId, PoolId, SiteId},
    lease::Lease,
    number::TrackingNumber,
    time::{Span, Timestamp},
    visitor::{AdConsent, ClickId, Visitor},
};
use facts::Facts;
use serde::{Deserialize, Serialize};
use source::Source;
use validity::Validity;

/// A call record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Which call.
    pub key: CallKey,
    /// The dialled number.
    pub number: TrackingNumber,
    /// The pool under which the record is kept: [`PoolId::none`] for a number of no pool.
    pub pool: PoolId,
    /// The site whose number was dialled; `None` for a number that nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// On whose behalf the number is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser: Option<AdvertiserId>,
    /// What call systems told.
    pub facts: Facts,
    /// What was answered while it rang, to be answered again: see `domain::routing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<Routed>,
    /// Whose call it is, judged once, for the moment at which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<Attributed>,
    /// How the credited visitor came.
    #[serde(default)]
    pub source: Source,
    /// The same caller called before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_of: Option<RepeatOf>,
    /// Whether the caller had not called the pool's numbers before; `None` where nobody can know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_first_time_caller: Option<bool>,
    /// The number is called again and again though nobody holds it: it was probably copied as static text.
    #[serde(default)]
    pub static_use_suspected: bool,
    /// Whether it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
    /// When everything that tells who called was erased; nothing of the kind is kept of this call from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

/// An attribution, and the moment for which it was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    /// The moment that was judged: the call's begin, as far as it was known then.
    pub at: Timestamp,
    /// The judgement.
    pub judged: Attribution,
}

/// What the routing decided for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// When.
    pub at: Timestamp,
    /// The destination tried first, which counts as in use while the call lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationId>,
    /// The whole decision as JSON, of which every rendering is made.
    pub decision: String,
}

/// An earlier call of the same caller, and whom it was credited to: repeat callers keep their first session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepeatOf {
    /// The earlier call.
    pub call: CallKey,
    /// When it began.
    pub began_at: Timestamp,
    /// The lease to which that call was credited, if it was; it is credited with this call too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
}

/// How far a call has come; it only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// It reached the number.
    Begun,
    /// Somebody's telephone rings.
    Ringing,
    /// Somebody talks.
    Answered,
    /// It is over.
    Ended,
}

impl Call {
    /// The record of a call of which nothing is judged yet.
    pub fn new(key: CallKey, number: TrackingNumber, pool: PoolId, facts: Facts) -> Self {
        Self {
            key,
            number,
            pool,
            site: None,
            advertiser: None,
            facts,
            routed: None,
            attribution: None,
            source: Source::default(),
            repeat_of: None,
            is_first_time_caller: None,
            static_use_suspected: false,
            validity: None,
            erased_at: None,
        }
    }

    /// When it began, as far as anybody told.
    pub fn began_at(&self) -> Timestamp {
        self.facts.began_at()
    }

    /// How far it has come.
    pub fn state(&self) -> CallState {
        self.facts.state()
    }

    /// Whether somebody answered.
    pub fn is_answered(&self) -> bool {
        self.facts.answered_at.is_some() || self.facts.talk_seconds().is_some_and(|seconds| seconds > 0)
    }

    /// How long they talked; zero if nobody answered.
    pub fn talk(&self) -> Span {
        Span::from_seconds(self.facts.talk_seconds().unwrap_or(0))
    }

    /// The lease that is credited: that of the caller's first call if there was one, else as it was judged.
    pub fn credited(&self) -> Option<&Lease> {
        let carried = self.repeat_of.as_ref().and_then(|repeat| repeat.lease.as_ref());
        carried.or_else(|| Some(&self.attribution.as_ref()?.judged.credited()?.lease))
    }

    /// What is known of the credited visitor.
    pub fn visitor(&self) -> Option<&Visitor> {
        self.credited().map(|lease| &lease.visitor)
    }

    /// When the credited session's page was last heard of before it: a caller who called before is credited to the lease as
    /// it was at that call, and this one's own may be of the same session.
    pub fn visited_at(&self) -> Option<Timestamp> {
        let credited = self.credited()?;
        let own = self.attribution.as_ref().and_then(|attributed| attributed.judged.credited());
        let own = own.filter(|candidate| candidate.lease.session == credited.session);
        Some(own.map_or(credited, |candidate| &candidate.lease).last_heartbeat_at.max(credited.last_heartbeat_at))
    }

    /// The ad clicks of the credited visitor, newest first.
    pub fn click_ids(&self) -> &[ClickId] {
        self.visitor().map_or(&[], |visitor| &visitor.click_ids)
    }

    /// What had been said by its begin of the use of the visitor's data for ads. A caller who called before is credited
    /// to the earlier lease; if this call's own is of the same session it knows better, if of another, whoever denies.
    pub fn ad_consent(&self) -> AdConsent {
        let own = self.attribution.as_ref().and_then(|attributed| attributed.judged.credited());
        let (Some(credited), Some(own)) = (self.credited(), own.map(|candidate| &candidate.lease)) else {
            return self.visitor().map_or(AdConsent::UNKNOWN, |visitor| visitor.profile().consent);
        };
        let (then, now) = (credited.visitor.profile().consent, own.visitor.profile().consent);
        if credited.session == own.session { then.updated_by(now) } else { then.stricter(now) }
    }

    /// Whether it counts. Not judged means no.
    pub fn is_valid(&self) -> bool {
        self.validity.as_ref().is_some_and(Validity::is_valid)
    }

    /// The public id of the record.
    pub fn record_id(&self) -> String {
        self.key.record_id(&self.pool)
    }

    /// What its number cares about.
    pub fn span(&self) -> CallSpan {
        CallSpan {
            key: self.key.clone(),
            number: self.number.clone(),
            began_at: self.began_at(),
            ended_at: self.facts.ended_at(),
        }
    }
}
