//! Which channel a visit came by: the first of the operator's rules that holds.
//!
//! A rule is conditions with blanks between, all of which must hold: `key=value,value…` (any of them) or
//! `key!=value,value…` (none of them). Values are [patterns](crate::address::like). The keys:
//!
//! - `click`: the kinds of the ad clicks that were found
//! - `utm_source` and every other `utm_…`: the parameter of the landing page
//! - `referrer`: the host that led here; a pattern stands for its sub-domains too
//! - `path`: the path of the landing page

use crate::address::{cut, cut_pair, is_any};

/// The index of the first rule that holds. `rules` has newlines between, `clicks` (kinds) has commas; `landing` and
/// `referrer` are addresses. A rule without conditions always holds, a malformed one never does.
pub fn matches(rules: &str, landing: &str, referrer: &str, clicks: &str) -> Option<usize> {
    let mut rules = Some(rules.as_bytes());
    let mut index = 0;
    while let Some(rule) = cut(&mut rules, b'\n') {
        let mut conditions = Some(rule);
        loop {
            let Some(condition) = cut(&mut conditions, b' ') else { return Some(index) };
            if !condition.is_empty() && !holds(condition, landing.as_bytes(), referrer.as_bytes(), clicks.as_bytes()) {
                break;
            }
        }
        index += 1;
    }
    None
}

fn holds(condition: &[u8], landing: &[u8], referrer: &[u8], clicks: &[u8]) -> bool {
    let mut patterns = Some(condition);
    let Some(mut key) = cut(&mut patterns, b'=') else { return false };
    let Some(patterns) = patterns else { return false };
    let mut is_wanted = true;
    if let [before @ .., b'!'] = key {
        key = before;
        is_wanted = false;
    }
    let mut separator = 0;
    let mut fact = match key {
        b"click" => {
            separator = b',';
            clicks
        }
        b"referrer" => {
            separator = b'.';
            place(referrer).0
        }
        b"path" => place(landing).1,
        [b'u', b't', b'm', b'_', ..] => parameter(landing, key),
        _ => return false,
    };
    loop {
        // A kind after the other, but a domain after the other that it stands in.
        let mut rest = Some(fact);
        let first = cut(&mut rest, separator).unwrap_or_default();
        if is_any(if separator == b'.' { fact } else { first }, patterns) {
            return is_wanted;
        }
        let Some(rest) = rest else { return !is_wanted };
        fact = rest;
    }
}

/// The host of an address without its port, and the path with its leading slash.
#[inline(never)]
fn place(url: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = Some(url);
    rest = cut(&mut rest, b'#');
    rest = cut(&mut rest, b'?');
    cut(&mut rest, b'/');
    cut(&mut rest, b'/');
    let path = rest.unwrap_or_default();
    let mut host = cut(&mut rest, b'/');
    let length = host.unwrap_or_default().len();
    (cut(&mut host, b':').unwrap_or_default(), path.get(length..).unwrap_or_default())
}

/// The first parameter of this name that says something; empty if there is none.
fn parameter<'a>(landing: &'a [u8], name: &[u8]) -> &'a [u8] {
    let mut rest = Some(landing);
    while let Some((key, value)) = cut_pair(&mut rest, b'&') {
        if key == name && !value.is_empty() {
            return value;
        }
    }
    &[]
}
