//! Path segments, whose misspellings are problems as everything else.

use super::{
    problem::{Answer, NOT_FOUND, Refusal},
    service::Service,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The named segments of a path.
pub(super) struct Segments<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Service>> for Segments<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Answer<Self> {
        let read = Path::<T>::from_request_parts(parts, service).await;
        read.map(|Path(segments)| Self(segments)).map_err(|error| NOT_FOUND.because(error.body_text()))
    }
}
