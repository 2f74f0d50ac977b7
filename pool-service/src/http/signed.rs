//! What proves that a webhook comes from where it says, and the URL under which its sender knows this service.

use super::{limits::Limits, service::Service};
use crate::domain::time::Timestamp;
use axum::http::{
    HeaderMap, header,
    request::Parts,
    uri::{Authority, PathAndQuery},
};
use std::{fmt, sync::Arc};

/// The secrets that services share with their customers. Several of a kind: while one takes another's place.
#[derive(Clone)]
pub struct Signers {
    /// Twilio's.
    pub twilio: Vec<AuthToken>,
    /// Vonage's signature secrets.
    pub vonage: Vec<String>,
    /// The time by which signatures are young enough. Not the store's: a call is answered while it is away.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// An auth token of Twilio's.
#[derive(Clone)]
pub struct AuthToken {
    /// The account that it is of; `None`: of whichever signs by it.
    pub account: Option<String>,
    /// The token.
    pub secret: String,
}

impl fmt::Debug for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signers({} of Twilio, {} of Vonage)", self.twilio.len(), self.vonage.len())
    }
}

/// The fields of a form or a query, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// Reads `name=value&…`.
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of a field that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(field, value)| field == name && !value.trim().is_empty());
        named.next().map(|(_, value)| value.trim())
    }

    /// The same, of several names.
    pub(super) fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }
}

impl Service {
    /// The URLs under which the sender of this request may know it: the service's public address, and what a trusted proxy
    /// says was asked for. Nobody else is believed, since what was signed for one address must not count at another.
    pub(super) fn called_as(&self, parts: &Parts) -> Vec<String> {
        let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let mut urls = vec![format!("{}{path}", self.options.public_url)];
        if self.limits.is_trusted(parts)
            && let Some(origin) = told_origin(&self.limits, parts)
        {
            urls.push(format!("{origin}{path}"));
        }
        urls
    }
}

/// Scheme and host as a proxy tells them, of several the one that it wrote itself: the last.
fn told_origin(limits: &Limits, parts: &Parts) -> Option<String> {
    let headers = &parts.headers;
    let (scheme, host) = if limits.reads_forwarded() {
        let element = last(headers, "forwarded")?;
        let told = |wanted: &str| {
            let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
            let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
            Some(value.trim().trim_matches('"'))
        };
        (told("proto"), told("host"))
    } else {
        (last(headers, "x-forwarded-proto"), last(headers, "x-forwarded-host"))
    };
    let authority = parts.uri.authority().map(Authority::as_str);
    let host = host.or(authority).or_else(|| headers.get(header::HOST)?.to_str().ok())?;
    let scheme = scheme.unwrap_or("https").to_ascii_lowercase();
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
    (is_host && ["https", "http"].contains(&scheme.as_str())).then(|| format!("{scheme}://{host}"))
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').map(str::trim).find(|entry| !entry.is_empty())
}
