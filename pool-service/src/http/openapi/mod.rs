//! `GET /openapi.json`: every route, described from the code that answers it.
//!
//! Handlers carry their description (`#[utoipa::path]`), and a route is added together with it (`routes!`), so that
//! neither is there without the other. `hatsuban openapi` prints the same document.
//!
//! # Layout
//! - `refusals`: the problems that a route answers with, from the table of problems
//! - `browser`: what all routes that pages ask have in common

mod browser;
mod refusals;

pub(super) use browser::with_preflight;
pub(super) use refusals::{of, refusals};

use super::{
    etag::{digest, is_known},
    service::Service,
};
use axum::{
    Extension,
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use utoipa::{
    OpenApi as _,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

const DESCRIPTION: &str = "Leases tracking numbers to visitors' sessions and says whose call a call is (発番).\n\n\
    Every error is a problem of RFC 9457; `/problems` explains all kinds of them. Unknown members of objects are ignored \
    in both directions. A path that is not listed here is answered with 404, another method with 405 and `Allow`; HEAD is \
    taken where GET is and has no effects.\n\n\
    docs/PROTOCOL.md says what the members mean.";
const TOKEN: &str = "An access token, `hb_…`, which `hatsuban token create` makes. What it may do is named by its scopes: \
    `route` (ask where a call goes while it rings), `calls:read` (read calls and attributions), `calls:write` (report \
    calls), `conversions` (fetch files for ad platforms), `admin` (everything). A token may be for some sites only. Systems that know user names and passwords only send it as the password of \
    `Basic`. Each operation names the scope that it needs.";

const VONAGE: &str = "The token of Vonage's signed webhooks, by one of vonage.signature_secrets.";
const TWILIO: &str = "Twilio's signature of its webhooks, by one of twilio.auth_tokens.";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Hatsuban", description = DESCRIPTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    tags(
        (name = "pages", description = "What the snippet in a page asks. Pages name their site by its key, and are known by their origin."),
        (name = "program", description = "The snippet itself."),
        (name = "calls", description = "What call systems ask and tell."),
        (name = "operation", description = "What operators and their machines ask."),
    )
)]
struct Frame;

/// The document as it is served.
#[derive(Clone)]
struct Served {
    text: Bytes,
    etag: Arc<str>,
}

/// The route of the document itself.
pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(openapi))
}

/// What the document's route needs.
pub(super) fn served(document: &OpenApi) -> Extension<impl Clone + Send + Sync + 'static> {
    let text = Bytes::from(text(document));
    let etag = format!("\"{}\"", digest(&text)).into();
    Extension(Served { text, etag })
}

/// The document of these operations.
pub(super) fn document(operations: OpenApi) -> OpenApi {
    let mut document = Frame::openapi();
    document.merge(operations);
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(TOKEN));
    let vonage = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(VONAGE));
    let twilio = ApiKey::Header(ApiKeyValue::with_description("X-Twilio-Signature", TWILIO));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    components.add_security_scheme("vonage", SecurityScheme::Http(vonage.build()));
    components.add_security_scheme("twilio", SecurityScheme::ApiKey(twilio));
    document
}

/// The document as text, line by line.
pub(super) fn text(document: &OpenApi) -> String {
    // It has been built from literals of this program: there is nothing in it that is no JSON.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// An example of the protocol.
pub(super) fn golden(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// This document
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    responses(
        (status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object),
        (status = 304, description = "It is the one that If-None-Match names"),
    )
)]
async fn openapi(Extension(Served { text, etag }): Extension<Served>, asked: HeaderMap) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ETAG, &etag),
        // For tools that run in a browser; it says nothing that is not public.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if is_known(&asked, &etag) {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, text).into_response()
    }
}
