//! A request that Vonage sent.

use super::{
    SOURCE, event,
    jwt::{Payload, check},
};
use crate::http::{
    body,
    problem::{Answer, INVALID_REQUEST, Refusal, WRONG_SIGNATURE},
    service::Service,
    signed::Fields,
};
use axum::{
    extract::{FromRequest, Request},
    http::{Method, header, request::Parts},
};
use std::sync::Arc;

/// A request that Vonage sent.
pub(super) struct Received {
    /// What it tells: the members of its body, or the parameters of its URL.
    pub(super) fields: Fields,
    /// The parameters of its URL.
    pub(super) query: Fields,
    /// The dialled number, if this service or the operator wrote it into the URL.
    pub(super) to: Option<String>,
}

impl FromRequest<Arc<Service>> for Received {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        let bytes = body::whole(service, body).await?;
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let is_query = parts.method == Method::GET;
        let payload = if is_query { Payload::Query(&query.0) } else { Payload::Body(&bytes) };
        if let Err(refusal) = believe(service, &parts, payload) {
            service.metrics.unsigned(SOURCE);
            return Err(refusal);
        }
        if is_query {
            // Vonage adds its own `to` after the one of the URL.
            let to = query.0.iter().filter(|(name, _)| name == "to").map(|(_, value)| value.clone());
            let to = Some(to.collect::<Vec<_>>()).filter(|all| all.len() > 1).and_then(|all| all.into_iter().next());
            return Ok(Self { fields: without_first_to(&query, to.is_some()), query, to });
        }
        let fields = event::fields(&bytes).map_err(|error| INVALID_REQUEST.because(format!("The body: {error}.")))?;
        let to = query.get("to").map(str::to_owned);
        Ok(Self { fields, query, to })
    }
}

fn without_first_to(query: &Fields, has_own: bool) -> Fields {
    let at = query.0.iter().position(|(name, _)| name == "to").filter(|_| has_own);
    let kept = query.0.iter().enumerate().filter(|(place, _)| Some(*place) != at);
    Fields(kept.map(|(_, pair)| pair.clone()).collect())
}

fn believe(service: &Service, parts: &Parts, payload: Payload<'_>) -> Answer<()> {
    let signers = &service.options.signers;
    if signers.vonage.is_empty() {
        return Err(WRONG_SIGNATURE.because("No signature secret is known: set vonage.signature_secrets."));
    }
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let Some((_, token)) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        let detail = "The header Authorization is missing: turn signed webhooks on in the application's settings.";
        return Err(WRONG_SIGNATURE.because(detail));
    };
    let now = (signers.clock)().as_millis() / 1_000;
    let secrets = signers.vonage.iter().map(String::as_str);
    check(token.trim(), secrets, payload, now).map_err(|why| WRONG_SIGNATURE.because(why.to_string()))
}
