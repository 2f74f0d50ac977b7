//! Calls made up for files of conversions.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use pool_service::{
    calls,
    domain::{
        attribution::{Attribution, Candidate, Class, reason::Code},
        call::{
            Attributed, Call, CallKey, RepeatOf,
            caller::Caller,
            facts::{Fact, Facts},
            source::Source,
            validity::{Invalid, Validity},
        },
        conversion::{
            Conversion, Target, Which,
            export::Settings,
            money::{Amount, Currency},
            range::range,
        },
        ids::{PoolId, SessionId, SiteId},
        lease::{Lease, NumberState},
        number::TrackingNumber,
        time::{Span, Timestamp},
        visitor::{AdConsent, ClickId, Consent, Profile, Visitor},
        zone::Zone,
    },
    store::{
        Store,
        records::{SaveCall, SavedCall, Survives},
    },
};
use std::collections::BTreeMap;

/// The site of all calls.
pub fn site() -> SiteId {
    SiteId::parse("clinic").expect("an id")
}

/// A moment of RFC 3339.
pub fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    Timestamp::from_millis(u64::try_from(at.as_millisecond()).expect("after 1970"))
}

/// A valid call of three minutes that is certainly that of a visitor who was there a minute before and of whom no id is
/// known.
pub fn call(id: &str, began_at: &str) -> Call {
    let began_at = at(began_at);
    let number = TrackingNumber::parse("050-3111-0001").expect("a number");
    let lease = Lease {
        number: number.clone(),
        session: SessionId::parse("taro-taro-taro-taro").expect("a session"),
        generation: 1,
        granted_at: began_at - Span::from_seconds(600),
        last_heartbeat_at: began_at - Span::from_seconds(60),
        left_at: None,
        held_until: began_at + Span::from_seconds(90),
        visitor: Visitor::default(),
    };
    let answered_at = began_at + Span::from_seconds(5);
    let key = CallKey::parse(&format!("kamailio/{id}")).expect("a key");
    Call {
        key,
        number,
        pool: PoolId::parse("clinic-main").expect("an id"),
        site: Some(site()),
        advertiser: None,
        facts: Facts {
            routed_at: Some(began_at),
            first_heard_at: began_at,
            answered_at: Some(answered_at),
            ended_at: Some(answered_at + Span::from_seconds(180)),
            caller: Some(told(Caller { key: "0".repeat(32), sealed: None, masked: "090****5678".to_owned() })),
            ..Facts::default()
        },
        routed: None,
        attribution: Some(Attributed { at: began_at, judged: judged(Class::Certain, lease) }),
        source: Source::default(),
        is_first_time_caller: None,
        erased_at: None,
        repeat_of: None,
        static_use_suspected: false,
        validity: Some(Validity { rule_version: 1, reasons: Vec::new() }),
    }
}

/// A judgement on the first candidate.
pub fn judged(class: Class, lease: Lease) -> Attribution {
    Attribution {
        class,
        state: NumberState::Leased,
        reasons: vec![Code::Held.because("made up".to_owned())],
        probability: 0.9,
        nobody: 0.01,
        candidates: vec![Candidate { lease, probability: 0.9 }],
    }
}

/// A fact.
pub fn told<T>(value: T) -> Fact<T> {
    Fact { at: Timestamp::ZERO, value }
}

/// A click of the page's address, or of a cookie that tells when it was.
pub fn click(kind: &str, value: &str, clicked_at: Option<&str>) -> ClickId {
    let clicked_at_ms = clicked_at.map(|text| at(text).as_millis());
    ClickId { kind: kind.to_owned(), value: value.to_owned(), clicked_at_ms, from_url: clicked_at.is_none() }
}

/// Changes to a call, one after the other.
pub trait Told: Sized {
    fn with(self, change: impl FnOnce(&mut Call)) -> Self;

    /// The credited visitor came by these clicks.
    fn clicked(self, clicks: &[ClickId]) -> Self {
        self.leased(|lease| lease.visitor.click_ids = clicks.to_vec())
    }

