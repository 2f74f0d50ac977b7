//! `GET /v1/calls/{id}`: what is known of one call.

use super::wire::{self, Sight};
use crate::{
    domain::access::Scope,
    http::{
        bearer::Bearer,
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
use std::sync::Arc;

pub(super) async fn one(
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
