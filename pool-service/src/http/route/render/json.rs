//! JSON on one line, which is at the same time what Kamailio's module `rtjson` reads: it looks at `version`, `routing` and
//! `routes` and leaves the rest alone.

use super::{super::answer::RoutedCall, links::IN_QUERY};
use crate::{
    domain::{
        country::NationalForm,
        number::TrackingNumber,
        routing::{Action, Leg, SendTo, Speech},
    },
    http::wire,
};
use percent_encoding::utf8_percent_encode;
use pool_protocol::{
    attribution::{AttributionClass, Reason},
    route::{
        RouteAbsence, RouteAction, RouteAnswer, RouteDestination, RouteHours, SipHeaders, SipReply, SipRoute, Spoken,
    },
};

/// A destination that says nothing at all for this long is taken for dead, and the next one is called.
const SILENT_MS: u32 = 3_000;
/// So long may the last one say nothing: the caller gains nothing by giving it up.
const LAST_SILENT_MS: u32 = 10_000;

/// A routed call as JSON.
pub fn render(call: &RoutedCall) -> Vec<u8> {
    serde_json::to_vec(&answer(call)).unwrap_or_default()
}

/// A routed call as a value.
pub fn answer(call: &RoutedCall) -> RouteAnswer {
    let decision = &call.decision;
    let judged = call.attribution.as_ref().map(|attributed| &attributed.judged);
    let (code, reason) = decision.action.sip();
    let attribution_reasons = match judged {
        Some(judged) => wire::reasons(judged),
        None if decision.is_degraded => vec![told("store_unavailable", "The store did not answer in time.")],
        None => Vec::new(),
    };
    RouteAnswer {
        version: "1.0".to_owned(),
        routing: "serial".to_owned(),
        routes: routes(call, &decision.legs),
        action: match decision.action {
            Action::Connect => RouteAction::Connect,
            Action::Closed => RouteAction::Closed,
            Action::Busy => RouteAction::Busy,
            Action::Reject => RouteAction::Reject,
            Action::Unknown => RouteAction::Unknown,
        },
        sip_reply: SipReply { code, reason: reason.to_owned() },
        call: call.key.to_string(),
        record_id: call.record_id.clone(),
        number: wire::number(&call.number, &NationalForm::default()),
        site: call.site.as_ref().map(ToString::to_string),
        pool: call.pool.as_ref().map(ToString::to_string),
        advertiser: call.advertiser.as_ref().map(ToString::to_string),
        at: wire::time(call.at),
        destinations: decision.legs.iter().map(destination).collect(),
        whisper: decision.whisper.as_ref().map(spoken),
        notice: decision.notice.as_ref().map(spoken),
        record: decision.record,
        absence: RouteAbsence {
            message: spoken(&decision.message()),
            voicemail: decision.absence.voicemail,
            sms: decision.absence.sms.clone(),
        },
        hours: decision.hours.as_ref().map(|hours| RouteHours {
            schedule: hours.schedule.to_string(),
            open: hours.is_open,
            because: hours.because.clone(),
        }),
        reasons: decision.reasons.iter().map(|why| told(&why.code, &why.text)).collect(),
        attribution: judged.map_or(AttributionClass::None, |judged| wire::class(judged.class)),
        probability: wire::probability(judged.map_or(0.0, |judged| judged.probability)),
        attribution_reasons,
        lease_id: call.lease_id(),
        lease: call
            .attribution
            .as_ref()
            .and_then(|attributed| Some(wire::held(attributed.judged.credited()?, attributed.at))),
        channel: call.source.channel.clone(),
        campaign: call.source.campaign.clone(),
        repeat_caller: call.is_repeat,
        degraded: decision.is_degraded,
    }
}

fn routes(call: &RoutedCall, legs: &[Leg]) -> Vec<SipRoute> {
    let mut routes: Vec<SipRoute> = legs.iter().map(|leg| route(call, leg)).collect();
    if let Some(last) = routes.last_mut() {
        last.fr_timer = LAST_SILENT_MS;
    }
    routes
}

fn route(call: &RoutedCall, leg: &Leg) -> SipRoute {
    let class = call.attribution.as_ref().map_or("none", |attributed| attributed.judged.class.name());
    let encoded = |text: &String| utf8_percent_encode(text, IN_QUERY).to_string();
    let headers = [
        ("X-Lease-Id", call.lease_id()),
        ("X-Hatsuban-Call", call.record_id.clone()),
        ("X-Hatsuban-Attribution", Some(class.to_owned())),
        // As anybody may have written it into an address: encoded, it is one line of ASCII.
        ("X-Hatsuban-Channel", call.source.channel.as_ref().map(encoded)),
    ];
    let lines = headers.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}\r\n", value?)));
    SipRoute {
        uri: call.uri(leg),
        headers: SipHeaders { extra: lines.collect() },
        fr_timer: SILENT_MS,
        fr_inv_timer: leg.timeout_seconds.saturating_mul(1_000),
    }
}

fn destination(leg: &Leg) -> RouteDestination {
    let to = match &leg.to {
        SendTo::Number(number) => number.national().to_owned(),
        SendTo::Sip(uri) => uri.as_str().to_owned(),
    };
    RouteDestination {
        id: leg.destination.as_ref().map(ToString::to_string),
        to,
        e164: leg.to.number().and_then(TrackingNumber::e164),
        timeout_seconds: leg.timeout_seconds,
    }
}

fn spoken(speech: &Speech) -> Spoken {
    Spoken { text: speech.text.clone(), language: speech.language.tag().to_owned() }
}

fn told(code: &str, text: &str) -> Reason {
    Reason { code: code.to_owned(), text: text.to_owned() }
}
