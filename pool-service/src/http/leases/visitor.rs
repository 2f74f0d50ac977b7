//! What a page tells of its visitor, as domain values.
//!
//! What the site's developers write (click ids, attributes, the visitor's id) is refused by the name of its field when it
//! breaks a rule, so that they see it. What a browser happens to hold is cut or left out: no visitor shall go without a
//! number because of an odd cookie.

use crate::{
    domain::visitor::{AdConsent, ClickId, FirstTouch, MAX_ATTRIBUTES, MAX_COOKIES, Profile, Visitor},
    http::{
        problem::{Answer, INVALID_REQUEST},
        wire,
    },
};
use pool_protocol::visitor::{
    ClickId as ClickIdTold, ClickIdSource, FirstTouch as FirstTouchTold, Visitor as VisitorTold,
};
use snippet_core::visitor::{Click, kind_of};
use std::collections::BTreeMap;

/// Click ids of one visitor: more platforms than there are.
const MAX_CLICK_IDS: usize = 20;
/// A click id of any platform is shorter.
const MAX_CLICK_ID_BYTES: usize = 512;
/// URLs are cut here: what matters stands at the front.
const MAX_URL_BYTES: usize = 2_048;
const MAX_VISITOR_ID_BYTES: usize = 128;
/// Pages cut the text of their cookies here, wherever that is.
const MAX_COOKIE_TEXT_UNITS: usize = 4_096;
const MAX_COOKIE_NAME_BYTES: usize = 128;
/// A longer cookie is left out: half of one says nothing.
const MAX_COOKIE_BYTES: usize = 1_024;
const MAX_KEY_BYTES: usize = 64;
/// Values of attributes are cut here.
const MAX_VALUE_BYTES: usize = 512;

/// `page`: the page's address. `names`: the cookies that the site wants besides the well-known ones.
pub(super) fn read(told: VisitorTold, page: &str, names: &[String]) -> Answer<Visitor> {
    if told.click_ids.len() > MAX_CLICK_IDS {
        return Err(INVALID_REQUEST.because(format!("visitor.click_ids has more than {MAX_CLICK_IDS} rows.")));
    }
    let known = snippet_core::visitor::read(page, &whole_cookies(told.cookie.unwrap_or_default()), names);
    let visitor = Visitor {
        click_ids: click_ids(told.click_ids, known.clicks)?,
        landing_page: told.landing_page.map(cut),
        referrer: told.referrer.map(cut),
        ..Visitor::default()
    };
    Ok(visitor.with(Profile {
        visitor_id: told.visitor_id.map(visitor_id).transpose()?,
        first_touch: told.first_touch.map(first_touch),
        cookies: cookies(known.cookies),
        attributes: attributes(told.attributes)?,
        consent: told.consent.map_or(AdConsent::UNKNOWN, wire::consent_told),
    }))
}

/// Those that the page told first, which this visit brought, then those that were read; of equal ones the platform's own time.
fn click_ids(told: Vec<ClickIdTold>, read: Vec<Click>) -> Answer<Vec<ClickId>> {
    let mut click_ids = Vec::new();
    for (at, told) in told.into_iter().enumerate() {
        click_ids.extend(click_id(at, told)?);
    }
    for Click { kind, value, clicked_at_ms, is_from_address } in read {
        match click_ids.iter_mut().find(|known| known.kind == kind && known.value == value) {
            Some(known) => known.clicked_at_ms = clicked_at_ms.or(known.clicked_at_ms),
            None => click_ids.push(ClickId { kind: kind.to_owned(), value, clicked_at_ms, from_url: is_from_address }),
        }
    }
    click_ids.truncate(MAX_CLICK_IDS);
    Ok(click_ids)
}

