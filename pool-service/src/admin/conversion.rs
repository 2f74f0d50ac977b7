//! The `[[site.conversion]]`s of a site as domain values.

use super::{conversion_entry::ConversionEntry, document::SiteEntry, validate::Findings};
use crate::domain::{
    conversion::{
        Conversion, Target, Which,
        money::{Amount, Currency},
        salesforce_task, yahoo,
    },
    csv_cell::safe,
    time::Span,
    zone::Zone,
};
use std::borrow::Cow;

/// Conversions of one site.
const MAX_CONVERSIONS: usize = 32;
/// Google takes no longer name of an action.
const MAX_NAME: usize = 100;
/// Zone of days and times if none is said.
const DEFAULT_ZONE: &str = "Asia/Tokyo";
/// Days of a file if none are said: what was too young is told by one of the next files, and no platform counts twice.
const DEFAULT_DAYS: u16 = 7;
const MAX_DAYS: i64 = 366;
const MAX_AGE_DAYS: i64 = 3_660;
const HOUR: u64 = 3_600;

/// Reads all conversions of a site; what is wrong goes to the findings.
pub(super) fn read_all(site: &SiteEntry, place: &str, findings: &mut Findings) -> Vec<Conversion> {
    if site.conversions.len() > MAX_CONVERSIONS {
        findings.add(place, format!("has more than {MAX_CONVERSIONS} conversions"));
    }
    let mut conversions = Vec::with_capacity(site.conversions.len());
    for (at, entry) in site.conversions.iter().enumerate() {
        let place = format!("{place}, conversion {:?}", entry.name);
        let is_same = |other: &ConversionEntry| other.target == entry.target && other.name == entry.name;
        if site.conversions[..at].iter().any(is_same) {
            findings.add(&place, "there are two conversions of this name for the same target");
        }
        conversions.extend(read(site, entry, &place, findings));
    }
    conversions
}

fn read(site: &SiteEntry, entry: &ConversionEntry, place: &str, findings: &mut Findings) -> Option<Conversion> {
    let target = Target::parse(&entry.target).map_err(|rule| format!("target {:?} {rule}", entry.target));
    let target = findings.take(place, target);
    let which = entry
        .which
        .as_deref()
        .map_or(Ok(Which::default()), |text| Which::parse(text).map_err(|rule| format!("which {text:?} {rule}")));
    let which = findings.take(place, which);
    let zone = entry.zone.as_deref().unwrap_or(DEFAULT_ZONE);
    let zone = findings.take(place, Zone::parse(zone));
    let days = whole("days", entry.days, 1..=MAX_DAYS, place, findings).map_or(DEFAULT_DAYS, |days| days as u16);
    let hours = whole("minimum_age_hours", entry.minimum_age_hours, 0..=MAX_AGE_DAYS * 24, place, findings);
    let old = whole("maximum_age_days", entry.maximum_age_days, 1..=MAX_AGE_DAYS, place, findings);
    let (value, currency) = money(entry, place, findings);
    let conversion = Conversion {
        target: target?,
        name: entry.name.clone(),
        value,
        currency,
        which: which?,
        include_likely: entry.include_likely,
        braids: entry.braids.clone(),
        consent_columns: entry.consent_columns,
        minimum_age: hours.map_or(target?.minimum_age(), |hours| Span::from_seconds(hours * HOUR)),
        maximum_age: old.map_or(target?.maximum_age(), |days| Some(Span::from_seconds(days * 24 * HOUR))),
        zone: zone?.name().to_owned(),
        days,
    };
    check_name(&conversion, place, findings);
    check_target(site, &conversion, place, findings);
    Some(conversion)
}

fn whole(
    name: &str,
    value: Option<i64>,
    allowed: std::ops::RangeInclusive<i64>,
    place: &str,
    findings: &mut Findings,
) -> Option<u64> {
    let value = value?;
    if !allowed.contains(&value) {
        findings.add(place, format!("{name} = {value} must be {} to {}", allowed.start(), allowed.end()));
        return None;
    }
    u64::try_from(value).ok()
}

fn money(entry: &ConversionEntry, place: &str, findings: &mut Findings) -> (Option<Amount>, Option<Currency>) {
    let value = entry.value.as_ref().map(ToString::to_string);
    let amount = value.as_deref().and_then(Amount::parse);
    if let (Some(text), None) = (&value, &amount) {
        findings.add(place, format!("value {text:?} must be an amount as in 5000 or 12.50"));
    }
    let currency = entry.currency.as_deref().and_then(Currency::parse);
    if let (Some(text), None) = (&entry.currency, &currency) {
        findings.add(place, format!("currency {text:?} must be three capital letters, as in JPY"));
    } else if value.is_some() && currency.is_none() {
        findings.add(place, "value says nothing without currency, as in currency = \"JPY\"");
    }
    (amount, currency)
}

fn check_name(conversion: &Conversion, place: &str, findings: &mut Findings) {
    let name = &conversion.name;
    let is_printable = !name.contains(char::is_control) && name.trim() == name;
    if !(1..=MAX_NAME).contains(&name.chars().count()) || !is_printable {
        findings
            .add(place, format!("name must be 1 to {MAX_NAME} characters that can be printed, without blanks around"));
    } else if matches!(safe(name), Cow::Owned(_)) {
        // It must stand in the file as the platform has it.
        findings.add(place, "name begins like a formula of a spreadsheet: rename the conversion on the platform");
    }
    let is_yahoo = matches!(conversion.target, Target::Yahoo | Target::YahooDisplay);
    if is_yahoo && !yahoo::has_all_characters_of(name) {
        findings.add(place, "name has a character that the platform's files (Shift_JIS) do not have");
    }
}

fn check_target(site: &SiteEntry, conversion: &Conversion, place: &str, findings: &mut Findings) {
    match conversion.target {
        Target::YahooDisplay if conversion.currency.as_ref().is_some_and(|currency| *currency != Currency::yen()) => {
            findings.add(place, "currency must be JPY: files for yahoo-display have no column for it");
        }
        Target::SalesforceTask if !site.cookies.iter().any(|cookie| cookie == salesforce_task::COOKIE) => {
            let cookie = salesforce_task::COOKIE;
            findings.add(place, format!("calls are joined by the cookie {cookie}: add it to the site's cookies"));
        }
        _ => {}
    }
    if conversion.target != Target::GoogleAds && !conversion.braids.is_empty() {
        findings.add(place, "braids are ids of google-ads only");
    }
    if conversion.target != Target::GoogleAds && conversion.consent_columns {
        findings.add(place, "consent_columns are of google-ads only");
    }
    if conversion.maximum_age.is_some_and(|most| most <= conversion.minimum_age) {
        findings.add(place, "maximum_age_days must be more than minimum_age_hours, or no call is ever told");
    }
}
