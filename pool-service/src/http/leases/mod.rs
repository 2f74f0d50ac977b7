//! `/v1/leases`: what the snippet asks. Answers are readable by pages of the site only.

mod acquire;
mod ask;
mod request;
mod visitor;

use super::{
    body, cors,
    limits::Client,
    problem::{Answer, UNKNOWN_TARGET},
    service::Service,
};
use crate::{
    domain::ids::{PoolId, TargetId},
    store::StoreError,
};
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use pool_protocol::lease::{LeaseRequest, LeaveRequest};
use std::{sync::Arc, time::Instant};

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/v1/leases", post(acquire).options(cors::preflight))
        .route("/v1/leases/left", post(left).options(cors::preflight))
        .route("/v1/leases/release", post(release).options(cors::preflight))
}

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

async fn left(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = tell(&service, &headers, body, Told::Left).await;
    cors::readable(&service, &headers, answer)
}

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
