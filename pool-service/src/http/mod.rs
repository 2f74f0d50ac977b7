//! HTTP: what browsers, call systems and machines ask, and the admin socket. One module for each group of routes.
//!
//! Imports `domain`, the store traits, `live`, `assets`, `telemetry`, `admin` and the wire types; `app` serves it.
//!
//! # Layout
//! - [`service`]: what every handler may use
//! - [`problem`]: the one door through which errors leave
//! - `leases`, `sight`, `tag`, `assets`: for browsers
//! - `attribution`, `calls`, [`route`], `reports`: for call systems and whoever asks what came of calls
//! - `twilio`, `vonage`: for these services' webhooks; [`signed`]: what proves that they come from
//!   there; `reported`: their way to the call desk
//! - `conversions`: for ad platforms
//! - `site_tag`, `audit`: for operators
//! - [`limits`]: what one address may ask
//! - `plain`: health, readiness, metrics
//! - [`admin`]: the admin socket
//! - [`mod@openapi`]: the document that describes them all
//! - `accept`, `body`, `bearer`, `cors`, `etag`, `path`, `query`, `wire`: how requests are read and answers written

mod accept;
pub mod admin;
mod assets;
mod attribution;
mod audit;
mod bearer;
mod body;
mod calls;
mod conversions;
mod cors;
mod etag;
mod leases;
pub mod limits;
mod openapi;
mod path;
mod plain;
pub mod problem;
mod query;
mod reported;
mod reports;
pub mod route;
pub mod service;
mod sight;
pub mod signed;
mod site_tag;
mod tag;
mod twilio;
mod vonage;
mod wire;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use problem::{METHOD_NOT_ALLOWED, NOT_FOUND, Refusal};
use service::Service;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// All public routes.
pub fn router(service: Arc<Service>) -> Router {
    let limited = middleware::from_fn_with_state(Arc::clone(&service), limits::limited);
    Router::from(asked_by_pages().layer(limited).merge(asked_by_others()))
        .layer(openapi::served(&openapi()))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&service), counted))
        .with_state(service)
}

/// What is said of all public routes in `/openapi.json`.
pub fn openapi() -> OpenApi {
    openapi::document(asked_by_pages().merge(asked_by_others()).into_openapi())
}

/// The same as text, as it is served.
pub fn openapi_text() -> String {
    openapi::text(&openapi())
}

/// What pages may ask as often as the limits allow.
fn asked_by_pages() -> OpenApiRouter<Arc<Service>> {
    leases::routes().merge(sight::routes())
}

fn asked_by_others() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default()
        // browsers
        .merge(tag::routes())
        .merge(assets::routes())
        // call systems
        .merge(attribution::routes())
        .merge(calls::routes())
        .merge(route::routes())
        .merge(twilio::routes())
        .merge(vonage::routes())
        .merge(reports::routes())
        // ad platforms
        .merge(conversions::routes())
        // operators
        .merge(site_tag::routes())
        .merge(audit::routes())
        // everybody
        .merge(problem::routes())
        .merge(plain::routes())
        .merge(openapi::routes())
}

async fn not_found(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(100).collect();
    NOT_FOUND.because(format!("No route has the path {path}; GET /openapi.json names all that there are."))
}

/// HEAD where GET has effects. By itself it would be answered by what answers GET.
async fn head_without_effects() -> impl IntoResponse {
    let why = "What is asked here by GET has effects, and HEAD must have none: ask by GET or POST.";
    ([(header::ALLOW, "GET, POST")], METHOD_NOT_ALLOWED.because(why))
}

async fn method_not_allowed() -> Refusal {
    METHOD_NOT_ALLOWED.because("The header Allow names the methods that it takes.")
}

/// Counts by the route's pattern: paths as sent would be without number.
async fn counted(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    service.metrics.answered(route, response.status().as_u16());
    response
}
