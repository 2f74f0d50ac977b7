//! One `[[site]]` of a document as a domain value.

use super::{document::SiteEntry, origin, validate::Findings};
use crate::domain::{
    ids::{PoolId, SiteId, SiteKey, TargetId},
    number::TrackingNumber,
    site::{Site, Target},
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
    if session_cookie.as_deref().is_some_and(|name| !is_cookie_name(name)) {
        findings.add(&place, format!("session_cookie {session_cookie:?} is no cookie name"));
    }
    let mut targets: Vec<Target> = Vec::with_capacity(entry.targets.len());
    for target in &entry.targets {
        let place = format!("{place}, target {:?}", target.id);
        let id = findings.take(&place, TargetId::parse(&target.id));
        let number = findings.take(&place, TrackingNumber::parse(&target.number));
        let pool = findings.take(&place, PoolId::parse(&target.pool));
        let (Some(id), Some(number), Some(pool)) = (id, number, pool) else { continue };
        if let Some(other) = targets.iter().find(|other| other.id == id || other.number == number) {
            let what = if other.id == id { "id" } else { "number" };
            findings.add(&place, format!("its {what} is already that of target {:?}", other.id.as_str()));
        }
        targets.push(Target { id, number, pool });
    }
    let name = entry.name.clone().unwrap_or_else(|| entry.id.clone());
    Some(Site { id: id?, key: key?, name, origins, session_cookie, targets })
}

fn is_cookie_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (1..=128).contains(&name.len()) && name.chars().all(allowed)
}
