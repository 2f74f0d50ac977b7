//! The JSON Web Token in `Authorization: Bearer` of Vonage's signed webhooks. Pure.
//!
//! Only what Vonage sends is taken: HS256, with the moment of issue and, of what came along, the SHA-256. Nothing else of
//! the standard is needed, and each algorithm less is one less way to be deceived.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Clocks may differ, and a webhook may be under way, for so long.
const TOLERANCE_SECONDS: u64 = 300;

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotBelieved {
    /// The token is not made of three parts, or they are not what they must be.
    #[error("The Authorization header holds no JSON Web Token of Vonage's form (HS256).")]
    Malformed,
    /// No signature secret signs it.
    #[error("None of vonage.signature_secrets signs the token.")]
    WrongSecret,
    /// It was issued too long ago, or lies ahead.
    #[error("The token was not issued within the last 5 minutes: check this machine's clock.")]
    OutOfTime,
    /// It belongs to something else.
    #[error("The token's payload_hash is not that of what was sent.")]
    OtherPayload,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iat: u64,
    exp: Option<u64>,
    payload_hash: Option<String>,
}

/// What came with the token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'a> {
    /// A body; the token must name its digest.
    Body(&'a [u8]),
    /// The parameters of a query, decoded, in their order. Older accounts sign only the token.
    Query(&'a [(String, String)]),
}

/// Checks a webhook's token at a moment in seconds since 1970.
///
/// # Errors
/// Why it is not believed.
pub(super) fn check<'a>(
    token: &str,
    secrets: impl IntoIterator<Item = &'a str>,
    payload: Payload<'_>,
    now_seconds: u64,
) -> Result<(), NotBelieved> {
    let (signed, signature) = token.rsplit_once('.').ok_or(NotBelieved::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(NotBelieved::Malformed)?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotBelieved::Malformed)?;
    if part::<Header>(header)?.alg != "HS256" {
        return Err(NotBelieved::Malformed);
    }
    let is_signed = secrets.into_iter().fold(false, |found, secret| found | signs(secret, signed, &signature));
    if !is_signed {
        return Err(NotBelieved::WrongSecret);
    }
    let claims = part::<Claims>(claims)?;
    let is_over = claims.exp.is_some_and(|exp| exp.saturating_add(TOLERANCE_SECONDS) < now_seconds);
    if is_over || claims.iat.abs_diff(now_seconds) > TOLERANCE_SECONDS {
        return Err(NotBelieved::OutOfTime);
    }
    let is_payload = claims.payload_hash.map_or_else(
        || matches!(payload, Payload::Query(_)),
        |hash| payload.digests().iter().any(|digest| digest.as_bytes().ct_eq(hash.as_bytes()).into()),
    );
    if is_payload { Ok(()) } else { Err(NotBelieved::OtherPayload) }
}

impl Payload<'_> {
    /// The digest of a body; of a query, that of its parameters as one JSON object without blanks, or of no body.
    fn digests(&self) -> Vec<String> {
        match self {
            Self::Body(body) => vec![digest(body)],
            Self::Query(parameters) => vec![digest(object(parameters).as_bytes()), digest(b"")],
        }
    }
}

/// In the order in which they came, which a map would not keep.
fn object(parameters: &[(String, String)]) -> String {
    let text = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let members: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}:{}", text(name), text(value))).collect();
    format!("{{{}}}", members.join(","))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, NotBelieved> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBelieved::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| NotBelieved::Malformed)
}

fn signs(secret: &str, signed: &str, signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(signed.as_bytes());
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{NotBelieved, Payload, check, object};
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    /// The example of RFC 7515, appendix A.1, whose key is binary and whose claims are not Vonage's: a signature that
    /// others computed.
    #[test]
    fn the_standards_own_signature_is_computed_letter_for_letter() {
        let key = BASE64_URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .expect("base64");
        let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(signed.as_bytes());
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()), signature);
    }

    fn token(header: &str, claims: &str, secret: &str) -> String {
        let signed = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
    const BODY: &[u8] = br#"{"status":"ringing"}"#;

    fn claims(iat: u64, body: &[u8]) -> String {
        format!(r#"{{"iat":{iat},"jti":"made-up","iss":"Vonage","payload_hash":"{}"}}"#, super::digest(body))
    }

    #[test]
    fn a_token_counts_for_its_body_within_its_time_under_each_secret() {
        let good = token(HEADER, &claims(1_000_000, BODY), "second secret");
        let at = |now| check(&good, ["first secret", "second secret"], Payload::Body(BODY), now);
        assert_eq!([999_700, 1_000_000, 1_000_300].map(at), [Ok(()); 3]);
        assert_eq!([999_699, 1_000_301].map(at), [Err(NotBelieved::OutOfTime); 2]);
        let other = check(&good, ["second secret"], Payload::Body(b"{}"), 1_000_000);
        assert_eq!(other, Err(NotBelieved::OtherPayload));
        for secrets in [vec![], vec!["first secret"], vec![""]] {
            let said = check(&good, secrets, Payload::Body(BODY), 1_000_000);
            assert_eq!(said, Err(NotBelieved::WrongSecret));
        }
        let bodiless = token(HEADER, r#"{"iat":1000000}"#, "s");
        assert_eq!(check(&bodiless, ["s"], Payload::Body(BODY), 1_000_000), Err(NotBelieved::OtherPayload));
        assert_eq!(check(&bodiless, ["s"], Payload::Query(&[]), 1_000_000), Ok(()));
        let over = token(HEADER, r#"{"iat":1000000,"exp":999000}"#, "s");
        assert_eq!(check(&over, ["s"], Payload::Query(&[]), 1_000_000), Err(NotBelieved::OutOfTime));
    }

    #[test]
    fn a_query_is_signed_as_an_object_in_its_order() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let query = [pair("to", "815031110001"), pair("from", "819012345678"), pair("a", "\"日本\\")];
        let text = r#"{"to":"815031110001","from":"819012345678","a":"\"日本\\"}"#;
        assert_eq!(object(&query), text);
        let good = token(HEADER, &claims(1_000_000, text.as_bytes()), "s");
        assert_eq!(check(&good, ["s"], Payload::Query(&query), 1_000_000), Ok(()));
        let other = check(&good, ["s"], Payload::Query(&query[..2]), 1_000_000);
        assert_eq!(other, Err(NotBelieved::OtherPayload));
    }

    #[test]
    fn other_algorithms_and_other_texts_are_no_tokens() {
        let claims = claims(1_000_000, BODY);
        let mut texts = vec![String::new(), "..".to_owned(), "a.b.c".to_owned(), "one.two".to_owned()];
        texts.push(token(r#"{"alg":"none"}"#, &claims, "s"));
        texts.push(token(r#"{"alg":"HS512"}"#, &claims, "s"));
        texts.push(token("[]", &claims, "s"));
        texts.push(token(HEADER, "{}", "s"));
        for text in texts {
            let said = check(&text, ["s"], Payload::Body(BODY), 1_000_000);
            assert_eq!(said, Err(NotBelieved::Malformed), "{text}");
        }
    }
}
