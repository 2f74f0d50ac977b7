//! Which calls are told, and under which id of the visitor's.

use super::{
    Conversion, Target, Which, google_ads, microsoft,
    money::{Amount, Currency, Money},
    salesforce_task,
    tally::LeftOut,
    yahoo,
};
use crate::domain::{
    attribution::Class,
    call::Call,
    lease::Lease,
    time::{Span, Timestamp},
    visitor::{AdConsent, ClickId, Consent},
};

/// Nobody talks longer; a call whose end was not told by then is not waited for.
const LONGEST_CALL: Span = Span::from_seconds(2 * 3_600);

/// A call that is told.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// The call.
    pub call: &'a Call,
    /// The lease that is credited with it.
    pub lease: &'a Lease,
    /// As what it is told.
    pub conversion: &'a Conversion,
    /// The id under which the platform knows the visitor or the click.
    pub id: Id<'a>,
    /// When it began, in whole seconds.
    pub at: Timestamp,
    /// What it is worth.
    pub worth: Option<Money>,
    /// What the visitor allowed; nobody who denied `ad_user_data` is told.
    pub consent: AdConsent,
}

/// An id of a click or a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id<'a> {
    /// Its kind: `gclid`.
    pub kind: &'a str,
    /// As the platform wants it.
    pub value: &'a str,
    /// When the click was, if a page or a cookie said so: by the browser's clock.
    pub clicked_at: Option<Timestamp>,
    /// It stood in the address of a page of this visit.
    pub is_of_visit: bool,
}

impl<'a> Id<'a> {
    /// A click's id, as the platform wants it; `None` if it has characters that ids do not have. An id may begin with `-`
    /// and stays as it is: changed it would be nobody's, and of its characters no formula can be made.
    pub fn of(click: &'a ClickId, value: &'a str) -> Option<Self> {
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let clicked_at = click.clicked_at_ms.map(Timestamp::from_millis);
        let id = Self { kind: &click.kind, value, clicked_at, is_of_visit: click.from_url };
        (!value.is_empty() && value.bytes().all(is_id)).then_some(id)
    }
}

/// Whether and how a call is told.
///
/// # Errors
/// Why it is not: the first reason of those in [`LeftOut`], in their order.
pub fn select<'a>(conversion: &'a Conversion, call: &'a Call, now: Timestamp) -> Result<Chosen<'a>, LeftOut> {
    // Of a blocked call nobody will tell an end.
    let lasts = call.facts.ended_at.is_none() && !call.facts.is_blocked;
    if lasts && now.since(call.began_at()) < LONGEST_CALL {
        return Err(LeftOut::InProgress);
    }
    if !counts(&conversion.which, call) {
        return Err(LeftOut::NotCounted);
    }
    if call.erased_at.is_some() {
        return Err(LeftOut::Erased);
    }
    let lease = call.credited().ok_or(LeftOut::NotCredited)?;
    if !conversion.include_likely && !is_certain(call, lease) {
        return Err(LeftOut::OnlyLikely);
    }
    let consent = call.ad_consent();
    // Whoever denies means all platforms: each of these files hands an id of theirs to another company for its ads.
    if consent.ad_user_data == Some(Consent::Denied) {
        return Err(LeftOut::NoConsent);
    }
    let at = Timestamp::from_millis(call.began_at().as_millis() / 1_000 * 1_000);
    let mut ids = ids(conversion, lease);
    if ids.is_empty() {
        return Err(LeftOut::NoId);
    }
    // A browser's clock may run ahead; what led to a page was before the page was heard of.
    for id in ids.iter_mut().filter(|id| id.is_of_visit) {
        id.clicked_at = id.clicked_at.map(|clicked| clicked.min(lease.last_heartbeat_at));
    }
    // Files have whole seconds, and platforms refuse a conversion in the second of its click. A time that would fit is not made up.
    let is_before =
        |id: &Id<'_>| id.clicked_at.is_none_or(|clicked| clicked.as_millis() / 1_000 < at.as_millis() / 1_000);
    let id = ids.into_iter().find(is_before).ok_or(LeftOut::BeforeClick)?;
    // A click of unknown time was before the call, and not long before the visitor got the number.
    if now.since(id.clicked_at.unwrap_or(at)) < conversion.minimum_age {
        return Err(LeftOut::TooRecent);
    }
    let clicked_at = id.clicked_at.unwrap_or(lease.granted_at);
    if conversion.maximum_age.is_some_and(|most| now.since(clicked_at) > most) {
        return Err(LeftOut::TooOld);
    }
    Ok(Chosen { call, lease, conversion, id, at, worth: worth(conversion, call), consent })
}

fn counts(which: &Which, call: &Call) -> bool {
    let facts = &call.facts;
    !facts.is_test
        && !facts.is_blocked
        && match which {
            Which::Valid => call.is_valid(),
            Which::Answered => call.is_answered(),
            Which::Outcome(names) => facts.outcome.as_ref().is_some_and(|outcome| names.contains(&outcome.value)),
        }
}

/// Whether the call is surely that of the credited visitor. One that is credited because the caller called before is, if
/// its own number says the same.
fn is_certain(call: &Call, credited: &Lease) -> bool {
    let judged = call.attribution.as_ref().map(|attributed| &attributed.judged);
    judged.is_some_and(|judged| {
        judged.class == Class::Certain
            && judged.credited().is_some_and(|candidate| candidate.lease.session == credited.session)
    })
}

/// The ids of a visitor that the file has room for, the one to be told first.
fn ids<'a>(conversion: &Conversion, lease: &'a Lease) -> Vec<Id<'a>> {
    match conversion.target {
        Target::GoogleAds => google_ads::ids(conversion, &lease.visitor),
        Target::Yahoo => yahoo::ids(yahoo::SEARCH, &lease.visitor),
        Target::YahooDisplay => yahoo::ids(yahoo::DISPLAY, &lease.visitor),
        Target::Microsoft => microsoft::ids(&lease.visitor),
        Target::SalesforceTask => salesforce_task::id(&lease.visitor).into_iter().collect(),
    }
}

/// As was said of the call, else as configured; nothing without a currency.
fn worth(conversion: &Conversion, call: &Call) -> Option<Money> {
    let facts = &call.facts;
    let amount = facts.value.as_ref().and_then(|told| Amount::parse(&told.value));
    let currency = facts.currency.as_ref().and_then(|told| Currency::parse(&told.value));
    let told = amount.zip(currency.or_else(|| conversion.currency.clone()));
    let (amount, currency) = told.or_else(|| conversion.value.clone().zip(conversion.currency.clone()))?;
    Some(Money { amount, currency })
}
