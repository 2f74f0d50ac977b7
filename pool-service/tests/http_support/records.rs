//! Calls that are already kept, without a call system that told of them.

use pool_service::{
    calls::row,
    domain::{
        attribution::{Attribution, Candidate, Class, reason::Code},
        call::{
            Attributed, Call, CallKey,
            caller::Caller,
            facts::{Fact, Facts},
            source::Source,
            validity::{Invalid, Validity},
        },
        ids::{AdvertiserId, PoolId, SessionId, SiteId},
        lease::{Lease, NumberState},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::{Span, Timestamp},
        visitor::{ClickId, Visitor},
        zone::{Edge, Zone},
    },
    store::{
        Store,
        records::{SaveCall, SavedCall, Survives},
    },
};
use std::sync::Arc;

/// A moment by RFC 3339, or the start of a day of UTC.
pub fn moment(text: &str) -> Timestamp {
    Zone::parse("UTC").expect("a zone").moment(text, Edge::From).expect("a moment")
}

/// A call on a number of the clinic's main pool that was answered at once, ended after 90 seconds, and counts.
pub fn call(id: &str, began_at: Timestamp) -> Call {
    let facts = Facts {
        told_begin: Some(began_at),
        first_heard_at: began_at,
        answered_at: Some(began_at),
        ended_at: Some(began_at + Span::from_seconds(90)),
        ..Facts::default()
    };
    Call {
        key: CallKey::parse(&format!("test/{id}")).expect("a key"),
        number: TrackingNumber::parse("050-3111-0001").expect("a number"),
        pool: PoolId::parse("clinic-main").expect("an id"),
        site: Some(SiteId::parse("clinic").expect("an id")),
        advertiser: None,
        facts,
        routed: None,
        attribution: None,
        source: Source::default(),
        repeat_of: None,
        static_use_suspected: false,
        validity: Some(Validity { rule_version: 1, reasons: Vec::new() }),
        is_first_time_caller: None,
        erased_at: None,
    }
}

/// What else a call may be.
pub trait As: Sized {
    #[must_use]
    fn in_pool(self, pool: &str, site: Option<&str>) -> Self;
    #[must_use]
    fn for_advertiser(self, advertiser: &str) -> Self;
    #[must_use]
    fn by(self, channel: &str) -> Self;
    #[must_use]
    fn first_by(self, channel: &str) -> Self;
    #[must_use]
    fn of_caller(self, caller: u64) -> Self;
    #[must_use]
    fn talked(self, seconds: u64) -> Self;
    #[must_use]
    fn missed(self) -> Self;
    #[must_use]
    fn invalid(self, reason: Invalid) -> Self;
    #[must_use]
    fn clicked(self, kind: &str, value: &str) -> Self;
}

impl As for Call {
    fn in_pool(self, pool: &str, site: Option<&str>) -> Self {
        let site = site.map(|site| SiteId::parse(site).expect("an id"));
        Self { pool: PoolId::parse(pool).expect("an id"), site, ..self }
    }

    fn for_advertiser(self, advertiser: &str) -> Self {
        Self { advertiser: Some(AdvertiserId::parse(advertiser).expect("an id")), ..self }
    }

    fn by(mut self, channel: &str) -> Self {
        self.source.channel = Some(channel.to_owned());
        self
    }

    fn first_by(mut self, channel: &str) -> Self {
        self.source.first_channel = Some(channel.to_owned());
        self
    }

    fn of_caller(mut self, caller: u64) -> Self {
        let value = Caller { key: format!("{caller:032x}"), sealed: None, masked: "090****5678".to_owned() };
        // The first half of a hash is what tells callers apart in short.
        let value = Caller { key: format!("{caller:016x}{}", &value.key[16..]), ..value };
        self.facts.caller = Some(Fact { at: self.began_at(), value });
        self
    }

    fn talked(mut self, seconds: u64) -> Self {
        self.facts.ended_at = self.facts.answered_at.map(|at| at + Span::from_seconds(seconds));
        self
    }

    fn missed(mut self) -> Self {
        self.facts.answered_at = None;
        self.invalid(Invalid::NotAnswered)
    }

    fn invalid(self, reason: Invalid) -> Self {
        Self { validity: Some(Validity { rule_version: 1, reasons: vec![reason] }), ..self }
    }

    fn clicked(self, kind: &str, value: &str) -> Self {
        let click_id = ClickId { kind: kind.to_owned(), value: value.to_owned(), clicked_at_ms: None, from_url: true };
        let visitor = Visitor {
            click_ids: vec![click_id],
            landing_page: Some("https://clinic.example/?utm_source=x".to_owned()),
            ..Visitor::default()
        };
        let session = SessionId::parse(super::TARO).expect("a session");
        let lease = Lease::granted(&LeasePolicy::default(), self.number.clone(), session, 1, self.began_at(), visitor);
        let judged = Attribution {
            class: Class::Certain,
            state: NumberState::Leased,
            reasons: vec![Code::Held.because("It was held.")],
            probability: 0.98,
            nobody: 0.02,
            candidates: vec![Candidate { lease, probability: 0.98 }],
        };
        Self { attribution: Some(Attributed { at: self.began_at(), judged }), ..self }
    }
}

/// Keeps a call as it is, whatever is kept of it.
pub async fn keep(store: &Arc<dyn Store>, call: &Call) {
    let kept = store.call(&call.pool, &call.key).await.expect("an answer");
    let save = SaveCall {
        row: row(call).expect("a row"),
        read_revision: kept.map_or(0, |kept| kept.revision),
        capacity: None,
        survives: Survives::Crash,
    };
    let saved = store.save_call(&call.pool, &save).await.expect("an answer");
    assert!(matches!(saved, SavedCall::Saved { .. }), "{saved:?}");
}
