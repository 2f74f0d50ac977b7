//! `GET` and `POST /v1/vonage/answer`: where a call goes. `/v1/vonage/whisper`: what whoever answers hears.

use super::{SOURCE, event::international, received::Received};
use crate::http::{
    openapi::refusals,
    problem::{Answer, WRONG_SIGNATURE},
    route::{RouteAsked, answer::RoutedCall, render::ncco, webhook::Words},
    service::Service,
    signed::Fields,
};
use axum::{
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// What Vonage calls a call and its numbers.
const WORDS: Words = Words {
    source: SOURCE,
    call: &["conversation_uuid", "uuid"],
    dialled: &["to"],
    caller: &["from", "from_user"],
    number: international,
};

refusals!(
    Refused: INCOMPLETE_BODY, WRONG_SIGNATURE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);
refusals!(NotOurs: WRONG_SIGNATURE);

/// Answer Vonage's answer webhook: where a call goes
#[utoipa::path(
    get,
    path = "/v1/vonage/answer",
    tag = "calls",
    params(
        ("to" = String, Query, description = "The dialled number"),
        ("from" = Option<String>, Query, description = "The caller"),
        ("conversation_uuid" = String, Query, description = "The call"),
    ),
    security(("vonage" = [])),
    responses((status = 200, description = "NCCO", body = Vec<Object>), Refused)
)]
pub(super) async fn vonage_answer(State(service): State<Arc<Service>>, received: Received) -> Answer<Response> {
    let routed = routed(&service, &received).await?;
    Ok(json(ncco::render(&routed, 0, &service.links())))
}

/// The same, for applications whose webhooks come by POST
#[utoipa::path(
    post,
    path = "/v1/vonage/answer",
    tag = "calls",
    request_body(content = Object, description = "As Vonage sends it: to, from, conversation_uuid …"),
    security(("vonage" = [])),
    responses((status = 200, description = "NCCO", body = Vec<Object>), Refused)
)]
pub(super) async fn vonage_answer_by_post(service: State<Arc<Service>>, received: Received) -> Answer<Response> {
    vonage_answer(service, received).await
}

/// What is decided for the call that a webhook is about.
pub(super) async fn routed(service: &Arc<Service>, received: &Received) -> Answer<RoutedCall> {
    let asked = WORDS.read(&received.fields, received.to.as_deref())?;
    // Of a connected leg, `from` is the dialled number.
    let is_leg = received.fields.get("direction") == Some("outbound");
    service.routed(&RouteAsked { caller: asked.caller.filter(|_| !is_leg), ..asked }).await
}

/// Answer Vonage before it connects whoever answered: what they hear
///
/// Vonage does not promise to sign this. What is said stands in its own address, and only an address that this service wrote
/// is good.
#[utoipa::path(
    get,
    path = "/v1/vonage/whisper",
    tag = "calls",
    params(
        ("text" = Option<String>, Query, description = "What is said"),
        ("language" = Option<String>, Query, description = "`ja` or `en`"),
        ("proof" = Option<String>, Query, description = "That this service wrote the address"),
    ),
    responses((status = 200, description = "NCCO", body = Vec<Object>), NotOurs)
)]
pub(super) async fn vonage_whisper(State(service): State<Arc<Service>>, uri: Uri) -> Answer<Response> {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let Some(whisper) = service.links().proven_whisper(&query) else {
        service.metrics.unsigned(SOURCE);
        return Err(WRONG_SIGNATURE.because("This service did not write this address: its proof is another."));
    };
    Ok(json(ncco::whisper(&whisper)))
}

/// The same by POST
#[utoipa::path(
    post,
    path = "/v1/vonage/whisper",
    tag = "calls",
    params(
        ("text" = Option<String>, Query, description = "What is said"),
        ("language" = Option<String>, Query, description = "`ja` or `en`"),
        ("proof" = Option<String>, Query, description = "That this service wrote the address"),
    ),
    responses((status = 200, description = "NCCO", body = Vec<Object>), NotOurs)
)]
pub(super) async fn vonage_whisper_by_post(service: State<Arc<Service>>, uri: Uri) -> Answer<Response> {
    vonage_whisper(service, uri).await
}

pub(super) fn json(document: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, document).into_response()
}
