//! Who asks while a telephone rings.

use crate::http::{
    bearer::Bearer,
    problem::{Answer, Refusal},
    service::Service,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A call system with a valid access token. Whatever it took to find out comes out of the time that the answer has.
pub(super) struct Asker {
    /// Its token.
    pub(super) bearer: Bearer,
    /// What is left of that time.
    pub(super) left: Duration,
}

impl FromRequestParts<Arc<Service>> for Asker {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Answer<Self> {
        let (begun, budget) = (Instant::now(), service.options.route_budget);
        let bearer = Bearer::of(&parts.headers, service, budget).await?;
        Ok(Self { bearer, left: budget.saturating_sub(begun.elapsed()) })
    }
}
