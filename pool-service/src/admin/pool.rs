//! One `[[pool]]` of a document as a domain value.

use super::{
    call_model,
    document::PoolEntry,
    numbers, records, routing,
    validate::{DesiredPool, Findings},
};
use crate::domain::{
    country::NationalForm,
    ids::{AdvertiserId, PoolId, SiteId},
    lease::Standing,
    number::TrackingNumber,
    policy::LeasePolicy,
    site::Pool,
    suffix::{Dialled, SuffixRange},
    time::Span,
};
use std::collections::BTreeMap;

/// What a chosen suffix stands for is a name, not a text.
const MAX_LABEL: usize = 100;

/// Reads a pool; what is wrong goes to the findings.
pub(super) fn read(entry: &PoolEntry, findings: &mut Findings) -> Option<DesiredPool> {
    let place = format!("pool {:?}", entry.id);
    let id = findings.take(&place, PoolId::parse(&entry.id));
    let site = findings.take(&place, SiteId::parse(&entry.site));
    let destination = findings.take(&format!("{place}: destination"), TrackingNumber::parse(&entry.destination));
    let overflow = entry.overflow.as_deref().map(TrackingNumber::parse);
    let overflow = overflow.and_then(|read| findings.take(&format!("{place}: overflow"), read));
    let policy = policy(entry, &place, findings);
    let calls = call_model::read(&entry.attribution, &place, findings);
    let records = records::read(&entry.records, &place, findings);
    let advertiser = entry.advertiser.as_deref().map(AdvertiserId::parse);
    let advertiser = advertiser.and_then(|read| findings.take(&place, read));
    if id.as_ref() == Some(&PoolId::none()) {
        findings.add(&place, "this id is taken: under it stand the calls to numbers of no pool");
    }
    let numbers = standings(entry, &place, findings);
    if overflow.as_ref().is_some_and(|overflow| numbers.contains_key(overflow)) {
        findings.add(&place, format!("overflow {:?} is also one of its numbers", entry.overflow));
    }
    let suffixes = suffixes(entry, &place, findings);
    let chosen = chosen(entry, suffixes.as_ref(), &place, findings);
    let mut numbers = numbers;
    within(&numbers, suffixes.as_ref(), &place, findings);
    numbers.extend(chosen.keys().map(|number| (number.clone(), Standing::Disabled)));
    let form = form(entry, &numbers, &place, findings);
    let routing = routing::read(entry, &place, findings);
    let pool = Pool {
        id: id?,
        site: site?,
        destination: destination?,
        overflow,
        suffixes,
        chosen,
        form,
        policy,
        calls,
        advertiser,
        routing,
        records,
    };
    Some(DesiredPool { pool, numbers })
}

/// The range of suffix numbers, if the pool is one.
fn suffixes(entry: &PoolEntry, place: &str, findings: &mut Findings) -> Option<SuffixRange> {
    match (&entry.base, entry.suffix_digits) {
        (Some(base), Some(digits)) => findings.take(place, SuffixRange::new(base, digits)),
        (None, None) => {
            if !entry.chosen.is_empty() {
                findings.add(place, "chosen is for pools with base and suffix_digits");
            }
            None
        }
        _ => {
            findings.add(place, "base and suffix_digits belong together");
            None
        }
    }
}

fn chosen(
    entry: &PoolEntry,
    range: Option<&SuffixRange>,
    place: &str,
    findings: &mut Findings,
) -> BTreeMap<TrackingNumber, String> {
    let mut chosen = BTreeMap::new();
    let Some(range) = range else { return chosen };
    for (suffix, label) in &entry.chosen {
        match range.dialled(&format!("{}{suffix}", range.base())) {
            Some(Dialled::Whole(number)) if suffix.len() == usize::from(range.digits()) => {
                chosen.insert(number, label.clone());
            }
            _ => findings.add(place, format!("chosen {suffix:?} must have {} digits", range.digits())),
        }
        if !(1..=MAX_LABEL).contains(&label.chars().count()) || label.contains(char::is_control) {
            findings
                .add(place, format!("chosen {suffix:?} must say what it stands for in 1 to {MAX_LABEL} characters"));
        }
    }
    if entry.chosen.len() as u64 >= range.size() {
        findings.add(place, "every suffix is chosen: none is left to lease");
    }
    chosen
}

