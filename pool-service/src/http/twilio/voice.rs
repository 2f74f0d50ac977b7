//! `POST /v1/twilio/voice`: where a call goes, and where it goes on when a leg did not answer.
//! `POST /v1/twilio/whisper`: what whoever answers hears.

use super::{SOURCE, callback, received::Received};
use crate::{
    domain::call::event::EventKind,
    http::{
        openapi::refusals,
        problem::Answer,
        reported::Reported,
        route::{
            answer::RoutedCall,
            render::{links::whispered, twiml},
            webhook::Words,
        },
        service::Service,
    },
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// What Twilio calls a call and its numbers.
const WORDS: Words = Words {
    source: SOURCE,
    call: &["CallSid"],
    dialled: &["To", "Called"],
    caller: &["From", "Caller"],
    number: callback::number,
};

refusals!(
    Refused: INCOMPLETE_BODY, WRONG_SIGNATURE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

/// Answer Twilio's voice webhook: where a call goes
///
/// The `action` addresses in its answers lead here, too, with `leg`: the call goes on with that leg, or ends.
#[utoipa::path(
    post,
    path = "/v1/twilio/voice",
    tag = "calls",
    params(
        ("to" = Option<String>, Query, description = "The dialled number, if it is not `To`"),
        ("leg" = Option<String>, Query, description = "What comes next: the number of a leg, or `end`"),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "As Twilio sends it: CallSid, From, To, CallStatus, DialCallStatus …"),
    security(("twilio" = [])),
    responses((status = 200, description = "TwiML", content_type = "text/xml", body = String), Refused)
)]
pub(super) async fn twilio_voice(State(service): State<Arc<Service>>, received: Received) -> Answer<Response> {
    let (form, query) = (&received.form, &received.query);
    let asked = WORDS.read(form, query.get("to"))?;
    let Some(leg) = query.get("leg") else {
        let routed = service.routed(&asked).await?;
        return Ok(xml(twiml::voice(&routed, 0, &service.links())));
    };
    let begun = Instant::now();
    let leg: Option<usize> = leg.parse().ok();
    let is_answered = matches!(form.get("DialCallStatus"), Some("completed" | "answered"));
    let goes_on = match leg {
        Some(leg) if !is_answered => Some((leg, service.routed(&asked).await?)),
        _ => None,
    };
    let is_over = form.get("CallStatus") == Some("completed")
        || goes_on.as_ref().is_none_or(|(leg, routed)| !has_more(routed, *leg));
    let goes_on = goes_on.map_or_else(twiml::hang_up, |(leg, routed)| twiml::voice(&routed, leg, &service.links()));
    tell(&service, received, is_over, service.options.route_budget.saturating_sub(begun.elapsed())).await;
    Ok(xml(goes_on))
}

/// Whether somebody may still talk from a leg on.
fn has_more(routed: &RoutedCall, leg: usize) -> bool {
    routed.decision.legs.len() > leg || routed.decision.absence.voicemail
}

/// Notes how a leg ended. The caller is waiting: a store that does not answer holds nothing up.
async fn tell(service: &Arc<Service>, received: Received, is_over: bool, left: Duration) {
    let read = move |now| {
        let told = callback::read(&received.form, &received.query, now)?;
        Ok(told.map(|reported| match reported.kind {
            _ if is_over => Reported { kind: EventKind::Ended, ..reported },
            // The call goes on: only why this leg ended is news.
            EventKind::Ended => Reported { kind: EventKind::Noted, ..reported },
            _ => reported,
        }))
    };
    service.report_meanwhile(SOURCE, left, read).await;
}

/// Answer Twilio before it connects whoever answered: what they hear
#[utoipa::path(
    post,
    path = "/v1/twilio/whisper",
    tag = "calls",
    params(
        ("text" = String, Query, description = "What is said"),
        ("language" = Option<String>, Query, description = "`ja` or `en`"),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description = "As Twilio sends it"),
    security(("twilio" = [])),
    responses((status = 200, description = "TwiML", content_type = "text/xml", body = String), Refused)
)]
pub(super) async fn twilio_whisper(received: Received) -> Response {
    xml(twiml::whisper(&whispered(&received.query)))
}

fn xml(document: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/xml; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, document).into_response()
}
