//! Call records: `POST /v1/calls` tells of calls, `GET /v1/calls/{id}` gives what is known of one, `GET /v1/calls` of many.
//!
//! # Layout
//! - `tell`: events
//! - `read`: an event as a domain value, or what is wrong with it
//! - `repeated`: `Idempotency-Key`
//! - `one`: one record
//! - `list`: a page of records as JSON
//! - `export`: all of them, as CSV or NDJSON, in a stream
//! - `columns`: a record as a row of a table
//! - `fields`: which members of a record are wanted
//! - [`asked`]: the parameters by which calls are chosen, here and in reports
//! - `cursor`: where the next page begins
//! - [`wire`]: a record as it stands in answers

pub(super) mod asked;
mod columns;
mod cursor;
mod export;
mod fields;
mod list;
mod one;
mod read;
mod repeated;
mod tell;
pub(super) mod wire;

use super::service::Service;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default()
        .routes(routes!(tell::tell_of_calls))
        .routes(routes!(one::call))
        .merge(list::routes())
        .merge(export::routes())
}
