//! What one address, one site's newcomers and one pool's visitors behind one address may have.
//!
//! Each copy of the service counts for itself, in bounded memory. Whoever holds a number is refused last: heartbeats
//! count against the address alone, in a budget that a large office does not use up.
//!
//! # Layout
//! - `rates`: requests for each minute
//! - `shares`: how many numbers of a pool the visitors at one address hold

mod rates;
mod shares;

pub(super) use rates::Budget;
pub(super) use shares::{Place, Room};

use super::{
    cors,
    problem::{Refusal, TOO_MANY_REQUESTS},
    service::Service,
};
use crate::domain::{
    address::{Addresses, Told},
    ids::SiteId,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use rates::Rate;
use shares::Shares;
use std::{net::SocketAddr, sync::Arc};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What a page's script may read of an answer.
const READABLE: HeaderValue = HeaderValue::from_static("ratelimit, ratelimit-policy, retry-after");

/// How much is allowed. A rate of 0 is no limit.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Who is who.
    pub addresses: Addresses,
    /// How proxies say for whom they ask.
    pub told: Told,
    /// Requests of pages at one address.
    pub requests_per_minute: u32,
    /// Of these, those that could take a new number.
    pub new_sessions_per_minute: u32,
    /// Requests of a whole site's pages that could take a new number.
    pub site_new_sessions_per_minute: u32,
    /// Percent of a pool's numbers that one address may hold; from 100 on there is no limit.
    pub pool_share_percent: u64,
    /// Numbers of a pool that one address may hold in any case, up to half of the pool.
    pub pool_share_minimum: u64,
}

/// All limits of a service, and what was used of them.
pub struct Limits {
    addresses: Addresses,
    told: Told,
    requests: Rate<IpNet>,
    sessions: Rate<IpNet>,
    site_sessions: Rate<SiteId>,
    shares: Shares,
    policies: Option<HeaderValue>,
}

/// The network of the visitor who asks; `None` if nobody knows it, and then nothing is limited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client(pub(super) Option<IpNet>);

impl Limits {
    /// Limits of which nothing is used yet.
    pub fn new(allowed: Allowed) -> Self {
        let requests = Rate::per_minute("requests", allowed.requests_per_minute);
        let sessions = Rate::per_minute("sessions", allowed.new_sessions_per_minute);
        let policies: Vec<String> = [requests.policy(), sessions.policy()].into_iter().flatten().collect();
        Self {
            addresses: allowed.addresses,
            told: allowed.told,
            requests,
            sessions,
            site_sessions: Rate::per_minute("site", allowed.site_new_sessions_per_minute),
            shares: Shares::new(allowed.pool_share_percent, allowed.pool_share_minimum),
            policies: HeaderValue::try_from(policies.join(", ")).ok().filter(|_| !policies.is_empty()),
        }
    }

    /// Whether a request comes from a trusted proxy.
    pub(super) fn is_trusted(&self, parts: &Parts) -> bool {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.is_some_and(|ConnectInfo(peer)| self.addresses.direct(peer.ip()).is_none())
    }

    /// Whether proxies tell for whom they ask in `Forwarded`, not in `X-Forwarded-…`.
    pub(super) fn reads_forwarded(&self) -> bool {
        self.told == Told::Forwarded
    }

    fn client(&self, request: &Request) -> Client {
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return Client(None);
        };
        let name = match self.told {
            Told::XForwardedFor => "x-forwarded-for",
            Told::Forwarded => "forwarded",
        };
        let mut lines: Vec<&str> = Vec::new();
        for line in request.headers().get_all(name) {
            // A line that is no text names nobody.
            lines.push(line.to_str().unwrap_or("unknown"));
        }
        Client(self.addresses.client(peer.ip(), self.told, lines.into_iter().rev()))
    }
}

impl Service {
    /// Whether a session without a number may be looked at now.
    ///
    /// # Errors
    /// When its address or its site has had too many of them.
    pub(super) fn admit_newcomer(&self, client: Client, site: &SiteId) -> Result<(), Refusal> {
        let Client(Some(network)) = client else { return Ok(()) };
        if let Some(used_up) = self.limits.sessions.take(&network).err() {
            self.metrics.limited("address_sessions");
            return Err(refusal("Too many new sessions come from this address.", used_up));
        }
        if let Some(used_up) = self.limits.site_sessions.take(site).err() {
            self.metrics.limited("site_sessions");
            return Err(refusal("Too many new sessions come to this site.", used_up));
        }
        Ok(())
    }

    /// The limits' view of one session in one pool.
    pub(super) fn shares(&self) -> &Shares {
        &self.limits.shares
    }
}

/// Lets pages ask within the budget of their address, and tells them what is left of it.
pub(super) async fn limited(State(service): State<Arc<Service>>, mut request: Request, next: Next) -> Response {
    let client = service.limits.client(&request);
    request.extensions_mut().insert(client);
    let Some(network) = client.0.filter(|_| request.method() != Method::OPTIONS) else {
        return next.run(request).await;
    };
    let (budget, mut response) = match service.limits.requests.take(&network) {
        Ok(budget) => (budget, next.run(request).await),
        Err(used_up) => {
            service.metrics.limited("address_requests");
            let refusal = refusal("Too many requests come from this address.", used_up);
            (None, cors::readable(&service, request.headers(), Err(refusal)))
        }
    };
    tell(response.headers_mut(), budget, service.limits.policies.as_ref());
    response
}

fn refusal(why: &str, used_up: Budget) -> Refusal {
    TOO_MANY_REQUESTS.because(why).after(used_up)
}

fn tell(headers: &mut HeaderMap, budget: Option<Budget>, policies: Option<&HeaderValue>) {
    if let Some(policies) = policies {
        headers.insert(RATE_LIMIT_POLICY, policies.clone());
    }
    if let Some(budget) = budget {
        budget.tell(headers);
    }
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
    }
}
