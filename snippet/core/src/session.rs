//! Who the visitor is, in this browser: an id of our own, or a digest of the site's session cookie.

use alloc::{borrow::ToOwned, string::String};
use sha2::{Digest, Sha256};

/// A visitor session: 16 to 64 characters of `[A-Za-z0-9_-]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionId(String);

/// Session cookies of well-known frameworks; whoever knows their value is logged in as the visitor.
const SECRETS: [&str; 9] = [
    "PHPSESSID",
    "JSESSIONID",
    "ASP.NET_SessionId",
    "connect.sid",
    "laravel_session",
    "_session_id",
    "sessionid",
    "ci_session",
    "CFID",
];

/// Bytes of a digest that travel: 128 bits, as many as an id of our own has.
const DIGEST_BYTES: usize = 16;

impl SessionId {
    /// Reads an id; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        ((16..=64).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// An id out of 128 random bits: 22 characters of base64url.
    pub fn from_random(random: &[u8; 16]) -> Self {
        Self(base64url(random))
    }

    /// An id out of the site's own session cookie, which may be a secret: 128 bits of SHA-256 over the site key and
    /// the value, so that it cannot be turned back nor compared between sites.
    pub fn digest_of(site: &str, cookie_value: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(site.as_bytes());
        hash.update([0]);
        hash.update(cookie_value.as_bytes());
        let digest = hash.finalize();
        Self(base64url(digest.get(..DIGEST_BYTES).unwrap_or(&digest)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a cookie of this name is known to be a login.
pub fn looks_like_a_secret(cookie_name: &str) -> bool {
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(cookie_name))
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    let (mut pending, mut bits) = (0u32, 0u32);
    let mut push = |six: u32| {
        let letter = ALPHABET.get((six & 63) as usize).copied().unwrap_or(b'A');
        text.push(char::from(letter));
    };
    for &byte in bytes {
        pending = (pending << 8) | u32::from(byte);
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            push(pending >> bits);
        }
    }
    if bits > 0 {
        push(pending << (6 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{SessionId, base64url, looks_like_a_secret};

    #[test]
    fn base64url_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64url(bytes.as_bytes()), text);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn an_id_of_our_own_reads_back() {
        let id = SessionId::from_random(&[0xa5; 16]);
        assert_eq!(id.as_str().len(), 22);
        assert_eq!(SessionId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn a_digest_tells_neither_the_cookie_nor_the_other_site() {
        let ours = SessionId::digest_of("st_a", "very-secret-session");
        assert!(!ours.as_str().contains("secret"));
        assert_eq!(ours, SessionId::digest_of("st_a", "very-secret-session"));
        assert_ne!(ours, SessionId::digest_of("st_b", "very-secret-session"));
        assert!(SessionId::parse(ours.as_str()).is_some());
    }

    #[test]
    fn what_is_no_id_is_not_taken_for_one() {
        let long = "a".repeat(65);
        for text in ["", "short", "0123456789abcde\n", "0123456789 abcdef", long.as_str()] {
            assert_eq!(SessionId::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn logins_are_known_by_name() {
        assert!(looks_like_a_secret("phpsessid"));
        assert!(!looks_like_a_secret("_ga"));
    }
}