    /// The page of the credited visitor said so of the use of their data for ads: to tell ad platforms, to choose ads.
    fn who_said(self, ad_user_data: Option<Consent>, ad_personalization: Option<Consent>) -> Self {
        self.leased(|lease| {
            let profile = lease.visitor.profile().clone();
            let consent = AdConsent { ad_user_data, ad_personalization };
            lease.visitor = lease.visitor.clone().with(Profile { consent, ..profile });
        })
    }

    /// The credited visitor has this cookie.
    fn with_cookie(self, name: &str, value: &str) -> Self {
        self.leased(|lease| {
            let cookies = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            lease.visitor = lease.visitor.clone().with(Profile { cookies, ..lease.visitor.profile().clone() });
        })
    }

    fn leased(self, change: impl FnOnce(&mut Lease)) -> Self {
        self.with(|call| {
            let judged = &mut call.attribution.as_mut().expect("a judgement").judged;
            change(&mut judged.candidates[0].lease);
        })
    }

    fn of_class(self, class: Class) -> Self {
        self.with(|call| call.attribution.as_mut().expect("a judgement").judged.class = class)
    }

    fn invalid(self) -> Self {
        self.with(|call| call.validity.as_mut().expect("a judgement").reasons.push(Invalid::TooShort))
    }

    fn with_outcome(self, outcome: &str) -> Self {
        self.with(|call| call.facts.outcome = Some(told(outcome.to_owned())))
    }

    fn worth(self, value: &str, currency: Option<&str>) -> Self {
        self.with(|call| {
            call.facts.value = Some(told(value.to_owned()));
            call.facts.currency = currency.map(|currency| told(currency.to_owned()));
        })
    }

    /// The caller called before, from another visitor's page.
    fn carried(self, lease: Lease) -> Self {
        self.with(|call| {
            let key = CallKey::parse("kamailio/earlier").expect("a key");
            call.repeat_of = Some(RepeatOf { call: key, began_at: Timestamp::ZERO, lease: Some(lease) });
        })
    }
}

impl Told for Call {
    fn with(mut self, change: impl FnOnce(&mut Call)) -> Self {
        change(&mut self);
        self
    }
}

/// A conversion as it is configured without saying more than target and name.
pub fn conversion(target: Target, name: &str) -> Conversion {
    Conversion {
        target,
        name: name.to_owned(),
        value: Amount::parse("5000"),
        currency: Currency::parse("JPY"),
        which: Which::Valid,
        include_likely: false,
        braids: Vec::new(),
        consent_columns: false,
        minimum_age: target.minimum_age(),
        maximum_age: target.maximum_age(),
        zone: "Asia/Tokyo".to_owned(),
        days: 7,
    }
}

/// A file of November 2026, written on 1 December.
pub fn november(conversions: Vec<Conversion>) -> Settings {
    let zone = Zone::parse(&conversions[0].zone).expect("a zone");
    let now = at("2026-12-01T00:00:00+09:00");
    Settings {
        target: conversions[0].target,
        conversions: BTreeMap::from([(site(), conversions)]),
        range: range(Some("2026-11-01"), Some("2026-11-30"), &zone, 7, now).expect("a range"),
        zone,
        now,
    }
}

/// The clinic with these conversions.
pub fn configured(clinic: &str, conversions: &str) -> String {
    let (site, rest) = clinic.split_once("\n[[site]]\nid = \"shop\"").expect("two sites");
    format!("{site}\n{conversions}\n[[site]]\nid = \"shop\"{rest}")
}

/// Keeps calls as they are.
pub async fn keep(store: &dyn Store, calls: &[Call]) {
    for call in calls {
        let row = calls::row(call).expect("JSON");
        let save = SaveCall { row, read_revision: 0, capacity: None, survives: Survives::Crash };
        let saved = store.save_call(&call.pool, &save).await.expect("it is kept");
        assert_eq!(saved, SavedCall::Saved { revision: 1 });
    }
}
