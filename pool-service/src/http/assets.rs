//! `GET /assets/{hash}/{file}`: glue and wasm of one version, for ever.

use super::{
    openapi::refusals,
    path::Segments,
    problem::{ASSETS_MISSING, Answer, NOT_FOUND},
    service::Service,
};
use crate::assets::{Encoding, media_type};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

refusals!(Refused: NOT_FOUND, ASSETS_MISSING);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(asset))
}

/// The browser program of one version, for ever
#[utoipa::path(
    get,
    path = "/assets/{hash}/{file}",
    tag = "program",
    params(
        ("hash" = String, Path, description = "The version, as the tag names it"),
        ("file" = String, Path, description = "hatsuban.js, hatsuban_bg.wasm or extra.js"),
    ),
    responses(
        (status = 200, description = "The file, compressed as the browser takes it",
         content((String = "text/javascript"), (Vec<u8> = "application/wasm"))),
        Refused,
    )
)]
async fn asset(
    State(service): State<Arc<Service>>,
    Segments((hash, file)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let assets = service.assets.as_ref();
    let assets = assets.ok_or_else(|| ASSETS_MISSING.because("Run `npm run build` and start the service again."))?;
    // Never another version's file under this name: half a page's program would be the old one.
    let found = Some(assets).filter(|assets| assets.hash == hash);
    let found = found.and_then(|assets| assets.file(&file, |encoding| accepts(&headers, encoding)));
    let (encoding, bytes) =
        found.ok_or_else(|| NOT_FOUND.because("This service has another version of the program."))?;
    let mut response = Bytes::copy_from_slice(bytes).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&file)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(name) = name(encoding) {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    Ok(response)
}

/// What HTTP calls an encoding; nothing for a file as it is.
pub(super) fn name(encoding: Encoding) -> Option<&'static str> {
    match encoding {
        Encoding::Brotli => Some("br"),
        Encoding::Gzip => Some("gzip"),
        Encoding::Identity => None,
    }
}

/// Whether the browser takes an encoding.
pub(super) fn accepts(headers: &HeaderMap, encoding: Encoding) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (coding, quality) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let quality = quality.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(0.0);
        name(encoding).is_some_and(|name| coding.trim().eq_ignore_ascii_case(name)) && quality > 0.0
    })
}
