//! What cookies and the page's address say about the visitor: the ad clicks that led here, and the ids under which
//! other tools know this browser.
//!
//! For the service alone: pages send their cookies as they are, so that no visitor downloads what a platform's cookies
//! mean, and a platform that changes its own is followed by the next start of the service. Of the cookies are told:
//!
//! - `ga_client_id`: `_ga` without its head, as the Measurement Protocol wants it: `1958185836.1757409569`
//! - `ga_session_id`: the session in the first `_ga_<STREAM>`
//! - `_gcl_au`, `_fbp`: as they are
//! - those that the operator names: as they are
//!
//! # Layout
//! - `table`: which parameters and cookies are read
//! - `grammar`: how an id stands in a value

mod grammar;
mod table;

use crate::address::{cut_pair, like, next};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{cmp::Reverse, str};
use table::{CLICK_COOKIES, COOKIES, PARAMETERS, Row, SECRETS};

/// Longest value of an operator's cookie that is told; longer ones are left out, never cut.
const MAX_VALUE: usize = 1_024;

/// What is known of a visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Ad clicks: those of the address first, the newest first, none twice.
    pub clicks: Vec<Click>,
    /// Names and values of the cookies that other tools join by, each name once.
    pub cookies: Vec<(String, String)>,
}

/// One ad click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// The platform's name for such ids: `gclid`.
    pub kind: &'static str,
    /// The id.
    pub value: String,
    /// When, in milliseconds since 1970, if a cookie says so.
    pub clicked_at_ms: Option<u64>,
    /// Read from the address, so of this very visit.
    pub is_from_address: bool,
}

/// What an address and a text in the syntax of `document.cookie` say. `names`: the cookies that the operator wants.
///
/// ```
/// use snippet_core::visitor::read;
/// let known = read("https://clinic.example/?yj_r=f0", "_gcl_aw=GCL.1753406116.Cj0-a; _ga=GA1.1.12.34", &[""; 0]);
/// assert_eq!(known.clicks.iter().map(|click| (click.kind, &*click.value)).collect::<Vec<_>>(), [("yjr_yjad", "f0"), ("gclid", "Cj0-a")]);
/// assert_eq!(known.cookies, [("ga_client_id".to_owned(), "12.34".to_owned())]);
/// ```
pub fn read(url: &str, document_cookie: &str, names: &[impl AsRef<str>]) -> Known {
    let mut known = Known::default();
    for (name, value) in pairs(&unescaped(url), b'&') {
        for (kind, id, _) in rows(PARAMETERS, name, value) {
            add_click(&mut known.clicks, kind, id, None, true);
        }
    }
    for (name, value) in pairs(document_cookie, b';') {
        for (kind, id, clicked_at_ms) in rows(CLICK_COOKIES, name, value) {
            add_click(&mut known.clicks, kind, id, clicked_at_ms, false);
        }
        for (kind, id, _) in rows(COOKIES, name, value) {
            add_cookie(&mut known.cookies, kind, id);
        }
        // Whoever knows a login is logged in as the visitor.
        let is_secret = SECRETS.iter().any(|secret| like(name.as_bytes(), secret.as_bytes()));
        if names.iter().any(|wanted| wanted.as_ref() == name) && !is_secret && value.len() <= MAX_VALUE {
            add_cookie(&mut known.cookies, name, value);
        }
    }
    known.clicks.sort_by_key(|click| Reverse((click.is_from_address, click.clicked_at_ms)));
    known
}

/// The kind of click id that a parameter of an address holds: `yjr_yjad` for `yj_r`. A parameter that no platform here
/// uses is its own kind; `None` if one does and writes other values.
///
/// ```
/// use snippet_core::visitor::kind_of;
/// assert_eq!(kind_of("_ly_c", "Abc-1.x"), Some("ly_c"));
/// assert_eq!(kind_of("yclid", "12345678901234567890"), None);
/// assert_eq!(kind_of("epik", "dj0y"), Some("epik"));
/// ```
pub fn kind_of<'a>(parameter: &'a str, value: &str) -> Option<&'a str> {
    let found = rows(PARAMETERS, parameter, value).next();
    let is_known = || PARAMETERS.iter().any(|(_, name, _)| *name == parameter);
    found.map(|(kind, ..)| kind).or_else(|| Some(parameter).filter(|_| !is_known()))
}

/// Names and values: `&` parts parameters, `;` cookies.
fn pairs(list: &str, separator: u8) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = Some(list.as_bytes());
    core::iter::from_fn(move || cut_pair(&mut rest, separator)).filter_map(|(name, value)| {
        // Separators are ASCII: between them stand whole characters.
        Some((str::from_utf8(name).ok()?, str::from_utf8(value).ok()?))
    })
}

/// What a pair says by the rows of a table: kind, id, time.
fn rows<'a>(
    table: &'static [Row],
    name: &str,
    value: &'a str,
) -> impl Iterator<Item = (&'static str, &'a str, Option<u64>)> {
    table.iter().filter(move |(_, wanted, _)| like(name.as_bytes(), wanted.as_bytes())).filter_map(
        move |(kind, _, grammar)| {
            let (id, time) = grammar::read(value, grammar)?;
            Some((*kind, id, time))
        },
    )
}

/// An address whose needless escapes are gone: those of characters that ids are made of.
fn unescaped(address: &str) -> String {
    let mut rest = address.as_bytes();
    let mut unescaped = Vec::new();
    while let [first, behind @ ..] = rest {
        let mut byte = next(&mut rest);
        if !grammar::is_id(byte) {
            byte = *first;
            rest = behind;
        }
        unescaped.push(byte);
    }
    String::from_utf8_lossy(&unescaped).into_owned()
}

/// Equal ids are one, with their latest time. Of the address, the first of a kind counts.
fn add_click(
    clicks: &mut Vec<Click>,
    kind: &'static str,
    value: &str,
    clicked_at_ms: Option<u64>,
    is_from_address: bool,
) {
    let known = clicks.iter_mut().find(|known| known.kind == kind && (is_from_address || known.value == value));
    match known {
        Some(known) => known.clicked_at_ms = known.clicked_at_ms.max(clicked_at_ms),
        None => clicks.push(Click { kind, value: value.to_owned(), clicked_at_ms, is_from_address }),
    }
}

/// The first of a name counts: it is that of the closest path or domain.
fn add_cookie(cookies: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !cookies.iter().any(|(known, _)| known == name) {
        cookies.push((name.to_owned(), value.to_owned()));
    }
}
