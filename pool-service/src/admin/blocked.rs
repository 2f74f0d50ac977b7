//! `[[site.blocked]]` and `[[pool.blocked]]` of a document as a domain value.

use super::{routing_entry::BlockedEntry, validate::Findings};
use crate::domain::{
    number::TrackingNumber,
    routing::{
        BlockList,
        block::{Block, prefix_key},
    },
    time::Timestamp,
};

/// Callers on one list.
const MAX_BLOCKS: usize = 100_000;
const MAX_NOTE: usize = 200;

/// Reads a block list; what is wrong goes to the findings.
pub(super) fn read_all(entries: &[BlockedEntry], place: &str, findings: &mut Findings) -> BlockList {
    if entries.len() > MAX_BLOCKS {
        findings.add(place, format!("blocks more than {MAX_BLOCKS} callers"));
    }
    let mut list = BlockList::default();
    for entry in entries {
        let what = entry.number.as_deref().or(entry.prefix.as_deref()).unwrap_or("anonymous");
        let place = format!("{place}, blocked {what:?}");
        let block = Block { until: until(entry, &place, findings), note: entry.note.clone() };
        if entry.note.chars().count() > MAX_NOTE || entry.note.contains(char::is_control) {
            findings.add(&place, format!("note must be at most {MAX_NOTE} characters on one line"));
        }
        let before = match (&entry.number, &entry.prefix, entry.anonymous) {
            (Some(number), None, false) => {
                let number = findings.take(&place, TrackingNumber::parse(number));
                number.and_then(|number| list.numbers.insert(number.key().to_owned(), block))
            }
            (None, Some(prefix), false) => {
                let why = format!(
                    "prefix {prefix:?} must begin with 0, or with + and a country code, and have 1 to 17 digits"
                );
                findings.take(&place, prefix_key(prefix).ok_or(why)).and_then(|key| list.prefixes.insert(key, block))
            }
            (None, None, true) => list.anonymous.replace(block),
            _ => {
                findings.add(&place, "needs one of number, prefix and anonymous = true, and only one");
                None
            }
        };
        if before.is_some() {
            findings.add(&place, "is there twice");
        }
    }
    list
}

fn until(entry: &BlockedEntry, place: &str, findings: &mut Findings) -> Option<Timestamp> {
    let text = entry.until.as_ref()?.text();
    let parsed = text.trim().parse::<jiff::Timestamp>().ok();
    let millis = parsed.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    let why = || format!("until = {text:?} must be a time with its offset, as 2027-01-01T00:00:00+09:00");
    findings.take(place, millis.map(Timestamp::from_millis).ok_or_else(why))
}
