//! `GET /v1/calls/{id}`: what is known of one call.

use super::wire::{self, Sight};
use crate::{
    domain::access::Scope,
    http::{
        bearer::Bearer,
        openapi::{golden, refusals},
        path::Segments,
        problem::{Answer, UNKNOWN_CALL},
        service::Service,
    },
};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use pool_protocol::call::CallRecord;
use std::sync::Arc;

refusals!(Refused: INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, UNKNOWN_CALL, NOT_FOUND, INTERNAL, STORE_UNAVAILABLE);

/// What is known of a call
#[utoipa::path(
    get,
    path = "/v1/calls/{id}",
    tag = "calls",
    params(("id" = String, Path, description = "The record's id, from the answer to an event or from a list",
            example = "clinic-main.a2FtYWlsaW8vMzg0ODI3NjI5ODIyMDE4ODUxMUBzYmMuZXhhbXBsZQ")),
    security(("token" = ["calls:read"])),
    responses(
        (status = 200, body = CallRecord, description = "The record",
         example = json!(golden(include_str!("../../../protocol/golden/call_record.json")))),
        Refused,
    )
)]
pub(super) async fn call(
    State(service): State<Arc<Service>>,
    bearer: Bearer,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    bearer.require(Scope::CallsRead)?;
    let call = service.ask("call", service.calls.record(&id)).await?;
    let unknown = || UNKNOWN_CALL.because(format!("No call has the id {}.", id.chars().take(100).collect::<String>()));
    let call = call.ok_or_else(unknown)?;
    bearer.require_at(Scope::CallsRead, call.site.as_ref())?;
    let record = wire::record(&service, &call, Sight::Whole);
    // Callers' numbers are nobody's in between.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(record)).into_response())
}
