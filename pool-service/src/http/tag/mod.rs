//! `GET /tag/{site_key}.js`: the loader with this site's settings in it.
//!
//! Nothing but the configuration decides what it says, so a kill switch or a new percentage is in force once browsers ask
//! again: within `http.tag_cache_seconds`.

mod packed;
mod settings;

use super::{
    assets::{accepts, name},
    etag::{digest, is_known},
    openapi::refusals,
    path::Segments,
    problem::{ASSETS_MISSING, Answer, NOT_FOUND, UNKNOWN_SITE},
    service::Service,
};
use crate::{
    assets::{self, Encoding},
    domain::ids::SiteKey,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use packed::Packed;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

refusals!(Refused: NOT_FOUND, UNKNOWN_SITE, ASSETS_MISSING);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(tag)).layer(Extension(Arc::new(Packed::default())))
}

/// The loader with a site's settings in it
#[utoipa::path(
    get,
    path = "/tag/{file}",
    tag = "program",
    params(("file" = String, Path, description = "The site key and .js", example = "st_clinic.js")),
    responses(
        (status = 200, description = "The loader, compressed as the browser takes it", content_type = "text/javascript", body = String),
        (status = 304, description = "It is the one that If-None-Match names"),
        Refused,
    )
)]
async fn tag(
    State(service): State<Arc<Service>>,
    Extension(packed): Extension<Arc<Packed>>,
    Segments(file): Segments<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let key = file.strip_suffix(".js").ok_or_else(|| NOT_FOUND.because("Tags end in .js."))?;
    let configured = service.configured();
    let site = SiteKey::parse(key).ok().and_then(|key| configured.site(&key));
    let site = site
        .ok_or_else(|| UNKNOWN_SITE.because("No site has this key; `hatsuban tag --site ID` prints the right tag."))?;
    let assets = service.assets.as_ref();
    let assets = assets.ok_or_else(|| ASSETS_MISSING.because("Run `npm run build` and start the service again."))?;
    let text = settings::tag(assets, site, &service.options.public_url);
    let encoding = [Encoding::Brotli, Encoding::Gzip].into_iter().find(|encoding| accepts(&headers, *encoding));
    let encoding = encoding.unwrap_or(Encoding::Identity);
    let content = digest(text.as_bytes());
    // A cache may hold every encoding; each is a thing of its own.
    let etag = format!("\"{content}{}\"", name(encoding).map(|name| format!("-{name}")).unwrap_or_default());
    service.metrics.tag_served(site.id.as_str());
    let is_known = is_known(&headers, &etag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        packed.get(site.key.as_str(), &content, text, encoding).await.into_response()
    };
    if let Some(name) = name(encoding).filter(|_| !is_known) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    let cache = format!("public, max-age={}", service.options.tag_cache.as_secs());
    for (name, value) in [
        (header::CONTENT_TYPE, assets::media_type("loader.js")),
        (header::CACHE_CONTROL, &cache),
        (header::ETAG, &etag),
        (header::VARY, "accept-encoding"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