/// A click id of the address; nothing if it is another platform's of the same name.
fn click_id(at: usize, told: ClickIdTold) -> Answer<Option<ClickId>> {
    let is_kind = |c: char| c.is_ascii_lowercase() || c == '_';
    if !(2..=20).contains(&told.kind.len()) || !told.kind.chars().all(is_kind) {
        let detail = format!("visitor.click_ids[{at}].kind must be 2 to 20 characters of a-z and _.");
        return Err(INVALID_REQUEST.because(detail));
    }
    if !is_word(&told.value, MAX_CLICK_ID_BYTES) {
        let rule = format!("must be 1 to {MAX_CLICK_ID_BYTES} characters of A-Z a-z 0-9 _ . and -");
        return Err(INVALID_REQUEST.because(format!("visitor.click_ids[{at}].value ({}) {rule}.", told.kind)));
    }
    let kind = kind_of(&told.kind, &told.value).map(str::to_owned);
    Ok(kind.map(|kind| ClickId {
        kind,
        value: told.value,
        clicked_at_ms: told.clicked_at_ms,
        from_url: told.source == ClickIdSource::Url,
    }))
}

fn visitor_id(id: String) -> Answer<String> {
    if is_word(&id, MAX_VISITOR_ID_BYTES) {
        return Ok(id);
    }
    let detail = format!("visitor.visitor_id must be 1 to {MAX_VISITOR_ID_BYTES} characters of A-Z a-z 0-9 _ . and -.");
    Err(INVALID_REQUEST.because(detail))
}

fn first_touch(told: FirstTouchTold) -> FirstTouch {
    FirstTouch { landing_page: told.landing_page.map(cut), referrer: told.referrer.map(cut), at_ms: told.at_ms }
}

/// The cookies without the last one, if that was cut.
fn whole_cookies(text: String) -> String {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units >= MAX_COOKIE_TEXT_UNITS
    });
    match end {
        None => text,
        Some((end, _)) => text[..end].rsplit_once(';').map_or_else(String::new, |(whole, _)| whole.to_owned()),
    }
}

fn cookies(told: Vec<(String, String)>) -> BTreeMap<String, String> {
    let is_name =
        |name: &str| (1..=MAX_COOKIE_NAME_BYTES).contains(&name.len()) && name.chars().all(|c| c.is_ascii_graphic());
    let is_value = |value: &str| value.len() <= MAX_COOKIE_BYTES && !value.contains(char::is_control);
    told.into_iter().filter(|(name, value)| is_name(name) && is_value(value)).take(MAX_COOKIES).collect()
}

fn attributes(told: BTreeMap<String, String>) -> Answer<BTreeMap<String, String>> {
    if told.len() > MAX_ATTRIBUTES {
        return Err(INVALID_REQUEST.because(format!("visitor.attributes has more than {MAX_ATTRIBUTES} keys.")));
    }
    if let Some(key) = told.keys().find(|key| !is_word(key, MAX_KEY_BYTES)) {
        let key: String = key.chars().take(MAX_KEY_BYTES).collect();
        let rule = format!("must be 1 to {MAX_KEY_BYTES} characters of A-Z a-z 0-9 _ . and -");
        return Err(INVALID_REQUEST.because(format!("visitor.attributes: the key {key:?} {rule}.")));
    }
    Ok(told.into_iter().map(|(key, value)| (key, cut_to(value, MAX_VALUE_BYTES))).collect())
}

fn is_word(text: &str, max_bytes: usize) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    (1..=max_bytes).contains(&text.len()) && text.chars().all(allowed)
}

/// A URL of bounded length.
pub(super) fn cut(url: String) -> String {
    cut_to(url, MAX_URL_BYTES)
}

/// No browser sends control characters in a URL, and no report or log shall.
fn cut_to(text: String, max_bytes: usize) -> String {
    let mut text: String = if text.contains(char::is_control) { text.replace(char::is_control, "") } else { text };
    text.truncate(text.floor_char_boundary(max_bytes));
    text
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_url_is_cut_between_characters() {
        let cut = cut(format!("https://発番.example/{}", "あ".repeat(1_000)));
        assert!(cut.len() <= 2_048 && cut.len() > 2_044, "{}", cut.len());
        assert!(cut.ends_with('あ'));
    }
}
