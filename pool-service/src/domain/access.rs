//! Who may ask: bearer tokens with scopes and sites. Only hashes are kept.

use super::{
    ids::SiteId,
    time::{Span, Timestamp},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Ask where a call goes while it rings.
    #[serde(rename = "route")]
    Route,
    /// Read calls and attributions.
    #[serde(rename = "calls:read")]
    CallsRead,
    /// Report calls.
    #[serde(rename = "calls:write")]
    CallsWrite,
    /// Fetch the conversion files of ad platforms, and nothing else.
    #[serde(rename = "conversions")]
    Conversions,
    /// Everything, on the token's sites.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All scopes, for help texts.
    pub const ALL: [Self; 5] = [Self::Route, Self::CallsRead, Self::CallsWrite, Self::Conversions, Self::Admin];

    /// The scope's name on the command line and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::CallsRead => "calls:read",
            Self::CallsWrite => "calls:write",
            Self::Conversions => "conversions",
            Self::Admin => "admin",
        }
    }

    /// The scope with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Public part, by which the token is found.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// SHA-256 of the secret part, base64url.
    pub secret_hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The sites it may do it on; empty means all.
    pub sites: Vec<SiteId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Secrets that were replaced, and go on being taken for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_secrets: Vec<FormerSecret>,
    /// From then on it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was taken back: it is refused since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerSecret {
    /// SHA-256 of it, base64url.
    pub hash: String,
    /// From then on it is refused.
    pub until: Timestamp,
}

/// Whether a secret opens a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// At any time.
    Always,
    /// Before this moment.
    Before(Timestamp),
    /// Never: it is another secret, or the token was taken back.
    Never,
}

impl AccessToken {
    /// Makes a token out of 8 and 32 random bytes. The text is shown once and never stored.
    pub fn issue(
        name: String,
        scopes: Vec<Scope>,
        sites: Vec<SiteId>,
        created_at: Timestamp,
        random: ([u8; 8], [u8; 32]),
    ) -> (Self, String) {
        let id = random.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let secret = URL_SAFE_NO_PAD.encode(random.1);
        let text = format!("hb_{id}_{secret}");
        let secret_hash = hash(&secret);
        let former_secrets = Vec::new();
        let token = Self {
            id,
            name,
            secret_hash,
            scopes,
            sites,
            created_at,
            former_secrets,
            expires_at: None,
            revoked_at: None,
        };
        (token, text)
    }

    /// The same token with a new secret out of 32 random bytes, and its text; the secrets before it are taken until the
    /// grace is over.
    pub fn rotated(mut self, random: [u8; 32], now: Timestamp, grace: Span) -> (Self, String) {
        let secret = URL_SAFE_NO_PAD.encode(random);
        let replaced = std::mem::replace(&mut self.secret_hash, hash(&secret));
        let until = now + grace;
        // An earlier grace does not outlive this one: with a grace of 0 no other secret is taken any more.
        self.former_secrets.iter_mut().for_each(|former| former.until = former.until.min(until));
        self.former_secrets.push(FormerSecret { hash: replaced, until });
        self.former_secrets.retain(|former| former.until > now);
        let text = format!("hb_{}_{secret}", self.id);
        (self, text)
    }

    /// The id and the secret inside a token's text.
    pub fn split(text: &str) -> Option<(&str, &str)> {
        text.strip_prefix("hb_")?.split_once('_')
    }

    /// When this secret opens the token. All that it may be are compared, each in constant time.
    pub fn opens(&self, secret: &str) -> Opens {
        let hash = hash(secret);
        let is = |other: &str| bool::from(other.as_bytes().ct_eq(hash.as_bytes()));
        let is_current = is(&self.secret_hash);
        let former = self.former_secrets.iter().filter(|former| is(&former.hash)).map(|former| former.until).max();
        if self.revoked_at.is_some() || (!is_current && former.is_none()) {
            return Opens::Never;
        }
        let end = former.filter(|_| !is_current);
        [end, self.expires_at].into_iter().flatten().min().map_or(Opens::Always, Opens::Before)
    }

    /// Whether the token may do this on that site.
    pub fn allows(&self, scope: Scope, site: &SiteId) -> bool {
        (self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin))
            && (self.sites.is_empty() || self.sites.contains(site))
    }
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
