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

use crate::address::{cut, cut_pair, is_any, like, next};
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
    kind: &'a [u8],
    value: &'a [u8],
    rank: u64,
}

/// What is known of the visitor, as JSON. `names`: the cookies that the operator wants to be sent, commas between.
pub fn visitor(url: &str, document_cookie: &str, names: &str) -> String {
    let url = unescaped(url.as_bytes());
    let mut all = Vec::new();
    scan(&mut all, &url, b'&', PARAMETERS, URL, &[]);
    scan(&mut all, document_cookie.as_bytes(), b';', CLICK_COOKIES, COOKIE, &[]);
    all.truncate(MAX_CLICKS);
    scan(&mut all, document_cookie.as_bytes(), b';', COOKIES, 0, names.as_bytes());
    json::written(&all)
}

#[inline(never)]
fn scan<'a>(all: &mut Vec<Found<'a>>, list: &'a [u8], separator: u8, table: &'a str, place: u64, names: &[u8]) {
    let mut list = Some(list);
    while let Some((name, value)) = cut_pair(&mut list, separator) {
        let mut fields = Some(table.as_bytes());
        while let (Some(kind), Some(wanted), Some(grammar)) =
            (cut(&mut fields, b' '), cut(&mut fields, b' '), cut(&mut fields, b' '))
        {
            if like(name, wanted)
                && let Some((value, time)) = grammar::read(value, grammar)
            {
                push(all, Found { kind, value, rank: if place == 0 { 0 } else { place | time } });
            }
        }
        let mut names = Some(names);
        while let Some(wanted) = cut(&mut names, b',') {
            // Whoever knows a login is logged in as the visitor.
            if wanted == name && !name.is_empty() && value.len() <= MAX_VALUE && !is_any(name, SECRETS.as_bytes()) {
                push(all, Found { kind: name, value, rank: 0 });
            }
        }
    }
}

/// An address whose needless escapes are gone: those of characters that ids are made of.
fn unescaped(mut rest: &[u8]) -> Vec<u8> {
    let mut unescaped = Vec::new();
    while let [first, behind @ ..] = rest {
        let mut byte = next(&mut rest);
        if !grammar::is_id(byte) {
            byte = *first;
            rest = behind;
        }
        unescaped.push(byte);
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
