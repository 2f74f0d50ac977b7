//! One `[[site]]` of a document as a domain value.

use super::{
    blocked, channel, conduct, conversion, document::SiteEntry, origin, records, statics, target, validate::Findings,
};
use crate::domain::{
    ids::{SiteId, SiteKey},
    site::Site,
};

/// Reads a site; what is wrong goes to the findings.
pub(super) fn read(entry: &SiteEntry, findings: &mut Findings) -> Option<Site> {
    let place = format!("site {:?}", entry.id);
    let id = findings.take(&place, SiteId::parse(&entry.id));
    let key = findings.take(&place, SiteKey::parse(&entry.key));
    if entry.origins.is_empty() {
        findings.add(&place, "origins is empty: no page could ask for a number");
    }
    let origins = entry.origins.iter().filter_map(|text| findings.take(&place, origin::parse(text))).collect();
    let session_cookie = entry.session_cookie.clone();
    if session_cookie.as_deref().is_some_and(|name| !conduct::is_cookie_name(name)) {
        findings.add(&place, format!("session_cookie {session_cookie:?} is no cookie name"));
    }
    let targets = target::read_all(entry, &place, findings);
    let conduct = conduct::read(entry, &place, findings);
    let channels = channel::read_all(entry, &place, findings);
    let images = channel::images(entry, &place, findings);
    let blocked = blocked::read_all(&entry.blocked, &place, findings);
    let conversions = conversion::read_all(entry, &place, findings);
    let statics = statics::read_all(entry, &targets, &place, findings);
    let records = records::read_of_site(&entry.records, &place, findings);
    let name = entry.name.clone().unwrap_or_else(|| entry.id.clone());
    Some(Site {
        id: id?,
        key: key?,
        name,
        origins,
        session_cookie,
        targets,
        conduct,
        channels,
        images,
        blocked,
        conversions,
        statics,
        records,
    })
}

/// What a CSS selector may look like at all; only a browser can say more.
pub(super) fn check_selector(selector: &str) -> Result<(), String> {
    let is_text = (1..=256).contains(&selector.trim().len()) && !selector.contains(char::is_control);
    is_text.then_some(()).ok_or_else(|| format!("selector {selector:?} must be a CSS selector of 1 to 256 bytes"))
}
