//! `POST /v1/twilio/status`: states of calls and of their legs, ends of `<Dial>`, recordings, transcripts.

use super::{SOURCE, callback, received::Received};
use crate::http::{
    openapi::refusals,
    problem::{Answer, INVALID_REQUEST},
    service::Service,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Some callbacks are asked what comes next: nothing. The others take it for an answer, too.
const NOTHING_MORE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

refusals!(
    Refused: INCOMPLETE_BODY, WRONG_SIGNATURE, BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE,
    POOL_MISSING
);

/// Take Twilio's callbacks: states of calls, ends of Dial, recordings, transcripts
#[utoipa::path(
    post,
    path = "/v1/twilio/status",
    tag = "calls",
    params(
        ("to" = Option<String>, Query, description = "The dialled number, where the callback does not name it"),
        ("talk" = Option<String>, Query, description = "`call`: callers talk to Twilio itself, so the whole call is talk"),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "As Twilio sends it: CallSid, ParentCallSid, CallStatus, CallDuration, DialCallStatus, RecordingUrl …"),
    security(("twilio" = [])),
    responses((status = 200, description = "Noted; TwiML that does nothing", content_type = "text/xml", body = String), Refused)
)]
pub(super) async fn twilio_status(State(service): State<Arc<Service>>, received: Received) -> Answer<Response> {
    let now = service.ask("now", service.calls.now()).await?;
    let told = callback::read(&received.form, &received.query, now);
    if let Some(reported) = told.map_err(|why| INVALID_REQUEST.because(why))? {
        service.report(SOURCE, reported).await?;
    }
    Ok(([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], NOTHING_MORE).into_response())
}
