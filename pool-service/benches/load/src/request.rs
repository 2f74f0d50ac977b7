//! What is asked, and which text every right answer has in it.

use crate::Failure;
use std::fmt::Write;

/// One kind of request, told apart by a running number.
pub(crate) enum Requests {
    /// Every request is a new visitor session's.
    Lease { head: String, body: String, prefix: String },
    /// One leased number after the other, in a stride that jumps about.
    Lookup { address: String, token: String, first: u64, numbers: u64 },
    /// Calls to the same numbers, each a new one.
    Route { address: String, token: String, first: u64, numbers: u64, prefix: String },
}

/// Coprime to any count of numbers that is used.
const STRIDE: u64 = 7_919;
/// Digits of a request's running number in its session.
const DIGITS: usize = 10;

impl Requests {
    /// Reads the arguments behind the common ones.
    pub(crate) fn read(kind: &str, address: &str, rest: &[&str]) -> Result<Self, Failure> {
        match (kind, rest) {
            ("lease" | "bare", &[origin, site, target, prefix]) => {
                let body = if kind == "bare" {
                    format!(r#"","leases":[{{"target":"{target}"}}]}}"#)
                } else {
                    format!(
                        r#"","page":"{origin}/access?gclid=Cj0KCQjw_example_BwE","visitor":{{"click_ids":[{{"kind":"gclid","value":"Cj0KCQjw_example_BwE","source":"url"}}],"landing_page":"{origin}/?gclid=Cj0KCQjw_example_BwE"}},"leases":[{{"target":"{target}"}}]}}"#
                    )
                };
                let opening = format!(r#"{{"site":"{site}","session":""#);
                let length = opening.len() + prefix.len() + DIGITS + body.len();
                let head = format!(
                    "POST /v1/leases HTTP/1.1\r\nhost: {address}\r\norigin: {origin}\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: {length}\r\n\r\n{opening}"
                );
                Ok(Self::Lease { head, body, prefix: prefix.to_owned() })
            }
            ("lookup", &[token, first, numbers]) => Ok(Self::Lookup {
                address: address.to_owned(),
                token: token.to_owned(),
                first: first.parse()?,
                numbers: numbers.parse()?,
            }),
            ("route", &[token, first, numbers, prefix]) => Ok(Self::Route {
                address: address.to_owned(),
                token: token.to_owned(),
                first: first.parse()?,
                numbers: numbers.parse()?,
                prefix: prefix.to_owned(),
            }),
            _ => Err("the head of this program's source says what it wants".into()),
        }
    }

    /// Writes one request into `text`.
    pub(crate) fn write(&self, number: u64, text: &mut String) {
        text.clear();
        match self {
            Self::Lease { head, body, prefix } => {
                text.push_str(head);
                text.push_str(prefix);
                let _ = write!(text, "{number:0DIGITS$}");
                text.push_str(body);
            }
            Self::Lookup { address, token, first, numbers } => {
                let national = first + number.wrapping_mul(STRIDE) % numbers;
                let _ = write!(
                    text,
                    "GET /v1/numbers/0{national}/attribution HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
                );
            }
            Self::Route { address, token, first, numbers, prefix } => {
                let national = first + number.wrapping_mul(STRIDE) % numbers;
                let caller = 9_000_000_000 + number % 100_000;
                let _ = write!(
                    text,
                    "GET /v1/route?to=0{national}&from=0{caller}&call_id={prefix}{number}&source=bench HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
                );
            }
        }
    }

    /// Texts that every right answer has in it.
    fn wanted(&self) -> &'static [&'static [u8]] {
        match self {
            Self::Lease { .. } => &[br#""status":"leased""#],
            Self::Lookup { .. } => &[br#""attribution":"certain""#],
            Self::Route { .. } => &[br#""action":"connect""#],
        }
    }

    /// Whether this is an answer that counts.
    pub(crate) fn expects(&self, answer: &[u8]) -> bool {
        answer.starts_with(b"HTTP/1.1 200") && self.wanted().iter().all(|wanted| has(answer, wanted))
    }

    /// Whether this is the static destination, since the store took too long.
    pub(crate) fn is_static(answer: &[u8]) -> bool {
        has(answer, br#""degraded":true"#)
    }
}

fn has(answer: &[u8], wanted: &[u8]) -> bool {
    answer.windows(wanted.len()).any(|part| part == wanted)
}
