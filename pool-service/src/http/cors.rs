//! Which site a page says it belongs to, and who may read an answer: pages of the configured sites, each by its exact origin, without credentials.

use super::{
    openapi::refusals,
    problem::{Answer, Refusal, UNKNOWN_SITE, WRONG_ORIGIN},
    service::Service,
};
use crate::{
    domain::{ids::SiteKey, site::Site},
    live::Snapshot,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Browsers remember a preflight this long.
const PREFLIGHT_SECONDS: HeaderValue = HeaderValue::from_static("7200");

/// The site that a page names by its key.
///
/// # Errors
/// When there is none.
pub(super) fn site<'a>(configured: &'a Snapshot, key: &str) -> Answer<&'a Site> {
    let found = SiteKey::parse(key).ok().and_then(|key| configured.site(&key));
    found.ok_or_else(|| {
        let key: String = key.chars().take(64).collect();
        UNKNOWN_SITE.because(format!("No site has the key {key:?}; `hatsuban tag --site ID` prints the right tag."))
    })
}

/// Checks that the asking page belongs to a site.
///
/// # Errors
/// When it does not, or does not say where it is.
pub(super) fn check(site: &Site, headers: &HeaderMap) -> Answer<()> {
    match origin(headers) {
        Some(origin) if site.origins.iter().any(|own| own == origin) => Ok(()),
        Some(origin) => Err(WRONG_ORIGIN.because(format!(
            "Origin {} is not among the origins of site {}; add it to the site's configuration if it is yours.",
            origin.chars().take(100).collect::<String>(),
            site.key
        ))),
        None => Err(WRONG_ORIGIN.because("The request has no Origin header; browsers send one.")),
    }
}

/// Lets the asking page read the answer, problems included, unless it turned out to be another site's.
pub(super) fn readable(service: &Service, headers: &HeaderMap, answer: Answer<Response>) -> Response {
    let is_foreign = matches!(&answer, Err(Refusal { kind, .. }) if **kind == WRONG_ORIGIN);
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    let out = response.headers_mut();
    out.insert(header::VARY, HeaderValue::from_static("origin"));
    let known = headers.get(header::ORIGIN).filter(|_| is_known(service, headers) && !is_foreign);
    if let Some(origin) = known {
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    response
}

refusals!(Refused: WRONG_ORIGIN);

/// What a browser asks before a request that is not simple
#[utoipa::path(
    options,
    path = "/",
    tag = "pages",
    responses((status = 204, description = "Pages of this origin may ask"), Refused)
)]
pub(super) async fn preflight(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if !is_known(&service, &headers) {
        let refusal = WRONG_ORIGIN.because("No site has this origin.");
        return readable(&service, &headers, Err(refusal));
    }
    let mut response = readable(&service, &headers, Ok(StatusCode::NO_CONTENT.into_response()));
    let out = response.headers_mut();
    out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    out.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    response
}

fn is_known(service: &Service, headers: &HeaderMap) -> bool {
    origin(headers).is_some_and(|origin| service.configured().has_origin(origin))
}

fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN)?.to_str().ok()
}
