//! What machines that run the service ask: `/healthz`, `/readyz`, `/metrics`.

use super::{
    problem::{Answer, INTERNAL},
    service::Service,
};
use crate::telemetry::metrics::{CONTENT_TYPE, MAX_POOLS};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

/// Counting stops here, so that a slow store does not make every scrape fail.
const COUNTING_TIME: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/healthz", get(health)).route("/readyz", get(readiness)).route("/metrics", get(metrics))
}

/// The process runs; says nothing of the store, or a store's outage would restart every copy.
async fn health() -> &'static str {
    "ok\n"
}

async fn readiness(State(service): State<Arc<Service>>) -> Response {
    let store = match service.ask("ready", service.store.ready()).await {
        Ok(()) => json!({"status": "ok"}),
        Err(error) => json!({"status": "failed", "detail": error.for_everybody()}),
    };
    let assets = if service.assets.is_some() { "ok" } else { "missing" };
    let is_leaving = service.is_leaving.load(Ordering::Relaxed);
    let is_ready = store["status"] == "ok" && !is_leaving;
    let status = if is_leaving {
        "stopping"
    } else if is_ready {
        "ready"
    } else {
        "not ready"
    };
    // Leases work without the browser program; only tags do not.
    let body = json!({"status": status, "dependencies": {"store": store, "assets": {"status": assets}}});
    let code = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

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
