//! The `[[site.target]]`s of a site as domain values.

use super::{
    document::{SiteEntry, TargetEntry},
    site::check_selector,
    validate::Findings,
};
use crate::domain::{
    conduct::Mode,
    country::NationalForm,
    ids::{AdvertiserId, PoolId, TargetId},
    number::TrackingNumber,
    site::{MAX_INLINED_TARGETS, Target},
};
use std::collections::HashMap;

/// Reads all targets of a site; what is wrong goes to the findings.
pub(super) fn read_all(entry: &SiteEntry, place: &str, findings: &mut Findings) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::with_capacity(entry.targets.len());
    let mut places: HashMap<(&str, String), usize> = HashMap::new();
    let has_discovery = entry.discovery.unwrap_or(false) || entry.targets.len() > MAX_INLINED_TARGETS;
    for wanted in &entry.targets {
        let place = format!("{place}, target {:?}", wanted.id);
        let Some(target) = read(wanted, entry, &place, findings) else { continue };
        if has_discovery && target.selector.is_some() {
            let why =
                format!("a site with discovery, or with more than {MAX_INLINED_TARGETS} targets, finds them by number");
            findings.add(&place, format!("selector cannot be used: {why}"));
        }
        let is_everywhere = target.selector.is_none();
        let number = target.number.as_ref().filter(|_| is_everywhere).map(|number| ("number", number.key().to_owned()));
        for name in [Some(("id", target.id.to_string())), number].into_iter().flatten() {
            let what = name.0;
            if let Some(other) = places.insert(name, targets.len()) {
                let other: &Target = &targets[other];
                findings.add(&place, format!("its {what} is already that of target {:?}", other.id.as_str()));
            }
        }
        targets.push(target);
    }
    targets
}

fn read(wanted: &TargetEntry, site: &SiteEntry, place: &str, findings: &mut Findings) -> Option<Target> {
    let before = findings.count();
    let id = findings.take(place, TargetId::parse(&wanted.id));
    let pool = wanted.pool.as_deref().map(PoolId::parse).and_then(|read| findings.take(place, read));
    if wanted.pool.is_none() && site.mode != Some(Mode::Channel) {
        findings.add(place, "pool is missing; only a site with mode = \"channel\" can do without");
    }
    let advertiser = wanted.advertiser.as_deref().map(AdvertiserId::parse);
    let advertiser = advertiser.and_then(|read| findings.take(place, read));
    // Without number and selector, the page marks the places with the pool.
    let marked = || wanted.pool.as_deref().map(|pool| format!("[data-hatsuban-pool=\"{pool}\"]"));
    let selector = wanted.selector.clone().or_else(|| if wanted.number.is_none() { marked() } else { None });
    if let Some(selector) = &selector {
        findings.take(place, check_selector(selector));
    }
    let printed = match &wanted.number {
        Some(text) => findings.take(place, printed(text, wanted)).map(|(number, form)| (Some(number), form)),
        None if selector.is_none() => {
            findings
                .add(place, "needs a number, a selector that says where it is, or a pool that the page names there");
            None
        }
        None if wanted.e164.is_some() || !wanted.groups.is_empty() => {
            findings.add(place, "e164 and groups belong to a number, and it has none");
            None
        }
        None => Some((None, NationalForm::default())),
    };
    if findings.count() > before {
        return None;
    }
    let (number, form) = printed?;
    Some(Target { id: id?, number, form, selector, pool, advertiser })
}

/// A number and how it is printed. Japanese numbers are written as printed; those of other countries with their country
/// code, or as printed and with the country code in `e164`.
fn printed(text: &str, wanted: &TargetEntry) -> Result<(TrackingNumber, NationalForm), String> {
    let says = |error: &dyn ToString| error.to_string();
    let number = match &wanted.e164 {
        Some(e164) if !e164.trim_start().starts_with(['+', '＋']) => {
            return Err(format!("e164 {e164:?} must begin with + and the country code"));
        }
        Some(e164) => TrackingNumber::parse(e164).map_err(|error| says(&error))?,
        None => TrackingNumber::parse(text).map_err(|error| says(&error))?,
    };
    let mut form = NationalForm::of_text(text, &number);
    if let Some(e164) = &wanted.e164 {
        let digits: String = TrackingNumber::digits(text);
        let is_same = [number.key(), &form.national(&number)].contains(&digits.as_str());
        if !is_same || form.prefix.len() > 4 {
            return Err(format!("number {text:?} and e164 {e164:?} are not the same number"));
        }
    }
    if !wanted.groups.is_empty() {
        if number.is_japanese() {
            return Err("groups are for numbers of other countries: those of Japanese numbers are known".to_owned());
        }
        form.groups.clone_from(&wanted.groups);
        if !form.fits(&number) {
            let national = form.national(&number);
            return Err(format!("groups {:?} do not add up to the digits of {national}", form.groups));
        }
    }
    Ok((number, form))
}
