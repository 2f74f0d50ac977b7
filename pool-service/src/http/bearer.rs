//! Bearer tokens: who asks, and whether they may.

use super::{
    problem::{Answer, FOREIGN_SITE, INVALID_TOKEN, MISSING_SCOPE, Refusal},
    service::{STORE_DEADLINE, Service},
};
use crate::domain::{
    access::{AccessToken, Opens, Scope},
    ids::SiteId,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{sync::Arc, time::Duration};

/// A request with a valid access token.
pub(super) struct Bearer(AccessToken);

impl Bearer {
    /// Checks that the token's scopes include this one.
    pub(super) fn require(&self, scope: Scope) -> Answer<()> {
        let has_scope = self.0.scopes.contains(&scope) || self.0.scopes.contains(&Scope::Admin);
        let name = scope.name();
        has_scope.then_some(()).ok_or_else(|| MISSING_SCOPE.because(format!("It needs the scope {name}.")))
    }

    /// Checks that the token may do this on all sites.
    pub(super) fn require_everywhere(&self, scope: Scope) -> Answer<()> {
        self.require(scope)?;
        let is_allowed = self.0.sites.is_empty();
        is_allowed.then_some(()).ok_or_else(|| FOREIGN_SITE.because("This is of all sites, and the token is for some."))
    }

    /// The sites that the token is for; `None` if for all.
    pub(super) fn sites(&self) -> Option<&[SiteId]> {
        Some(self.0.sites.as_slice()).filter(|sites| !sites.is_empty())
    }

    /// Checks that the token may do this on that site.
    pub(super) fn require_on(&self, scope: Scope, site: &SiteId) -> Answer<()> {
        self.require(scope)?;
        let is_allowed = self.0.allows(scope, site);
        is_allowed.then_some(()).ok_or_else(|| FOREIGN_SITE.because(format!("It is not for site {site}.")))
    }

    /// The same for what belongs to no site, which is everybody's: only tokens for all sites may.
    pub(super) fn require_at(&self, scope: Scope, site: Option<&SiteId>) -> Answer<()> {
        let Some(site) = site else {
            self.require(scope)?;
            let is_allowed = self.0.sites.is_empty();
            return is_allowed
                .then_some(())
                .ok_or_else(|| FOREIGN_SITE.because("The number is of no site: this is for tokens for all sites."));
        };
        self.require_on(scope, site)
    }

    /// The public part of the token.
    pub(super) fn id(&self) -> &str {
        &self.0.id
    }
}

impl FromRequestParts<Arc<Service>> for Bearer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Answer<Self> {
        Self::of(&parts.headers, service, STORE_DEADLINE).await
    }
}

impl Bearer {
    /// Who asks. A token that is not known here is looked for in the store, which has so long.
    ///
    /// # Errors
    /// When nobody has it, or the store does not say in time.
    pub(super) async fn of(headers: &HeaderMap, service: &Service, patience: Duration) -> Answer<Self> {
        let Some(text) = token(headers) else {
            return Err(INVALID_TOKEN
                .because("Send it in the header `Authorization: Bearer hb_…`, or as the password of `Basic`."));
        };
        let unknown = || {
            let what =
                "This token is not known here, or was taken back; `hatsuban token list` names those that are good.";
            INVALID_TOKEN.because(what)
        };
        let (id, secret) = AccessToken::split(&text).ok_or_else(unknown)?;
        let is_opened = |token: &AccessToken| token.opens(secret) != Opens::Never;
        let known = service.configured().access_token(id).filter(|token| is_opened(token)).cloned();
        let found = match known {
            Some(found) => Some(found),
            // Made, or given this secret, a moment ago, perhaps through another copy of the service.
            None => {
                let asked = service.ask_within(patience, "access_token", service.store.access_token(id));
                asked.await?.filter(is_opened)
            }
        };
        let token = found.ok_or_else(unknown)?;
        match token.opens(secret) {
            Opens::Before(end) if service.about_now().await >= end => Err(INVALID_TOKEN
                .because("This token was good until now, and is so no more: use its new secret, or make a new one.")),
            _ => {
                service.live.token_uses().note(&token.id);
                Ok(Self(token))
            }
        }
    }
}

/// The token as it was sent. Some call systems (`mod_xml_curl`) know user names and passwords only: for them it is the
/// password, and the user name does not matter.
fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(token.to_owned());
    }
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(token).ok())??;
    let (_user, password) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    Some(password.to_owned())
}
