//! Domain values as they stand in answers.

use super::problem::{Answer, INVALID_REQUEST};
use crate::domain::{
    attribution::{Attribution, Candidate, Class},
    country::NationalForm,
    number::TrackingNumber,
    time::Timestamp,
    visitor::{AdConsent, Consent, Visitor},
};
use pool_protocol::{
    Number,
    attribution::{AttributionClass, LeaseHeld, Reason},
    visitor::{AdConsent as AdConsentTold, ClickId, ClickIdSource, ConsentState, FirstTouch, Visitor as VisitorTold},
};

/// A number in both its forms; `form` says how it is printed if it is not Japanese.
pub(super) fn number(number: &TrackingNumber, form: &NationalForm) -> Number {
    Number { national: form.national(number), e164: number.e164(), groups: form.groups_of(number) }
}

/// RFC 3339 in UTC, with milliseconds. A moment beyond the year 9999 is written as its last.
pub(super) fn time(moment: Timestamp) -> String {
    let millis = i64::try_from(moment.as_millis()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    format!("{moment:.3}")
}

/// Reads RFC 3339; `field` is what it is called.
pub(super) fn moment(field: &str, text: &str) -> Answer<Timestamp> {
    let parsed = text.parse::<jiff::Timestamp>().ok();
    let millis = parsed.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| {
        let text: String = text.chars().take(40).collect();
        let rule = "must be RFC 3339, as in 2026-11-21T14:30:00+09:00, of a year from 1970 to 9998";
        INVALID_REQUEST.because(format!("{field} {text:?} {rule}."))
    })
}

/// The same in a query, where a bare `+` means a blank: `+09:00` is too easily written without escaping it.
pub(super) fn moment_in_query(field: &str, text: &str) -> Answer<Timestamp> {
    moment(field, &text.trim().replace(' ', "+"))
}

/// How sure a judgement is.
pub(super) fn class(class: Class) -> AttributionClass {
    match class {
        Class::Certain => AttributionClass::Certain,
        Class::Likely => AttributionClass::Likely,
        Class::Ambiguous => AttributionClass::Ambiguous,
        Class::None => AttributionClass::None,
    }
}

/// Why a judgement is as it is.
pub(super) fn reasons(judged: &Attribution) -> Vec<Reason> {
    let reasons = judged.reasons.iter();
    reasons.map(|reason| Reason { code: reason.code.name().to_owned(), text: reason.text.clone() }).collect()
}

/// A probability with the four digits that it is good for.
pub(super) fn probability(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}

/// What is known of a visitor.
pub(super) fn visitor(visitor: &Visitor) -> VisitorTold {
    let click_id = |click_id: &crate::domain::visitor::ClickId| ClickId {
        kind: click_id.kind.clone(),
        value: click_id.value.clone(),
        clicked_at_ms: click_id.clicked_at_ms,
        source: if click_id.from_url { ClickIdSource::Url } else { ClickIdSource::Cookie },
    };
    let profile = visitor.profile();
    VisitorTold {
        click_ids: visitor.click_ids.iter().map(click_id).collect(),
        landing_page: visitor.landing_page.clone(),
        referrer: visitor.referrer.clone(),
        visitor_id: profile.visitor_id.clone(),
        first_touch: profile.first_touch.as_ref().map(|first| FirstTouch {
            landing_page: first.landing_page.clone(),
            referrer: first.referrer.clone(),
            at_ms: first.at_ms,
        }),
        cookie: None,
        cookies: profile.cookies.clone(),
        attributes: profile.attributes.clone(),
        consent: consent(profile.consent),
    }
}

/// What may be done with a visitor's data for ads; nothing if nobody said anything.
pub(super) fn consent(consent: AdConsent) -> Option<AdConsentTold> {
    let state = |state: Option<Consent>| {
        state.map(|state| match state {
            Consent::Granted => ConsentState::Granted,
            Consent::Denied => ConsentState::Denied,
        })
    };
    let AdConsent { ad_user_data, ad_personalization } = consent;
    let told = AdConsentTold { ad_user_data: state(ad_user_data), ad_personalization: state(ad_personalization) };
    (!consent.is_unknown()).then_some(told)
}

/// The same as a page tells it.
pub(super) fn consent_told(told: AdConsentTold) -> AdConsent {
    let state = |state: Option<ConsentState>| {
        state.map(|state| match state {
            ConsentState::Granted => Consent::Granted,
            ConsentState::Denied => Consent::Denied,
        })
    };
    AdConsent { ad_user_data: state(told.ad_user_data), ad_personalization: state(told.ad_personalization) }
}

/// A lease that may have led to a call at that moment.
pub(super) fn held(candidate: &Candidate, at: Timestamp) -> LeaseHeld {
    let lease = &candidate.lease;
    LeaseHeld {
        session: lease.session.to_string(),
        generation: lease.generation,
        granted_at: time(lease.granted_at),
        last_heartbeat_at: time(lease.last_heartbeat_at),
        left_at: lease.left_at.map(time),
        held_until: time(lease.held_until),
        silent_for_ms: at.since(lease.last_heartbeat_at).as_millis(),
        probability: probability(candidate.probability),
        visitor: visitor(&lease.visitor),
    }
}
