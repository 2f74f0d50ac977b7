//! A request that Twilio sent.

use super::{
    SOURCE,
    signature::{Payload, is_valid},
};
use crate::http::{
    body,
    problem::{Answer, Refusal, WRONG_SIGNATURE},
    service::Service,
    signed::Fields,
};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{header, request::Parts},
};
use std::sync::Arc;

const SIGNATURE: &str = "x-twilio-signature";
const FORM: &str = "application/x-www-form-urlencoded";

/// A request that Twilio sent.
pub(super) struct Received {
    /// The fields of its form.
    pub(super) form: Fields,
    /// The parameters of its URL, which this service or the operator chose.
    pub(super) query: Fields,
}

impl FromRequest<Arc<Service>> for Received {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Answer<Self> {
        let (parts, body): (Parts, Body) = request.into_parts();
        let bytes = body::whole(service, body).await?;
        let media = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = bytes.is_empty() || media.is_some_and(|media| media.to_ascii_lowercase().starts_with(FORM));
        let form = if is_form { Fields::parse(&bytes) } else { Fields::default() };
        let payload = if is_form { Payload::Form(&form.0) } else { Payload::Other(&bytes) };
        if let Err(refusal) = check(service, &parts, payload, form.get("AccountSid")) {
            service.metrics.unsigned(SOURCE);
            return Err(refusal);
        }
        Ok(Self { form, query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()) })
    }
}

fn check(service: &Service, parts: &Parts, payload: Payload<'_>, account: Option<&str>) -> Answer<()> {
    let signers = &service.options.signers.twilio;
    if signers.is_empty() {
        return Err(WRONG_SIGNATURE.because("No auth token is known: set twilio.auth_tokens."));
    }
    let Some(signature) = parts.headers.get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
        return Err(WRONG_SIGNATURE.because("The header X-Twilio-Signature is missing."));
    };
    let urls = service.called_as(parts);
    let counting = signers.iter().filter(|token| token.account.as_deref().is_none_or(|of| Some(of) == account));
    // All are tried, so that the time it takes does not tell which one was right.
    let mut is_signed = false;
    for token in counting {
        for url in &urls {
            is_signed |= is_valid(&token.secret, url, payload, signature);
        }
    }
    if is_signed {
        return Ok(());
    }
    let url = urls.first().map_or("", |url| url.split(['?', '#']).next().unwrap_or_default());
    Err(WRONG_SIGNATURE.because(format!(
        "No auth token signs this request as one to {url}. If Twilio calls another address, set http.public_url."
    )))
}
