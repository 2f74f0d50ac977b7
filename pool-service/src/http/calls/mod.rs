//! Call records for call systems: `POST /v1/calls` tells of calls, `GET /v1/calls/{id}` gives what is known of one.
//!
//! # Layout
//! - `tell`: events
//! - `read`: an event as a domain value, or what is wrong with it
//! - `repeated`: `Idempotency-Key`
//! - `one`: one record
//! - `wire`: a record as it stands in answers

mod one;
mod read;
mod repeated;
mod tell;
pub(super) mod wire;

use super::service::Service;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(tell::tell_of_calls)).routes(routes!(one::call))
}
