//! `Idempotency-Key`: the same key with the same body gives the same answer, for a day.
//!
//! What is kept of an answer is sealed: it may hold what was said in the call.

use crate::{
    domain::time::Span,
    http::{
        bearer::Bearer,
        problem::{Answer, IDEMPOTENCY_KEY_REUSED, INTERNAL, INVALID_REQUEST},
        service::Service,
    },
    store::records::DocumentKind,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// What clients send.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Stands in an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// So long an answer is kept.
const KEPT: Span = Span::from_seconds(86_400);
const MAX_KEY: usize = 255;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Given {
    /// The digest of the request's body.
    asked: String,
    status: u16,
    /// The answer's body, sealed.
    answer: String,
}

/// A request with a key.
pub(super) struct Keyed {
    document: String,
    asked: String,
}

impl Keyed {
    /// Reads the key of a request, if it has one.
    pub(super) fn read(service: &Service, bearer: &Bearer, headers: &HeaderMap, body: &[u8]) -> Answer<Option<Self>> {
        let Some(key) = headers.get(&KEY) else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
        let rule = format!("Idempotency-Key must be 1 to {MAX_KEY} characters of ASCII that can be printed.");
        let key = key.ok_or_else(|| INVALID_REQUEST.because(rule))?;
        let callers = service.calls.callers();
        // A key is the client's own; it may be long and hold anything.
        let document = format!("{}.{}", bearer.id(), callers.digest(key.as_bytes()));
        Ok(Some(Self { document, asked: callers.digest(body) }))
    }

    /// The answer that was given before, if one was.
    pub(super) async fn answered(&self, service: &Service) -> Answer<Option<Response>> {
        let kept = service.store.document(DocumentKind::Idempotency, &self.document);
        let Some(kept) = service.ask("document", kept).await? else { return Ok(None) };
        let given: Given = serde_json::from_str(&kept.text).map_err(|_| INTERNAL.because(""))?;
        if given.asked != self.asked {
            return Err(IDEMPOTENCY_KEY_REUSED.because("Within 24 hours it was sent with another body."));
        }
        let Some(body) = service.calls.callers().unseal(&given.answer) else { return Ok(None) };
        let mut response = answer(given.status, body.into_bytes());
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(Some(response))
    }

    /// Keeps an answer.
    pub(super) async fn keep(self, service: &Service, status: StatusCode, body: &str) -> Answer<()> {
        let answer = service.calls.callers().seal(body);
        let text = serde_json::to_string(&Given { asked: self.asked, status: status.as_u16(), answer });
        let text = text.map_err(|_| INTERNAL.because(""))?;
        let until = service.ask("now", service.calls.now()).await? + KEPT;
        let put = service.store.put_document(DocumentKind::Idempotency, &self.document, None, &text, Some(until));
        service.ask("put_document", put).await?;
        Ok(())
    }
}

/// An answer with these bytes of JSON.
pub(super) fn answer(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, Body::from(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
