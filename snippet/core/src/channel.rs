//! Which channel a visit came by: the first of the operator's rules that holds.
//!
//! A rule is conditions with blanks between, all of which must hold: `key=value,value…` (any of them) or
//! `key!=value,value…` (none of them). Values are [patterns](like). The keys:
//!
//! - `click`: the kinds of the ad clicks that were found
//! - `utm_source` and every other `utm_…`: the parameter of the landing page
//! - `referrer`: the host that led here; a pattern stands for its sub-domains too
//! - `path`: the path of the landing page

use crate::{
    address::{Address, like, pairs},
    text::{part, parts},
};

/// The index of the first rule that holds. `rules` has newlines between, `clicks` (kinds) has commas; `landing` and
/// `referrer` are addresses. A rule without conditions always holds, a malformed one never does.
pub fn matches(rules: &str, landing: &str, referrer: &str, clicks: &str) -> Option<usize> {
    let landing = Address::of(landing);
    let referrer = Address::of(referrer).host;
    parts(rules, b'\n').position(|rule| {
        parts(rule, b' ').all(|condition| condition.is_empty() || holds(condition, &landing, referrer, clicks))
    })
}

#[inline(never)]
fn holds(condition: &str, landing: &Address<'_>, referrer: &str, clicks: &str) -> bool {
    let (key, Some(patterns)) = part(condition, b'=') else { return false };
    let (key, is_wanted) = match part(key, b'!') {
        (key, Some("")) => (key, false),
        (key, None) => (key, true),
        _ => return false,
    };
    // What is split off the front, and whether that leaves another text to compare: a kind, a wider domain.
    let (mut fact, separator) = match key {
        "click" => (clicks, b','),
        "referrer" => (referrer, b'.'),
        "path" => (landing.path, b'\n'),
        _ if key.as_bytes().starts_with(b"utm_") => (parameter(landing, key), b'\n'),
        _ => return false,
    };
    loop {
        let (first, rest) = part(fact, separator);
        let text = if separator == b'.' { fact } else { first };
        if parts(patterns, b',').any(|pattern| like(text, pattern)) {
            return is_wanted;
        }
        let Some(rest) = rest else { return !is_wanted };
        fact = rest;
    }
}

/// The first parameter of this name that says something; empty if there is none.
fn parameter<'a>(landing: &Address<'a>, name: &str) -> &'a str {
    let mut found = "";
    for place in landing.parameters {
        pairs(place, b'&', &mut |key, value| {
            if found.is_empty() && key == name {
                found = value;
            }
        });
    }
    found
}
