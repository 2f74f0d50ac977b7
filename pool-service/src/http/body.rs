//! Request bodies: read whole, within limits of size and time, as JSON of any content type.
//!
//! Browsers send `text/plain`, which spares them a CORS preflight, so the content type says nothing.

use super::{
    problem::{Answer, BODY_TIMEOUT, BODY_TOO_LARGE, INCOMPLETE_BODY, INVALID_REQUEST, MALFORMED_JSON, Refusal},
    service::Service,
};
use axum::body::Body;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// A client that still sends would not read an answer: a body this much over the limit is swallowed first.
const SWALLOWED_BYTES: usize = 4 * 1024 * 1024;

/// Reads a body as JSON.
///
/// # Errors
/// A problem that says what is wrong with it, and where.
pub(super) async fn json<T: DeserializeOwned>(service: &Service, body: Body) -> Answer<T> {
    let bytes = whole(service, body).await?;
    // Where the field stands is looked for only if there is something to tell of it.
    serde_json::from_slice(&bytes).or_else(|_| fields(&bytes))
}

/// Reads a body as it is.
///
/// # Errors
/// When it is too large, too slow or does not arrive whole.
pub(super) async fn whole(service: &Service, body: Body) -> Answer<Vec<u8>> {
    let bytes = tokio::time::timeout(service.options.body_read, read(body, service.options.max_body_bytes));
    bytes.await.unwrap_or_else(|_| Err(BODY_TIMEOUT.because("")))
}

/// Reads JSON; what is wrong with it is told with the path of its field: `[3].at`.
///
/// # Errors
/// A problem that says what is wrong, and where.
pub(super) fn fields<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        let place = if path == "." || path == "?" { String::new() } else { format!("{path}: ") };
        refused(&error, format!("{place}{}", plain(&error)))
    })?;
    reader.end().map_err(|error| refused(&error, plain(&error)))?;
    Ok(read)
}

/// What is wrong, in words of JSON instead of Rust's.
fn plain(error: &serde_json::Error) -> String {
    let mut text = error.to_string();
    for (rusts, jsons) in [
        ("expected u64", "expected a whole number from 0 on"),
        ("expected u32", "expected a whole number from 0 on"),
        ("floating point", "number"),
        ("expected a sequence", "expected a list"),
        ("type: sequence", "type: list"),
        ("expected a map", "expected an object"),
        ("type: map", "type: object"),
    ] {
        text = text.replace(rusts, jsons);
    }
    match text.split_once("expected struct ") {
        Some((before, after)) => {
            format!("{before}expected an object{}", after.trim_start_matches(char::is_alphanumeric))
        }
        None => text,
    }
}

fn refused(error: &serde_json::Error, detail: String) -> Refusal {
    match error.classify() {
        Category::Data => INVALID_REQUEST.because(detail),
        _ => MALFORMED_JSON.because(detail),
    }
}

async fn read(mut body: Body, limit: usize) -> Answer<Vec<u8>> {
    let too_large = || Err(BODY_TOO_LARGE.because(format!("At most {limit} bytes are taken.")));
    if body.size_hint().lower() > SWALLOWED_BYTES as u64 {
        return too_large();
    }
    let (mut bytes, mut arrived) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| -> Refusal { INCOMPLETE_BODY.because(error.to_string()) })?;
        let Ok(data) = frame.into_data() else { continue };
        arrived += data.len();
        if arrived > SWALLOWED_BYTES {
            return too_large();
        }
        if arrived <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    if arrived > limit { too_large() } else { Ok(bytes) }
}
