//! `X-Twilio-Signature`: whether Twilio sent a request, by a secret that only Twilio and the account's owner know. Pure.
//!
//! What is signed is the URL that Twilio called and, of a form, every field in the order of their names; of any other body
//! the URL names the SHA-256 in its parameter `bodySHA256`. Twilio writes the URL with or without the port of its scheme,
//! so every way to write it is tried.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The parameter of the URL that names the digest of a body that is no form.
const BODY_DIGEST: &str = "bodySHA256";

/// What came with a URL.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'a> {
    /// The fields of a form, decoded; none for a request without a body.
    Form(&'a [(String, String)]),
    /// Any other body.
    Other(&'a [u8]),
}

/// Whether `signature` is Twilio's for this URL and payload under this token. Takes the same time for every wrong one.
pub(super) fn is_valid(token: &str, url: &str, payload: Payload<'_>, signature: &str) -> bool {
    let Ok(signature) = BASE64_STANDARD.decode(signature.trim()) else { return false };
    let fields = match payload {
        Payload::Form(fields) => joined(fields),
        Payload::Other(body) if names_digest(url, body) => String::new(),
        Payload::Other(_) => return false,
    };
    let spelled = spellings(url);
    spelled.iter().fold(false, |found, url| found | signs(token, url, &fields, &signature))
}

fn signs(token: &str, url: &str, fields: &str, signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    mac.update(fields.as_bytes());
    mac.verify_slice(signature).is_ok()
}

/// Names and values in the order of the names, then of the values; a field that was sent twice counts once.
fn joined(fields: &[(String, String)]) -> String {
    let sorted: BTreeSet<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sorted.into_iter().flat_map(|(name, value)| [name, value]).collect()
}

fn names_digest(url: &str, body: &[u8]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == BODY_DIGEST);
    let digest: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    named.is_some_and(|(_, value)| value.eq_ignore_ascii_case(&digest))
}

/// The URL as it is, without its port, and with the port of its scheme.
fn spellings(url: &str) -> Vec<String> {
    let mut spelled = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return spelled };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    // The colons of an IPv6 address stand within brackets.
    let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    let host = port_at.map_or(authority, |at| &authority[..at]);
    let usual = if scheme == "https" { 443 } else { 80 };
    if port_at.is_some() {
        spelled.push(format!("{scheme}://{host}{path}"));
    } else {
        spelled.push(format!("{scheme}://{host}:{usual}{path}"));
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::{Payload, is_valid, joined};
    use base64::{Engine, prelude::BASE64_STANDARD};
    use hmac::{Hmac, KeyInit, Mac};
    use sha1::Sha1;

    fn sign(token: &str, url: &str, fields: &[(String, String)]) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("a key");
        mac.update(url.as_bytes());
        mac.update(joined(fields).as_bytes());
        BASE64_STANDARD.encode(mac.finalize().into_bytes())
    }

    const TOKEN: &str = "12345";
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const BODY: &[u8] = br#"{"property": "value", "boolean": true}"#;
    const BODY_DIGEST: &str = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn call() -> Vec<(String, String)> {
        fields(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
        ])
    }

    /// The published signatures, as they are published.
    #[test]
    fn published_signatures_are_computed_letter_for_letter() {
        assert_eq!(sign(TOKEN, URL, &call()), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let twice = fields(&[("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]);
        assert_eq!(sign(TOKEN, URL, &twice), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
        let with_body = format!("{URL}&bodySHA256={BODY_DIGEST}");
        assert!(is_valid(TOKEN, &with_body, Payload::Other(BODY), "a9nBmqA0ju/hNViExpshrM61xv4="));
    }

    #[test]
    fn the_port_of_the_scheme_may_be_written_or_not() {
        for (url, signature) in [
            ("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
            ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("http://mycompany.com/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
            ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ] {
            assert!(is_valid(TOKEN, url, Payload::Form(&call()), signature), "{url}");
        }
        let host = "https://[2001:db8::1]/a";
        assert!(is_valid(TOKEN, host, Payload::Form(&[]), &sign(TOKEN, "https://[2001:db8::1]:443/a", &[])));
        let other_port = sign(TOKEN, "https://mycompany.com:444/myapp.php?foo=1&bar=2", &call());
        assert!(!is_valid(TOKEN, URL, Payload::Form(&call()), &other_port));
    }

    #[test]
    fn whatever_was_changed_is_not_signed() {
        let good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(is_valid(TOKEN, URL, Payload::Form(&call()), good));
        assert!(!is_valid("12346", URL, Payload::Form(&call()), good));
        assert!(!is_valid(TOKEN, "https://mycompany.com/myapp.php?foo=1&bar=3", Payload::Form(&call()), good));
        for at in 0..call().len() {
            let mut changed = call();
            changed[at].1.push('0');
            assert!(!is_valid(TOKEN, URL, Payload::Form(&changed), good));
        }
        for signature in ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "RSOYDt4T1cUTdK1PDd93", "not base64 at all"] {
            assert!(!is_valid(TOKEN, URL, Payload::Form(&call()), signature), "{signature:?}");
        }
        let with_body = format!("{URL}&bodySHA256={BODY_DIGEST}");
        assert!(!is_valid(TOKEN, &with_body, Payload::Other(b"{}"), "a9nBmqA0ju/hNViExpshrM61xv4="));
        assert!(!is_valid(TOKEN, URL, Payload::Other(b""), &sign(TOKEN, URL, &[])), "the URL names no digest");
    }
}
