//! Vonage's webhooks. They are believed only when they are signed.
//!
//! # Layout
//! - `jwt`: whether Vonage sent a request
//! - `received`: a request that Vonage sent
//! - `event`: what it tells of a call
//! - `answer`: where a call goes
//! - `hooks`: what becomes of it

mod answer;
mod event;
mod hooks;
mod jwt;
mod received;

use super::{head_without_effects, service::Service};
use axum::routing::head;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The call system's name in records.
const SOURCE: &str = "vonage";

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default()
        .routes(routes!(answer::vonage_answer, answer::vonage_answer_by_post))
        .routes(routes!(answer::vonage_whisper, answer::vonage_whisper_by_post))
        .routes(routes!(hooks::vonage_event, hooks::vonage_event_by_get))
        .route("/v1/vonage/answer", head(head_without_effects))
        .route("/v1/vonage/event", head(head_without_effects))
}
