//! `POST /v1/twilio/voice`: where a call goes, and where it goes on when a leg did not answer.
//! `POST /v1/twilio/whisper`: what whoever answers hears.

use super::{SOURCE, callback, received::Received};
use crate::{
    domain::{
        call::event::EventKind,
        routing::{Language, Speech},
    },
    http::{
        openapi::refusals,
        problem::{Answer, INVALID_REQUEST},
        reported::key,
        route::{
            RouteAsked,
            answer::RoutedCall,
            only,
            render::{links::Links, twiml},
            route_for,
        },
        service::Service,
    },
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

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
    let call = form.get("CallSid").ok_or_else(|| INVALID_REQUEST.because("CallSid is missing."))?;
    let dialled = query.get("to").or_else(|| form.any(&["To", "Called"]));
    let dialled = dialled.ok_or_else(|| INVALID_REQUEST.because("To is missing."))?;
    let asked = RouteAsked {
        key: key(SOURCE, call)?,
        dialled: dialled.to_owned(),
        caller: form.any(&["From", "Caller"]).map(callback::caller),
    };
    let Some(leg) = query.get("leg") else {
        let routed = route_for(&service, &asked, only(Vec::new())).await?;
        return Ok(xml(twiml::voice(&routed, 0, &links(&service))));
    };
    let leg: Option<usize> = leg.parse().ok();
    let is_answered = matches!(form.get("DialCallStatus"), Some("completed" | "answered"));
    let goes_on = match leg {
        Some(leg) if !is_answered => Some((leg, route_for(&service, &asked, only(Vec::new())).await?)),
        _ => None,
    };
    let is_over = form.get("CallStatus") == Some("completed")
        || goes_on.as_ref().is_none_or(|(leg, routed)| !has_more(routed, *leg));
    tell(&service, &received, is_over).await?;
    Ok(xml(match goes_on {
        Some((leg, routed)) => twiml::voice(&routed, leg, &links(&service)),
        None => twiml::hang_up(),
    }))
}

/// Whether somebody may still talk from a leg on.
fn has_more(routed: &RoutedCall, leg: usize) -> bool {
    routed.decision.legs.len() > leg || routed.decision.absence.voicemail
}

/// Notes how a leg ended. The caller is waiting: a store that does not answer holds nothing up.
async fn tell(service: &Arc<Service>, received: &Received, is_over: bool) -> Answer<()> {
    let told = callback::read(&received.form, &received.query, service.now_or_about().await);
    let Some(mut reported) = told.map_err(|why| INVALID_REQUEST.because(why))? else { return Ok(()) };
    if is_over {
        reported.kind = EventKind::Ended;
    } else if reported.kind == EventKind::Ended {
        // The call goes on: only why this leg ended is news.
        reported.kind = EventKind::Begun;
    }
    service.report_meanwhile(SOURCE, reported).await;
    Ok(())
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
    let language = if received.query.get("language") == Some("en") { Language::En } else { Language::Ja };
    let text = received.query.get("text").unwrap_or_default().to_owned();
    xml(twiml::whisper(&Speech { text, language }))
}

fn links(service: &Service) -> Links<'_> {
    Links { public_url: &service.options.public_url }
}

fn xml(document: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/xml; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, document).into_response()
}
