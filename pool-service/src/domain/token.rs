//! Lease tokens: what a page may show us to get back a lease that the store has lost.
//!
//! Text form: `v1.<key id>.<base64url of the claim as JSON>.<base64url of HMAC-SHA256 over all before it>`.

use super::{
    ids::{PoolId, SessionId},
    lease::Lease,
    number::TrackingNumber,
    time::Timestamp,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// A key that signs lease tokens. The newest that has begun signs, all verify, so that keys can be rotated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenKey {
    /// Names the key in a token: letters and digits.
    pub id: String,
    /// 32 random bytes, base64url.
    pub secret: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it begins to sign, if not at once: every copy of the service must know it by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_from: Option<Timestamp>,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.id)
    }
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseClaim {
    /// The pool.
    #[serde(rename = "p")]
    pub pool: PoolId,
    /// The number.
    #[serde(rename = "n")]
    pub number: TrackingNumber,
    /// Who it was promised to.
    #[serde(rename = "s")]
    pub session: SessionId,
    /// The grant.
    #[serde(rename = "g")]
    pub generation: u64,
    /// When it was granted.
    #[serde(rename = "t")]
    pub granted_at: Timestamp,
    /// Until when it was promised.
    #[serde(rename = "u")]
    pub held_until: Timestamp,
}

/// Why a token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Not a token at all.
    #[error("the lease token is malformed")]
    Malformed,
    /// Signed by nobody we know, or changed since.
    #[error("the lease token's signature does not hold")]
    Forged,
    /// Made for another pool or another session.
    #[error("the lease token belongs to another session or pool")]
    Foreign,
}

/// The keys of an installation, newest first.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenKeys(Vec<TokenKey>);

impl LeaseClaim {
    /// What a lease proves later.
    pub fn of(pool: &PoolId, lease: &Lease) -> Self {
        Self {
            pool: pool.clone(),
            number: lease.number.clone(),
            session: lease.session.clone(),
            generation: lease.generation,
            granted_at: lease.granted_at,
            held_until: lease.held_until,
        }
    }
}

impl TokenKey {
    /// Makes a key out of random bytes.
    pub fn new(random: [u8; 36], created_at: Timestamp) -> Self {
        let (id, secret) = random.split_at(4);
        let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id, secret: URL_SAFE_NO_PAD.encode(secret), created_at, signs_from: None }
    }

    /// When it begins to sign.
    pub fn begins(&self) -> Timestamp {
        self.signs_from.unwrap_or(self.created_at)
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(self.secret.as_bytes()).expect("HMAC takes any key length");
        mac.update(text.as_bytes());
        mac
    }
}

impl TokenKeys {
    /// Keys, newest first; `None` if there is none.
    pub fn new(mut keys: Vec<TokenKey>) -> Option<Self> {
        keys.sort_by_key(|key| std::cmp::Reverse((key.begins(), key.created_at)));
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The key that signs at a moment: the newest that has begun, or else the oldest.
    pub fn signing(&self, now: Timestamp) -> Option<&TokenKey> {
        self.0.iter().find(|key| key.begins() <= now).or(self.0.last())
    }

    /// All keys, newest first.
    pub fn all(&self) -> &[TokenKey] {
        &self.0
    }

    /// Signs a claim with the key that signs now.
    pub fn sign(&self, claim: &LeaseClaim, now: Timestamp) -> String {
        let Some(key) = self.signing(now) else { return String::new() };
        let claim = serde_json::to_vec(claim).expect("a claim has only strings and integers");
        let signed = format!("v1.{}.{}", key.id, URL_SAFE_NO_PAD.encode(claim));
        let mac = URL_SAFE_NO_PAD.encode(key.mac(&signed).finalize().into_bytes());
        format!("{signed}.{mac}")
    }

    /// Reads a token made for this pool and session.
    ///
    /// # Errors
    /// When it is malformed, forged, or made for another.
    pub fn verify(&self, token: &str, pool: &PoolId, session: &SessionId) -> Result<LeaseClaim, TokenRefused> {
        let (signed, mac) = token.rsplit_once('.').ok_or(TokenRefused::Malformed)?;
        let (key_id, claim) =
            signed.strip_prefix("v1.").and_then(|rest| rest.split_once('.')).ok_or(TokenRefused::Malformed)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| TokenRefused::Malformed)?;
        let key = self.0.iter().find(|key| key.id == key_id).ok_or(TokenRefused::Forged)?;
        key.mac(signed).verify_slice(&mac).map_err(|_| TokenRefused::Forged)?;
        let claim = URL_SAFE_NO_PAD.decode(claim).map_err(|_| TokenRefused::Malformed)?;
        let claim: LeaseClaim = serde_json::from_slice(&claim).map_err(|_| TokenRefused::Malformed)?;
        if claim.pool == *pool && claim.session == *session { Ok(claim) } else { Err(TokenRefused::Foreign) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u8) -> TokenKeys {
        TokenKeys::new(vec![TokenKey::new([seed; 36], Timestamp::from_millis(u64::from(seed)))]).expect("one key")
    }

    fn claim() -> LeaseClaim {
        LeaseClaim {
            pool: PoolId::parse("main").expect("an id"),
            number: TrackingNumber::parse("05031110001").expect("a number"),
            session: SessionId::parse("0123456789abcdef").expect("a session"),
            generation: 42,
            granted_at: Timestamp::from_millis(1),
            held_until: Timestamp::from_millis(2),
        }
    }

    #[test]
    fn a_token_proves_its_own_claim_and_no_other() {
        let token = keys(1).sign(&claim(), Timestamp::from_millis(9));
        let (pool, session) = (claim().pool, claim().session);
        assert_eq!(keys(1).verify(&token, &pool, &session), Ok(claim()));
        assert_eq!(keys(2).verify(&token, &pool, &session), Err(TokenRefused::Forged));
        let other = SessionId::parse("another-session-0").expect("a session");
        assert_eq!(keys(1).verify(&token, &pool, &other), Err(TokenRefused::Foreign));
    }

    #[test]
    fn no_changed_byte_passes() {
        let token = keys(1).sign(&claim(), Timestamp::from_millis(9));
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                let outcome = keys(1).verify(&changed, &claim().pool, &claim().session);
                assert!(outcome.is_err(), "byte {at}");
            }
        }
    }

    #[test]
    fn an_older_key_still_verifies_after_a_rotation() {
        let old = TokenKey::new([1; 36], Timestamp::from_millis(1));
        let new = TokenKey::new([2; 36], Timestamp::from_millis(2));
        let token = TokenKeys::new(vec![old.clone()]).expect("a key").sign(&claim(), Timestamp::from_millis(9));
        let both = TokenKeys::new(vec![old, new]).expect("keys");
        assert_eq!(both.verify(&token, &claim().pool, &claim().session), Ok(claim()));
    }
}
