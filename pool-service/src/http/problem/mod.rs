//! The one door through which errors leave: RFC 9457 problems, whose kinds stand in one table.

mod kinds;

pub use kinds::*;

use super::{limits::Budget, openapi::refusals, path::Segments, service::Service};
use crate::store::StoreError;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use pool_protocol::problem::Problem;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// One kind of problem: what it is called, and what a person should know about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in `/problems/{slug}`.
    pub slug: &'static str,
    /// Its HTTP status.
    pub status: u16,
    /// What it is, in one line.
    pub title: &'static str,
    /// Why it happens and what to do.
    pub explanation: &'static str,
}

/// A request that is answered with a problem.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What kind of problem.
    pub kind: &'static Kind,
    /// This occurrence.
    pub detail: String,
    /// The limit that is used up, if that is why.
    used_up: Option<Budget>,
}

/// What handlers give.
pub type Answer<T> = Result<T, Refusal>;

impl Kind {
    /// An occurrence of this kind.
    pub fn because(&'static self, detail: impl Into<String>) -> Refusal {
        Refusal { kind: self, detail: detail.into(), used_up: None }
    }
}

impl Refusal {
    /// The same, and when to ask again.
    pub(super) fn after(self, used_up: Budget) -> Self {
        Self {
            detail: format!("{} Ask again in {} s.", self.detail, used_up.seconds()),
            used_up: Some(used_up),
            ..self
        }
    }

    /// The body.
    pub fn problem(&self) -> Problem {
        Problem {
            kind: format!("/problems/{}", self.kind.slug),
            title: self.kind.title.to_owned(),
            status: self.kind.status,
            detail: Some(self.detail.clone()).filter(|detail| !detail.is_empty()),
        }
    }
}

impl From<StoreError> for Refusal {
    /// What exactly failed stands in the log, where it was counted; strangers are told only that it did.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownPool(pool) => POOL_MISSING.because(format!("The store does not know pool {pool}.")),
            StoreError::Unavailable(_) | StoreError::Full(_) | StoreError::Unsuitable(_) => {
                STORE_UNAVAILABLE.because("")
            }
            StoreError::Corrupt(_) => INTERNAL.because(""),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::UNAUTHORIZED => {
                let challenge = HeaderValue::from_static("Bearer realm=\"hatsuban\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        if let Some(used_up) = self.used_up {
            used_up.refuse(headers);
        }
        response
    }
}

refusals!(Refused: NOT_FOUND);

/// Where the `type` of every problem leads.
pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(all)).routes(routes!(explain))
}

/// All kinds of problems
#[utoipa::path(
    get,
    path = "/problems",
    tag = "operation",
    operation_id = "problems",
    responses((status = 200, body = String, description = "A line for each: its address, its status, its title"))
)]
async fn all() -> String {
    KINDS.iter().map(|kind| format!("/problems/{}\t{}\t{}\n", kind.slug, kind.status, kind.title)).collect()
}

/// What a kind of problem means, and what to do about it
#[utoipa::path(
    get,
    path = "/problems/{slug}",
    tag = "operation",
    operation_id = "problem",
    params(("slug" = String, Path, description = "As a problem's `type` ends", example = "unknown-site")),
    responses((status = 200, body = String, description = "For people to read"), Refused)
)]
async fn explain(Segments(slug): Segments<String>) -> Answer<String> {
    let found = KINDS.iter().find(|kind| kind.slug == slug);
    let kind = found.ok_or_else(|| NOT_FOUND.because("There is no problem of this name; /problems lists all."))?;
    Ok(format!("{} (HTTP {})\n\n{}\n", kind.title, kind.status, kind.explanation))
}
