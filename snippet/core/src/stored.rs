//! What is kept in the browser's storage, so that the next page shows its numbers without waiting for the network.
//!
//! One text a site: a first line `1 <session> <heartbeat ms> <hidden hold ms>`, then a line a lease:
//! `<target> <national digits> <E.164 or -> <sent, wall clock ms> <lease for ms> <token>`.
//! Whatever does not read as exactly that is nothing: storage belongs to the page and to whoever runs in it.

use crate::{
    number::Number,
    text::{self, parts},
    wire::push_integer,
};
use alloc::{borrow::ToOwned, string::String, vec::Vec};

/// The leases of one visitor session on one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Whose leases these are.
    pub session: String,
    /// As the last answer said.
    pub heartbeat_ms: u64,
    /// As the last answer said.
    pub hidden_hold_ms: u64,
    /// One a leased target.
    pub leases: Vec<StoredLease>,
}

/// One lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLease {
    /// The target's id.
    pub target: String,
    /// The tracking number.
    pub number: Number,
    /// The wall clock when the request was sent.
    pub sent_wall_ms: u64,
    /// For how long the number may be shown from then on.
    pub lease_for_ms: u64,
    /// The lease's token.
    pub token: String,
}

impl Stored {
    /// The text to store.
    pub fn encode(&self) -> String {
        let mut text = String::from("1 ");
        text.push_str(&self.session);
        integer(&mut text, self.heartbeat_ms);
        integer(&mut text, self.hidden_hold_ms);
        for lease in &self.leases {
            text.push('\n');
            text.push_str(&lease.target);
            text.push(' ');
            text.push_str(&lease.number.national);
            text.push(' ');
            text.push_str(lease.number.e164.as_deref().unwrap_or("-"));
            integer(&mut text, lease.sent_wall_ms);
            integer(&mut text, lease.lease_for_ms);
            text.push(' ');
            text.push_str(&lease.token);
        }
        text
    }

    /// Reads a stored text; `None` if any of it is odd.
    pub fn decode(text: &str) -> Option<Self> {
        let mut lines = parts(text, b'\n');
        let mut head = parts(lines.next()?, b' ');
        if head.next()? != "1" {
            return None;
        }
        let session = word(head.next()?)?;
        let (heartbeat_ms, hidden_hold_ms) = (text::integer(head.next()?)?, text::integer(head.next()?)?);
        let mut leases = Vec::new();
        for line in lines {
            leases.push(decode_lease(line)?);
        }
        head.next().is_none().then_some(Self { session, heartbeat_ms, hidden_hold_ms, leases })
    }
}

fn decode_lease(line: &str) -> Option<StoredLease> {
    let mut fields = parts(line, b' ');
    let target = word(fields.next()?)?;
    let national = digits(fields.next()?)?;
    let e164 = match fields.next()? {
        "-" => None,
        text => digits(text.strip_prefix("+")?).map(|_| text.to_owned()).map(Some)?,
    };
    let (sent_wall_ms, lease_for_ms) = (text::integer(fields.next()?)?, text::integer(fields.next()?)?);
    let token = word(fields.next()?)?;
    let number = Number { national, e164 };
    fields.next().is_none().then_some(StoredLease { target, number, sent_wall_ms, lease_for_ms, token })
}

fn word(text: &str) -> Option<String> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
}

fn digits(text: &str) -> Option<String> {
    ((3..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

fn integer(text: &mut String, value: u64) {
    text.push(' ');
    push_integer(text, value);
}
