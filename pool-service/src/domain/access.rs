//! Who may ask: bearer tokens with scopes and sites. Only hashes are kept.

use super::{ids::SiteId, time::Timestamp};
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
    /// Everything, on the token's sites.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All scopes, for help texts.
    pub const ALL: [Self; 4] = [Self::Route, Self::CallsRead, Self::CallsWrite, Self::Admin];

    /// The scope's name on the command line and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::CallsRead => "calls:read",
            Self::CallsWrite => "calls:write",
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
        (Self { id, name, secret_hash, scopes, sites, created_at }, text)
    }

    /// The id and the secret inside a token's text.
    pub fn split(text: &str) -> Option<(&str, &str)> {
        text.strip_prefix("hb_")?.split_once('_')
    }

    /// Whether this secret is the token's; compared in constant time.
    pub fn has_secret(&self, secret: &str) -> bool {
        self.secret_hash.as_bytes().ct_eq(hash(secret).as_bytes()).into()
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
