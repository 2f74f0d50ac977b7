//! What machines that run the service ask: `/healthz`, `/readyz`, `/metrics`.

use super::{
    openapi::refusals,
    problem::{Answer, INTERNAL},
    service::Service,
};
use crate::telemetry::metrics::{CONTENT_TYPE, MAX_POOLS};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Counting stops here, so that a slow store does not make every scrape fail.
const COUNTING_TIME: Duration = Duration::from_secs(1);

refusals!(Refused: INTERNAL);

/// Whether the service takes requests, and why not.
#[derive(Serialize, utoipa::ToSchema)]
struct Readiness {
    /// `ready`, `not ready` or `stopping`.
    status: &'static str,
    dependencies: Dependencies,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Dependencies {
    store: Dependency,
    /// Leases work without the browser program; only tags do not.
    assets: Dependency,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Dependency {
    /// `ok`, `failed` or `missing`.
    status: &'static str,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(health)).routes(routes!(readiness)).routes(routes!(metrics))
}

/// Whether the process runs
///
/// It says nothing of the store, or a store's outage would restart every copy.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    responses((status = 200, body = String, description = "It runs", example = "ok\n"))
)]
async fn health() -> &'static str {
    "ok\n"
}

/// Whether the service takes requests
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    responses(
        (status = 200, body = Readiness, description = "It does"),
        (status = 503, body = Readiness, description = "It does not: look elsewhere"),
    )
)]
async fn readiness(State(service): State<Arc<Service>>) -> Response {
    let store = match service.ask("ready", service.store.ready()).await {
        Ok(()) => Dependency { status: "ok", detail: None },
        Err(error) => Dependency { status: "failed", detail: Some(error.for_everybody()) },
    };
    let assets = Dependency { status: if service.assets.is_some() { "ok" } else { "missing" }, detail: None };
    let is_leaving = service.is_leaving.load(Ordering::Relaxed);
    let is_ready = store.detail.is_none() && !is_leaving;
    let status = if is_leaving {
        "stopping"
    } else if is_ready {
        "ready"
    } else {
        "not ready"
    };
    let body = Readiness { status, dependencies: Dependencies { store, assets } };
    let code = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Counters and gauges, for Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    responses(
        (status = 200, description = "For Prometheus", content_type = "application/openmetrics-text", body = String),
        Refused,
    )
)]
async fn metrics(State(service): State<Arc<Service>>) -> Answer<Response> {
    let configured = service.configured();
    let (pools, began) = (&configured.configuration().pools, Instant::now());
    let (mut rows, mut losses, mut counted) = (Vec::new(), Vec::new(), 0);
    for pool in pools.iter().take(MAX_POOLS) {
        if began.elapsed() > COUNTING_TIME {
            break;
        }
        let Ok(occupancy) = service.ask("occupancy", service.store.occupancy(&pool.id)).await else { break };
        let Ok(lost) = service.ask("losses", service.store.losses(&pool.id)).await else { break };
        counted += 1;
        losses.push((pool.id.to_string(), lost.safe_until.is_some(), lost.overlaps));
        let states = [
            ("exclusive", occupancy.exclusive),
            ("cooling", occupancy.cooling),
            ("rested", occupancy.rested),
            ("withdrawn", occupancy.withdrawn),
        ];
        rows.push((pool.id.to_string(), states, occupancy.utilisation()));
    }
    service.metrics.set_pools(rows, pools.len() - counted);
    service.metrics.set_losses(losses);
    let text = service.metrics.text().map_err(|_| INTERNAL.because(""))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}
