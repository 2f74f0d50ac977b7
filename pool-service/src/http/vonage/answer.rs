//! `GET` and `POST /v1/vonage/answer`: where a call goes. `/v1/vonage/whisper`: what whoever answers hears.

use super::{SOURCE, event::international, received::Received};
use crate::{
    domain::routing::{Language, Speech},
    http::{
        openapi::refusals,
        problem::{Answer, INVALID_REQUEST},
        reported::key,
        route::{
            RouteAsked,
            answer::RoutedCall,
            only,
            render::{links::Links, ncco},
            route_for,
        },
        service::Service,
        signed::Fields,
    },
};
use axum::{
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

refusals!(
    Refused: INCOMPLETE_BODY, WRONG_SIGNATURE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

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
    Ok(json(ncco::render(&routed, 0, &links(&service))))
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
    let fields = &received.fields;
    let call = fields.any(&["conversation_uuid", "uuid"]);
    let call = call.ok_or_else(|| INVALID_REQUEST.because("conversation_uuid is missing."))?;
    let dialled = received.to.as_deref().or_else(|| fields.get("to"));
    let dialled = dialled.ok_or_else(|| INVALID_REQUEST.because("to is missing."))?;
    // Of a connected leg, `from` is the dialled number.
    let is_leg = fields.get("direction") == Some("outbound");
    let caller = fields.any(&["from", "from_user"]).filter(|_| !is_leg).map(international);
    let asked = RouteAsked { key: key(SOURCE, call)?, dialled: international(dialled), caller };
    route_for(service, &asked, only(Vec::new())).await
}

/// Answer Vonage before it connects whoever answered: what they hear
///
/// Not signed by all applications; it says nothing but what stands in its own address.
#[utoipa::path(
    get,
    path = "/v1/vonage/whisper",
    tag = "calls",
    params(
        ("text" = Option<String>, Query, description = "What is said"),
        ("language" = Option<String>, Query, description = "`ja` or `en`"),
    ),
    responses((status = 200, description = "NCCO", body = Vec<Object>))
)]
pub(super) async fn vonage_whisper(uri: Uri) -> Response {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let language = if query.get("language") == Some("en") { Language::En } else { Language::Ja };
    let text = query.get("text").unwrap_or_default().to_owned();
    json(ncco::whisper(&Speech { text, language }))
}

/// The same by POST
#[utoipa::path(
    post,
    path = "/v1/vonage/whisper",
    tag = "calls",
    params(
        ("text" = Option<String>, Query, description = "What is said"),
        ("language" = Option<String>, Query, description = "`ja` or `en`"),
    ),
    responses((status = 200, description = "NCCO", body = Vec<Object>))
)]
pub(super) async fn vonage_whisper_by_post(uri: Uri) -> Response {
    vonage_whisper(uri).await
}

pub(super) fn links(service: &Service) -> Links<'_> {
    Links { public_url: &service.options.public_url }
}

pub(super) fn json(document: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, document).into_response()
}
