//! `[pool.records]` of a document as a domain value: how calls are recorded, and which count.

use super::{
    document::RecordsEntry,
    plan::Current,
    validate::{DesiredPool, Findings},
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

/// A rule that says something else than the one before gets the next version; the same rule keeps its own.
pub(super) fn count_versions(current: &Current, pools: &mut [DesiredPool]) {
    for DesiredPool { pool, .. } in pools {
        let Some(before) = current.configuration.pool(&pool.id) else { continue };
        let (before, rule) = (before.records.validity, &mut pool.records.validity);
        rule.version = before.version;
        if *rule != before {
            rule.version = before.version.saturating_add(1);
        }
    }
}
