//! Domain values as they stand in answers.

use crate::domain::{country::NationalForm, number::TrackingNumber, time::Timestamp, visitor::Visitor};
use pool_protocol::{
    Number,
    visitor::{ClickId, ClickIdSource, FirstTouch, Visitor as VisitorTold},
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
    }
}
