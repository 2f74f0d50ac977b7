//! Twilio's webhooks. They are believed only with Twilio's signature.
//!
//! # Layout
//! - `signature`: whether Twilio sent a request
//! - `received`: a request that Twilio sent
//! - `callback`: what it tells of a call
//! - `voice`: where a call goes
//! - `status`: states of calls and their legs, recordings

mod callback;
mod received;
mod signature;
mod status;
mod voice;

use super::service::Service;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The call system's name in records.
const SOURCE: &str = "twilio";

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default()
        .routes(routes!(voice::twilio_voice))
        .routes(routes!(voice::twilio_whisper))
        .routes(routes!(status::twilio_status))
}
