//! The calls of an hour in short: all that filters and reports ask of them, without the records.

use super::traits::Traits;
use crate::domain::{
    call::Call,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Counted up when roll-ups say something else: older ones are computed again.
const VERSION: u32 = 1;

/// Every zone's hours, days and months begin at a multiple of it.
pub const SLOT: Span = Span::from_millis(900_000);
/// What a roll-up is of.
pub const HOUR: Span = Span::from_millis(3_600_000);

/// Calls with the same traits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Their traits.
    pub traits: Traits,
    /// How many.
    pub calls: u64,
    /// Seconds talked, in all.
    pub talk_seconds: u64,
    /// Who called: the first 64 bits of each caller's keyed hash, ascending, each once. Of a million callers two are taken
    /// for one with a chance of one in 37 million.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub callers: BTreeSet<u64>,
}

impl Line {
    /// One call.
    pub fn of(call: &Call) -> Self {
        let caller = call.facts.caller.as_ref().map(|fact| short(&fact.value.key));
        Self {
            traits: Traits::of(call),
            calls: 1,
            talk_seconds: call.talk().as_seconds(),
            callers: caller.into_iter().collect(),
        }
    }
}

/// The calls of one pool that began in one hour of UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollUp {
    version: u32,
    /// The hour's stamp that was read before the calls were.
    pub stamp: u64,
    /// By when in the hour they began, in quarters of it.
    slots: BTreeMap<u8, Vec<Line>>,
}

/// A roll-up that is being made, call by call.
#[derive(Debug, Default)]
pub struct Rolling(BTreeMap<u8, BTreeMap<Traits, Line>>);

impl Rolling {
    /// Counts a call.
    pub fn add(&mut self, at: Timestamp, call: &Line) {
        let slot = at.as_millis() % HOUR.as_millis() / SLOT.as_millis();
        let lines = self.0.entry(u8::try_from(slot).unwrap_or(0)).or_default();
        match lines.get_mut(&call.traits) {
            None => {
                lines.insert(call.traits.clone(), call.clone());
            }
            Some(line) => {
                line.calls += call.calls;
                line.talk_seconds += call.talk_seconds;
                line.callers.extend(&call.callers);
            }
        }
    }

    /// The roll-up, under the stamp that was read before the calls were.
    pub fn under(self, stamp: u64) -> RollUp {
        let slots = self.0.into_iter().map(|(slot, lines)| (slot, lines.into_values().collect())).collect();
        RollUp { version: VERSION, stamp, slots }
    }
}

impl RollUp {
    /// Reads a roll-up; `None` if it is of another version, or of another state of the hour.
    pub fn read(text: &str, stamp: u64) -> Option<Self> {
        let read: Self = serde_json::from_str(text).ok()?;
        (read.version == VERSION && read.stamp == stamp).then_some(read)
    }

    /// As it is stored: JSON on one line.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Its lines, each with the begin of its slot.
    pub fn lines(&self, hour: Timestamp) -> impl Iterator<Item = (Timestamp, &Line)> {
        self.slots.iter().flat_map(move |(slot, lines)| {
            let at = hour + Span::from_millis(SLOT.as_millis() * u64::from(*slot));
            lines.iter().map(move |line| (at, line))
        })
    }
}

/// The first 64 bits of a caller's keyed hash.
fn short(key: &str) -> u64 {
    let digits = key.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    digits.unwrap_or_else(|| {
        let digest = Sha256::digest(key.as_bytes());
        digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    })
}
