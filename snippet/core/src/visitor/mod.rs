//! What cookies and the page's address say about the visitor: the ad clicks that led here, and the ids under which
//! other tools know this browser.
//!
//! The answer is a text of JSON, `{"click_ids":[…],"cookies":{…}}`, ready to be sent. Of the cookies:
//!
//! - `ga_client_id`: `_ga` without its head, as the Measurement Protocol wants it: `1958185836.1757409569`
//! - `ga_session_id`: the session in the first `_ga_<STREAM>`
//! - `_gcl_au`, `_fbp`: as they are
//! - those that the operator names: as they are, percent-encoded as they were set
//!
//! # Layout
//! - `table`: which parameters and cookies are read
//! - `grammar`: how an id stands in a value
//! - `json`: writing

mod grammar;
mod json;
mod table;

use crate::{
    address::{Address, like, next, pairs},
    text::parts,
};
use alloc::{string::String, vec::Vec};
use table::{CLICK_COOKIES, COOKIES, PARAMETERS, SECRETS};

/// Longest value of an operator's cookie that is sent; longer ones are left out, never cut.
const MAX_VALUE: usize = 1_024;

/// More click ids are not told: the service refuses longer lists.
const MAX_CLICKS: usize = 20;

/// Set in the rank of a click id of the address, which is of this very visit: it comes before those of cookies.
const URL: u64 = 1 << 61;
/// Set in the rank of a cookie's click id. A cookie to send has no rank.
const COOKIE: u64 = 1 << 60;
/// The rest of a rank: when it was clicked, 0 if that is unknown.
const TIME: u64 = COOKIE - 1;

struct Found<'a> {
    kind: &'a str,
    value: &'a str,
    rank: u64,
}

/// What is known of the visitor, as JSON. `names`: the cookies that the operator wants to be sent, commas between.
pub fn visitor(url: &str, document_cookie: &str, names: &str) -> String {
    let url = unescaped(url);
    let mut all = Vec::new();
    for parameters in Address::of(&url).parameters {
        scan(&mut all, parameters, b'&', PARAMETERS, URL);
    }
    scan(&mut all, document_cookie, b';', CLICK_COOKIES, COOKIE);
    all.truncate(MAX_CLICKS);
    scan(&mut all, document_cookie, b';', COOKIES, 0);
    pairs(document_cookie, b';', &mut |name, value| {
        let is_named = parts(names, b',').any(|wanted| wanted == name);
        // Whoever knows a login is logged in as the visitor.
        let is_secret = parts(SECRETS, b',').any(|secret| like(name, secret));
        if is_named && !is_secret && value.len() <= MAX_VALUE {
            push(&mut all, Found { kind: name, value, rank: 0 });
        }
    });
    json::written(&all)
}

#[inline(never)]
fn scan<'a>(all: &mut Vec<Found<'a>>, list: &'a str, separator: u8, table: &'static str, rank: u64) {
    pairs(list, separator, &mut |name, value| {
        let mut fields = parts(table, b' ');
        while let (Some(kind), Some(wanted), Some(grammar)) = (fields.next(), fields.next(), fields.next()) {
            if like(name, wanted)
                && let Some((value, time)) = grammar::read(value, grammar)
            {
                push(all, Found { kind, value, rank: if rank == 0 { 0 } else { rank | time } });
            }
        }
    });
}

/// An address whose needless escapes are gone: those of characters that ids are made of.
fn unescaped(url: &str) -> String {
    let mut rest = url.as_bytes();
    let mut unescaped = String::new();
    while let [first, ..] = *rest {
        let behind = rest.get(1..).unwrap_or_default();
        let byte = next(&mut rest);
        let is_id = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !is_id {
            rest = behind;
        }
        unescaped.push(char::from(if is_id { byte } else { first }));
    }
    unescaped
}

/// Adds what was found, the newest first; what is known already is not told twice. Of the address's parameters and of
/// the cookies to send, the first of a kind counts.
#[inline(never)]
fn push<'a>(all: &mut Vec<Found<'a>>, new: Found<'a>) {
    let mut at = 0;
    for old in all.iter_mut() {
        if (old.rank == 0) == (new.rank == 0)
            && old.kind == new.kind
            && (new.rank & COOKIE == 0 || old.value == new.value)
        {
            let time = (old.rank & TIME).max(new.rank & TIME);
            old.rank = old.rank & !TIME | time;
            break;
        }
        at += 1;
    }
    if at == all.len() {
        all.push(new);
    }
    while let Some([before, this]) = at.checked_sub(1).and_then(|from| all.get_mut(from..=at))
        && before.rank < this.rank
    {
        core::mem::swap(before, this);
        at -= 1;
    }
}
