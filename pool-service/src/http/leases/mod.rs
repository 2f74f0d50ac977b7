//! `/v1/leases`: what the snippet asks. Answers are readable by pages of the site only.

mod acquire;
mod ask;
mod request;
mod visitor;

use super::{
    body, cors,
    limits::Client,
    openapi::{golden, refusals, with_preflight},
    problem::{Answer, UNKNOWN_TARGET},
    service::Service,
};
use crate::{
    domain::ids::{PoolId, TargetId},
    store::StoreError,
};
use axum::{
    Extension, Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use pool_protocol::lease::{LeaseAnswer, LeaseRequest, LeaveRequest};
use std::{sync::Arc, time::Instant};
use utoipa_axum::{router::OpenApiRouter, routes};

refusals!(
    Refused: MALFORMED_JSON, INCOMPLETE_BODY, WRONG_ORIGIN, UNKNOWN_SITE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST,
    TOO_MANY_REQUESTS, INTERNAL, STORE_UNAVAILABLE, POOL_MISSING
);
refusals!(
    RefusedLeave: MALFORMED_JSON, INCOMPLETE_BODY, WRONG_ORIGIN, UNKNOWN_SITE, UNKNOWN_TARGET, BODY_TIMEOUT, BODY_TOO_LARGE,
    INVALID_REQUEST, TOO_MANY_REQUESTS, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default()
        .routes(with_preflight(routes!(acquire)))
        .routes(with_preflight(routes!(left)))
        .routes(with_preflight(routes!(release)))
}

/// Get a number for each target on the page, or keep the one it has
///
/// The same request is the heartbeat. Rows are answered in their order; one that is refused leaves the others alone.
/// Browsers send it as `text/plain`, which spares them a preflight: the content type is not looked at.
#[utoipa::path(
    post,
    path = "/v1/leases",
    tag = "pages",
    operation_id = "lease",
    request_body(content = LeaseRequest, example = json!(golden(include_str!("../../../protocol/golden/lease_request.json")))),
    responses(
        (status = 200, body = LeaseAnswer, description = "What each target may show",
         example = json!(golden(include_str!("../../../protocol/golden/lease_answer.json")))),
        Refused,
    )
)]
async fn acquire(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let began = Instant::now();
    let answer = acquired(&service, client, &headers, body).await;
    service.metrics.lease_request_took(began.elapsed());
    cors::readable(&service, &headers, answer)
}

async fn acquired(service: &Arc<Service>, client: Client, headers: &HeaderMap, body: Body) -> Answer<Response> {
    let request: LeaseRequest = body::json(service, body).await?;
    let configured = service.configured();
    let site = cors::site(&configured, &request.site)?;
    cors::check(site, headers)?;
    let asked = request::read(request, &site.conduct.cookies)?;
    let answer = acquire::acquire(service, client, &configured, site, &asked).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// The page was left: its leases run on
#[utoipa::path(
    post,
    path = "/v1/leases/left",
    tag = "pages",
    request_body(content = LeaveRequest, example = json!(golden(include_str!("../../../protocol/golden/leave_request.json")))),
    responses((status = 204, description = "Noted"), RefusedLeave)
)]
async fn left(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = tell(&service, &headers, body, Told::Left).await;
    cors::readable(&service, &headers, answer)
}

/// End leases now
#[utoipa::path(
    post,
    path = "/v1/leases/release",
    tag = "pages",
    request_body(content = LeaveRequest, example = json!(golden(include_str!("../../../protocol/golden/leave_request.json")))),
    responses((status = 204, description = "They have ended, or there were none"), RefusedLeave)
)]
async fn release(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = tell(&service, &headers, body, Told::Release).await;
    cors::readable(&service, &headers, answer)
}

#[derive(Clone, Copy)]
enum Told {
    Left,
    Release,
}

/// Tells every pool whose targets a page names.
async fn tell(service: &Service, headers: &HeaderMap, body: Body, told: Told) -> Answer<Response> {
    let request: LeaveRequest = body::json(service, body).await?;
    let configured = service.configured();
    let site = cors::site(&configured, &request.site)?;
    cors::check(site, headers)?;
    let session = request::session(&request.session)?;
    request::count(request.targets.len(), "targets")?;
    let targets = request.targets.iter().filter_map(|id| configured.target(site, &TargetId::parse(id).ok()?));
    let mut pools: Vec<&PoolId> = targets.filter_map(|target| target.pool.as_ref()).collect();
    pools.sort();
    pools.dedup();
    // A page with an older tag may name targets that are gone; what it still holds counts.
    if pools.is_empty() {
        return Err(UNKNOWN_TARGET.because(format!("Site {} has none of these targets.", site.key)));
    }
    for pool in pools {
        let done = match told {
            Told::Left => service.ask("leave", service.store.leave(pool, &session)).await,
            Told::Release => service.ask("release", service.store.release(pool, &session)).await.map(|_| ()),
        };
        match done {
            Ok(()) | Err(StoreError::UnknownPool(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
