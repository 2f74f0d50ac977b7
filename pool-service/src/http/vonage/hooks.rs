//! `GET` and `POST /v1/vonage/event`: what becomes of calls and of their legs, and recordings.

use super::{
    SOURCE,
    answer::{json, routed},
    event,
    received::Received,
};
use crate::{
    domain::time::Timestamp,
    http::{
        openapi::refusals,
        problem::{Answer, INVALID_REQUEST},
        reported::Reported,
        route::render::ncco,
        service::Service,
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::{sync::Arc, time::Instant};

refusals!(
    Refused: INCOMPLETE_BODY, WRONG_SIGNATURE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE,
    POOL_MISSING
);

/// Take Vonage's event webhooks: states of calls and their legs, recordings
#[utoipa::path(
    post,
    path = "/v1/vonage/event",
    tag = "calls",
    params(
        ("to" = Option<String>, Query, description = "The dialled number, where the webhook does not name it"),
        ("leg" = Option<String>, Query, description = "What comes next if this leg did not answer: the number of a leg"),
        ("talk" = Option<String>, Query, description = "`call`: callers talk to Vonage itself, so the whole call is talk"),
    ),
    request_body(content = Object, description = "As Vonage sends it: conversation_uuid, status, direction, duration …"),
    security(("vonage" = [])),
    responses(
        (status = 200, description = "The leg did not answer: an NCCO with what comes next", body = Vec<Object>),
        (status = 204, description = "Noted"),
        Refused,
    )
)]
pub(super) async fn vonage_event(State(service): State<Arc<Service>>, received: Received) -> Answer<Response> {
    let leg: Option<usize> = received.query.get("leg").and_then(|leg| leg.parse().ok());
    if let Some(leg) = leg.filter(|_| event::is_unanswered(&received.fields)) {
        return goes_on(&service, received, leg).await;
    }
    let told = read(&received, service.now_or_about().await).map_err(|why| INVALID_REQUEST.because(why))?;
    if let Some(reported) = told {
        service.report(SOURCE, reported).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn read(received: &Received, now: Timestamp) -> Result<Option<Reported>, String> {
    let is_talk = received.query.get("talk") == Some("call");
    event::read(&received.fields, received.to.as_deref(), is_talk, now)
}

/// A leg did not answer, and Vonage waits to hear what comes next: the caller is there, so the store holds nothing up.
async fn goes_on(service: &Arc<Service>, received: Received, leg: usize) -> Answer<Response> {
    let begun = Instant::now();
    let routed = routed(service, &received).await?;
    let left = service.options.route_budget.saturating_sub(begun.elapsed());
    service.report_meanwhile(SOURCE, left, move |now| read(&received, now)).await;
    Ok(json(ncco::render(&routed, leg, &service.links())))
}

/// The same, for applications whose webhooks come by GET
#[utoipa::path(
    get,
    path = "/v1/vonage/event",
    tag = "calls",
    params(
        ("to" = Option<String>, Query, description = "The dialled number"),
        ("conversation_uuid" = Option<String>, Query, description = "And the other fields as Vonage sends them"),
    ),
    security(("vonage" = [])),
    responses(
        (status = 200, description = "The leg did not answer: an NCCO with what comes next", body = Vec<Object>),
        (status = 204, description = "Noted"),
        Refused,
    )
)]
pub(super) async fn vonage_event_by_get(service: State<Arc<Service>>, received: Received) -> Answer<Response> {
    vonage_event(service, received).await
}
