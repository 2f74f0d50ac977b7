//! Reading what the scripts answer. For the Redis store only.

use crate::{
    domain::{lease::Lease, number::TrackingNumber, time::Timestamp},
    store::{
        Acquired, Grant, How, StoreError,
        packed::{StoredLease, corrupt},
    },
};

/// The answer of `acquire.lua`: the time, then a line for each row.
pub(super) fn acquired(answer: Vec<String>) -> Result<Vec<Acquired>, StoreError> {
    let mut lines = answer.into_iter();
    let now = time(&lines.next().unwrap_or_default())?;
    lines.map(|line| Ok(Acquired { now, grant: grant(&line)? })).collect()
}

fn grant(line: &str) -> Result<Grant, StoreError> {
    let how = match field(line) {
        ("exhausted", _) => return Ok(Grant::Exhausted),
        ("overflow", rest) => {
            let (number, until) = field(rest);
            return Ok(Grant::Overflow { number: tracking_number(number)?, until: time(until)? });
        }
        ("renewed", _) => How::Renewed,
        ("regranted", _) => How::Regranted,
        ("granted", _) => How::Granted,
        ("restored", _) => How::Restored,
        (other, _) => return Err(corrupt(format!("{other:?} is no outcome of an acquire"))),
    };
    let (short_cooldown, rest) = field(field(line).1);
    Ok(Grant::Leased { lease: lease(rest)?, how, short_cooldown: short_cooldown == "1" })
}

/// A number and a packed lease, separated by a tab.
pub(super) fn lease(line: &str) -> Result<Lease, StoreError> {
    let (number, packed) = field(line);
    Ok(StoredLease::unpack(tracking_number(number)?, packed)?.lease)
}

/// A moment in milliseconds.
pub(super) fn time(text: &str) -> Result<Timestamp, StoreError> {
    text.parse().map(Timestamp::from_millis).map_err(|_| corrupt(format!("{text:?} is no time")))
}

pub(super) fn tracking_number(text: &str) -> Result<TrackingNumber, StoreError> {
    TrackingNumber::from_key(text).map_err(corrupt)
}

/// The first field and the rest.
fn field(line: &str) -> (&str, &str) {
    line.split_once('\t').unwrap_or((line, ""))
}
