//! A call as a row of a table. The dialled number is in national digits, since a leading `+` is a formula.

use crate::{
    calls::callers::CallerKeys,
    domain::{
        attribution::Class,
        call::{Call, CallState, caller::Caller, facts::Fact},
        time::Timestamp,
        visitor::{AdConsent, Consent},
        zone::Zone,
    },
    http::wire,
};

/// A column: its name, and what a call has in it.
pub(super) struct Column {
    /// Its name.
    pub name: &'static str,
    /// What a call has in it, as clocks of a zone show it and as far as callers may be seen.
    pub cell: fn(&Call, &Zone, &CallerKeys) -> String,
}

macro_rules! columns {
    ($($name:literal: $cell:expr;)*) => {
        /// All columns, in the order of the file.
        pub(super) const COLUMNS: &[Column] = &[$(Column { name: $name, cell: $cell }),*];
    };
}

columns! {
    "id": |call, _, _| call.record_id();
    "source": |call, _, _| call.key.source.to_string();
    "call_id": |call, _, _| call.key.id.to_string();
    "began_at": |call, _, _| wire::time(call.began_at());
    "began_at_local": |call, zone, _| zone.wall_clock(call.began_at());
    "zone": |_, zone, _| zone.to_string();
    "answered_at": |call, _, _| time(call.facts.answered_at());
    "ended_at": |call, _, _| time(call.facts.ended_at());
    "number": |call, _, _| call.number.national().to_owned();
    "site": |call, _, _| shown(call.site.as_ref());
    "pool": |call, _, _| call.pool.to_string();
    "advertiser": |call, _, _| shown(call.advertiser.as_ref());
    "state": |call, _, _| state(call.state()).to_owned();
    "answered": |call, _, _| call.is_answered().to_string();
    "ring_seconds": |call, _, _| shown(call.facts.ring_seconds().as_ref());
    "talk_seconds": |call, _, _| call.talk().as_seconds().to_string();
    "billable_seconds": |call, _, _| fact(call.facts.billable_seconds.as_ref());
    "hang_up_cause": |call, _, _| fact(call.facts.hang_up_cause.as_ref());
    "destination": |call, _, _| fact(call.facts.destination.as_ref());
    "caller": |call, _, callers| caller(call).and_then(|caller| callers.shown(caller)).unwrap_or_default();
    "caller_masked": |call, _, _| shown(caller(call).map(|caller| &caller.masked));
    "first_time_caller": |call, _, _| shown(call.is_first_time_caller.as_ref());
    "anonymous": |call, _, _| call.facts.is_anonymous.to_string();
    "valid": |call, _, _| call.is_valid().to_string();
    "invalid_reasons": |call, _, _| reasons(call);
    "rule_version": |call, _, _| shown(call.validity.as_ref().map(|validity| &validity.rule_version));
    "repeat_of": |call, _, _| call.repeat_of.as_ref().map(|repeat| repeat.call.record_id(&call.pool)).unwrap_or_default();
    "static_use_suspected": |call, _, _| call.static_use_suspected.to_string();
    "attribution": |call, _, _| class(call.attribution.as_ref().map_or(Class::None, |attributed| attributed.judged.class)).to_owned();
    "probability": |call, _, _| shown(call.attribution.as_ref().map(|attributed| wire::probability(attributed.judged.probability)).as_ref());
    "session": |call, _, _| shown(call.credited().map(|lease| &lease.session));
    "channel": |call, _, _| shown(call.source.channel.as_ref());
    "campaign": |call, _, _| shown(call.source.campaign.as_ref());
    "first_channel": |call, _, _| shown(call.source.first_channel.as_ref());
    "first_campaign": |call, _, _| shown(call.source.first_campaign.as_ref());
    "gclid": |call, _, _| click(call, "gclid");
    "gbraid": |call, _, _| click(call, "gbraid");
    "wbraid": |call, _, _| click(call, "wbraid");
    "yclid": |call, _, _| click(call, "yclid");
    "msclkid": |call, _, _| click(call, "msclkid");
    "fbclid": |call, _, _| click(call, "fbclid");
    "landing_page": |call, _, _| shown(call.visitor().and_then(|visitor| visitor.landing_page.as_ref()));
    "referrer": |call, _, _| shown(call.visitor().and_then(|visitor| visitor.referrer.as_ref()));
    "ad_user_data": |call, _, _| consent(call, |consent| consent.ad_user_data);
    "ad_personalization": |call, _, _| consent(call, |consent| consent.ad_personalization);
    "outcome": |call, _, _| fact(call.facts.outcome.as_ref());
    "value": |call, _, _| fact(call.facts.value.as_ref());
    "currency": |call, _, _| fact(call.facts.currency.as_ref());
    "recording_url": |call, _, _| fact(call.facts.recording_url.as_ref());
    "summary": |call, _, _| fact(call.facts.summary.as_ref());
    "notes": |call, _, _| fact(call.facts.notes.as_ref());
    "tags": |call, _, _| call.facts.tags.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    "test": |call, _, _| call.facts.is_test.to_string();
    "blocked": |call, _, _| call.facts.is_blocked.to_string();
}

fn caller(call: &Call) -> Option<&Caller> {
    call.facts.caller.as_ref().map(|caller| &caller.value)
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn fact<T: ToString>(fact: Option<&Fact<T>>) -> String {
    shown(fact.map(|fact| &fact.value))
}

fn time(at: Option<Timestamp>) -> String {
    at.map(wire::time).unwrap_or_default()
}

/// The newest click id of that kind.
fn click(call: &Call, kind: &str) -> String {
    shown(call.click_ids().iter().find(|click| click.kind == kind).map(|click| &click.value))
}

/// What the page of the credited visitor said of the use of their data for ads.
fn consent(call: &Call, of: fn(&AdConsent) -> Option<Consent>) -> String {
    of(&call.ad_consent()).map(Consent::name).unwrap_or_default().to_owned()
}

fn reasons(call: &Call) -> String {
    let reasons = call.validity.as_ref().map(|validity| validity.reasons.as_slice()).unwrap_or_default();
    reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(" ")
}

/// A state's name on the wire.
pub(super) const fn state(state: CallState) -> &'static str {
    match state {
        CallState::Begun => "begun",
        CallState::Ringing => "ringing",
        CallState::Answered => "answered",
        CallState::Ended => "ended",
    }
}

/// A class's name on the wire.
pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::Certain => "certain",
        Class::Likely => "likely",
        Class::Ambiguous => "ambiguous",
        Class::None => "none",
    }
}
