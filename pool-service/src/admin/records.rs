//! `[pool.records]` and `[site.records]` of a document as a domain value: how calls are recorded, and which count.

use super::{
    document::RecordsEntry,
    plan::Current,
    validate::{Desired, Findings},
};
use crate::domain::{
    call::validity::{RecordPolicy, ValidityRule},
    time::Span,
};

const DAY_SECONDS: u64 = 86_400;
/// A hundred years.
const MAX_DAYS: u64 = 36_500;
/// No call is longer than a day.
const MAX_TALK_SECONDS: u64 = DAY_SECONDS;

/// Reads how a pool's calls are recorded; what is wrong goes to the findings. The rule's version is set afterwards.
pub(super) fn read(entry: &RecordsEntry, place: &str, findings: &mut Findings) -> RecordPolicy {
    let mut whole = |name: &str, value: Option<i64>, most: u64| match value.map(u64::try_from) {
        None => 0,
        Some(Ok(value)) if value <= most => value,
        Some(_) => {
            let value = value.unwrap_or_default();
            findings.add(place, format!("records.{name} = {value} must be 0 to {most}"));
            0
        }
    };
    let min_talk = whole("min_talk_seconds", entry.min_talk_seconds, MAX_TALK_SECONDS);
    let mut days = |name, value| Span::from_seconds(whole(name, value, MAX_DAYS) * DAY_SECONDS);
    let unique_caller = days("unique_caller_days", entry.unique_caller_days);
    let repeat_caller = days("repeat_caller_days", entry.repeat_caller_days);
    let keep_records = days("keep_days", entry.keep_days);
    for (name, period) in [("unique_caller_days", unique_caller), ("repeat_caller_days", repeat_caller)] {
        if keep_records > Span::default() && period > keep_records {
            findings.add(place, format!("records.{name} looks back further than records.keep_days keeps calls"));
        }
    }
    let default = ValidityRule::default();
    RecordPolicy {
        validity: ValidityRule {
            min_talk: Span::from_seconds(min_talk),
            unique_caller,
            anonymous_counts: entry.anonymous.unwrap_or(default.anonymous_counts),
            must_be_credited: entry.must_be_credited.unwrap_or(default.must_be_credited),
            ..default
        },
        repeat_caller,
        keep_records,
    }
}

/// The same for a site's numbers of no pool: nobody holds those, and how long their calls are kept is a setting.
pub(super) fn read_of_site(entry: &RecordsEntry, place: &str, findings: &mut Findings) -> RecordPolicy {
    if entry.must_be_credited.is_some() {
        findings.add(place, "records.must_be_credited is for pools: these numbers are credited to no session");
    }
    if entry.keep_days.is_some() {
        findings.add(place, "records.keep_days is for pools: the setting calls.keep_days says it for these numbers");
    }
    let entry = RecordsEntry { must_be_credited: None, keep_days: None, ..entry.clone() };
    read(&entry, place, findings)
}

/// A rule that says something else than the one before gets the next version; the same rule keeps its own.
pub(super) fn count_versions(current: &Current, desired: &mut Desired) {
    let before = &current.configuration;
    for wanted in &mut desired.pools {
        let old = before.pool(&wanted.pool.id).map(|pool| pool.records.validity);
        count(old, &mut wanted.pool.records.validity);
    }
    for site in &mut desired.sites {
        count(before.site(&site.id).map(|site| site.records.validity), &mut site.records.validity);
    }
}

fn count(before: Option<ValidityRule>, rule: &mut ValidityRule) {
    let Some(before) = before else { return };
    rule.version = before.version;
    if *rule != before {
        rule.version = before.version.saturating_add(1);
    }
}
