//! Who may fetch a file. Platforms that fetch on a schedule know user name and password; some wait to be asked for them.

use crate::http::{bearer::Bearer, problem::Refusal, service::Service};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// A request with a valid access token; where there is none, a password is asked for.
pub(super) struct Fetcher(pub(super) Bearer);

/// Nobody may fetch so.
pub(super) struct Challenge(Refusal);

impl FromRequestParts<Arc<Service>> for Fetcher {
    type Rejection = Challenge;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Challenge> {
        Bearer::from_request_parts(parts, service).await.map(Self).map_err(Challenge)
    }
}

impl IntoResponse for Challenge {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"hatsuban\", charset=\"UTF-8\"");
            response.headers_mut().append(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}
