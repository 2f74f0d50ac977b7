//! `POST /v1/lookup` and `POST /v1/sightings`: what pages ask and tell about the numbers that they show.

use super::{
    body, cors,
    openapi::{golden, refusals, with_preflight},
    problem::{Answer, INVALID_REQUEST},
    service::Service,
};
use crate::domain::ids::TargetId;
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use pool_protocol::lookup::{LookupAnswer, LookupFound, LookupRequest, SightingRequest};
use std::{collections::HashSet, sync::Arc};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Numbers in one question; a page with more asks again.
const MAX_NUMBERS: usize = 1_000;
/// Targets in one sighting.
const MAX_FOUND: usize = 1_000;

refusals!(
    Refused: MALFORMED_JSON, INCOMPLETE_BODY, WRONG_ORIGIN, UNKNOWN_SITE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST,
    TOO_MANY_REQUESTS
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(with_preflight(routes!(lookup))).routes(with_preflight(routes!(sighting)))
}

/// Which of these numbers are targets
#[utoipa::path(
    post,
    path = "/v1/lookup",
    tag = "pages",
    request_body(content = LookupRequest, example = json!(golden(include_str!("../../protocol/golden/lookup_request.json")))),
    responses(
        (status = 200, body = LookupAnswer, description = "Those that are, each once",
         example = json!(golden(include_str!("../../protocol/golden/lookup_answer.json")))),
        Refused,
    )
)]
async fn lookup(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = looked_up(&service, &headers, body).await;
    cors::readable(&service, &headers, answer)
}

async fn looked_up(service: &Service, headers: &HeaderMap, body: Body) -> Answer<Response> {
    let request: LookupRequest = body::json(service, body).await?;
    let configured = service.configured();
    let site = cors::site(&configured, &request.site)?;
    cors::check(site, headers)?;
    let count = request.numbers.len();
    if !(1..=MAX_NUMBERS).contains(&count) {
        return Err(INVALID_REQUEST.because(format!("numbers must have 1 to {MAX_NUMBERS} rows, not {count}.")));
    }
    let mut asked = HashSet::new();
    let found = request.numbers.iter().filter(|number| asked.insert(number.as_str())).filter_map(|number| {
        let target = configured.target_of_number(site, number)?;
        Some(LookupFound { number: number.clone(), target: target.id.to_string() })
    });
    let answer = LookupAnswer { targets: found.collect() };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// Tell which targets were found on a page
#[utoipa::path(
    post,
    path = "/v1/sightings",
    tag = "pages",
    request_body(content = SightingRequest, example = json!(golden(include_str!("../../protocol/golden/sighting_request.json")))),
    responses((status = 204, description = "Counted"), Refused)
)]
async fn sighting(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = sighted(&service, &headers, body).await;
    cors::readable(&service, &headers, answer)
}

async fn sighted(service: &Service, headers: &HeaderMap, body: Body) -> Answer<Response> {
    let request: SightingRequest = body::json(service, body).await?;
    let configured = service.configured();
    let site = cors::site(&configured, &request.site)?;
    cors::check(site, headers)?;
    if request.found.len() > MAX_FOUND {
        return Err(INVALID_REQUEST.because(format!("found must have at most {MAX_FOUND} rows.")));
    }
    // A page with an older tag may have found targets that are gone: such a page shows nothing that is swapped.
    let is_target = |id: &String| TargetId::parse(id).is_ok_and(|id| configured.target(site, &id).is_some());
    service.metrics.sighted(site.id.as_str(), request.found.iter().any(is_target));
    Ok(StatusCode::NO_CONTENT.into_response())
}