/// A pool leases a list or a range; of a range it may still name numbers that must not be shown.
fn within(
    numbers: &BTreeMap<TrackingNumber, Standing>,
    range: Option<&SuffixRange>,
    place: &str,
    findings: &mut Findings,
) {
    let Some(range) = range else { return };
    for (number, standing) in numbers {
        if *standing == Standing::Active {
            findings.add(place, format!("number {number}: a pool with base and suffix_digits has no list of numbers"));
            return;
        }
        if !range.contains(number) {
            findings.add(place, format!("disabled {number} is not one of its suffix numbers"));
        }
    }
}

fn standings(entry: &PoolEntry, place: &str, findings: &mut Findings) -> BTreeMap<TrackingNumber, Standing> {
    let mut standings = BTreeMap::new();
    for (list, texts, standing) in
        [("numbers", &entry.numbers, Standing::Active), ("disabled", &entry.disabled, Standing::Disabled)]
    {
        let mut listed = Vec::new();
        for text in texts {
            findings.take(&format!("{place}: {list}"), numbers::read(text, &mut listed));
        }
        for number in listed {
            let before = standings.insert(number.clone(), standing);
            if before == Some(standing) {
                findings.add(place, format!("{list} has {number} twice"));
            }
        }
    }
    standings
}

/// How numbers of another country are printed: as the document says, or as it spells the first of them.
fn form(
    entry: &PoolEntry,
    numbers: &BTreeMap<TrackingNumber, Standing>,
    place: &str,
    findings: &mut Findings,
) -> NationalForm {
    let is_said = entry.national_prefix.is_some() || !entry.groups.is_empty();
    let spelled = entry.numbers.iter().find_map(|text| {
        let text = text.split("..").next()?;
        let number = TrackingNumber::parse(text).ok().filter(|number| !number.is_japanese())?;
        Some(NationalForm::of_text(text, &number))
    });
    let Some(spelled) = spelled else {
        if is_said {
            findings.add(place, "national_prefix and groups are for numbers of other countries, and it has none");
        }
        return NationalForm::default();
    };
    let mut form = spelled;
    if let (Some(prefix), Some(first), true) = (&entry.national_prefix, form.groups.first_mut(), form.prefix.is_empty())
    {
        *first += prefix.len() as u8;
    }
    if let Some(prefix) = &entry.national_prefix {
        if prefix.len() > 4 || !prefix.chars().all(|c| c.is_ascii_digit()) {
            findings.add(place, format!("national_prefix {prefix:?} must be at most 4 digits"));
        }
        form.prefix.clone_from(prefix);
    }
    if !entry.groups.is_empty() {
        form.groups.clone_from(&entry.groups);
    }
    let misfit = numbers.keys().find(|number| !number.is_japanese() && !form.fits(number));
    if let Some(number) = misfit.filter(|_| is_said) {
        let national = form.national(number);
        findings.add(place, format!("groups {:?} do not add up to the digits of {national} ({number})", form.groups));
    }
    form
}

fn policy(entry: &PoolEntry, place: &str, findings: &mut Findings) -> LeasePolicy {
    let mut policy = LeasePolicy::default();
    let settings = [
        ("heartbeat", entry.heartbeat_seconds, &mut policy.heartbeat),
        ("lease_life", entry.lease_life_seconds, &mut policy.lease_life),
        ("min_hold", entry.min_hold_seconds, &mut policy.min_hold),
        ("cooldown", entry.cooldown_seconds, &mut policy.cooldown),
        ("affinity", entry.affinity_seconds, &mut policy.affinity),
        ("retention", entry.retention_seconds, &mut policy.retention),
        ("after_call", entry.after_call_seconds, &mut policy.after_call),
        ("max_call", entry.max_call_seconds, &mut policy.max_call),
        ("hidden_hold", entry.hidden_hold_seconds, &mut policy.hidden_hold),
    ];
    let before = findings.count();
    for (name, value, span) in settings {
        match value.map(u64::try_from) {
            None => {}
            Some(Ok(seconds)) => *span = Span::from_seconds(seconds),
            Some(Err(_)) => {
                let value = value.unwrap_or_default();
                findings.add(place, format!("{name}_seconds = {value} must not be negative"));
            }
        }
    }
    if findings.count() == before {
        findings.take(place, policy.validated());
    }
    policy
}
