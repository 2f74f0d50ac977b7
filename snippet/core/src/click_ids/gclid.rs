//! Google's gclid: in the address, and in the conversion linker's cookie `_gcl_aw`.
//!
//! Cookie grammar (as gtag.js writes it): `GCL.<unix seconds>.<gclid>[.<label>…]`. The id is the third segment; what
//! follows are labels. The same name may be set on several domains.

use super::{ClickId, Source, is_word, query};
use crate::{
    cookies,
    text::{integer, parts},
};
use alloc::borrow::ToOwned;

const COOKIE: &str = "_gcl_aw";

/// The newest gclid: the address's, since it is of this very visit, else the newest of the cookies.
pub fn gclid(url: &str, document_cookie: &str) -> Option<ClickId> {
    let in_url = query::parameter(url, "gclid").filter(|id| is_word(id));
    match in_url {
        Some(value) => Some(ClickId { kind: "gclid", value, clicked_at_ms: None, source: Source::Url }),
        None => newest_cookie(document_cookie),
    }
}

fn newest_cookie(document_cookie: &str) -> Option<ClickId> {
    let clicks = cookies::values(document_cookie, COOKIE).into_iter().filter_map(parse);
    // Of equal times the first one wins, the browser lists the more specific path first.
    clicks.reduce(|newest, other| if other.clicked_at_ms > newest.clicked_at_ms { other } else { newest })
}

fn parse(value: &str) -> Option<ClickId> {
    let mut segments = parts(value, b'.');
    let (prefix, seconds, id) = (segments.next()?, segments.next()?, segments.next()?);
    // An option of old tags wrote a tilde before the id.
    let id = id.strip_prefix("~").unwrap_or(id);
    let known = prefix == "GCL" || prefix == "1";
    let digits = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    if !known || !digits || !is_word(id) {
        return None;
    }
    let clicked_at_ms = integer(seconds).filter(|&seconds| seconds <= u64::MAX / 1_000).map(|seconds| seconds * 1_000);
    Some(ClickId { kind: "gclid", value: id.to_owned(), clicked_at_ms, source: Source::Cookie })
}
