//! Settlement (成果報酬): the calls of a month that count for an advertiser, frozen when it is issued. What changes later is
//! told by the next one, as corrections; an issued one never changes.
//!
//! # Layout
//! - [`month`]: months of a calendar
//! - [`book`]: what was settled of a month so far, and how that differs from what is known now

pub mod book;
pub mod month;

pub use month::Month;

use crate::domain::{
    call::{Call, CallKey, validity::Invalid},
    ids::{AdvertiserId, PoolId, SiteId},
    number::TrackingNumber,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The settlement of an advertiser's month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// For whom.
    pub advertiser: AdvertiserId,
    /// Which month.
    pub month: Month,
    /// The zone whose month it is.
    pub zone: String,
    /// The calls that count, by when they began.
    pub rows: Vec<Row>,
    /// What has changed of months that were settled before, by month and then by when the calls began.
    pub corrections: Vec<Correction>,
    /// That it was issued; `None` for a draft, which still changes.
    pub issued: Option<Issue>,
}

/// That a settlement was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Counted up for each advertiser, from 1.
    pub number: usize,
    /// When.
    pub at: Timestamp,
    /// By whom, as they said.
    pub by: String,
}

/// A call that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The public id of its record.
    pub id: String,
    /// Its pool.
    pub pool: PoolId,
    /// Which call.
    pub key: CallKey,
    /// Its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// When it began.
    pub at: Timestamp,
    /// The dialled number.
    pub number: TrackingNumber,
    /// How long they talked.
    pub talk_seconds: u64,
    /// The version of the rule by which it counts.
    pub rule_version: u32,
}

/// What became of a call after its month was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It counts now and did not.
    Added,
    /// It counted and does not now.
    Removed,
    /// It counts as before, with another time, number or length.
    Changed,
}

impl Change {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A call of a month that was settled before, of which something else is known now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The month of which it is.
    pub month: Month,
    /// What became of it.
    pub change: Change,
    /// As it was settled; `None` if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Row>,
    /// As it is now; `None` if it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Row>,
    /// Why it does not count any more; none if it moved to another month or advertiser.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Invalid>,
}

/// A settlement in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Calls of the month that count.
    pub valid_calls: u64,
    /// Seconds talked in these.
    pub talk_seconds: u64,
    /// Calls of earlier months that count now and did not.
    pub added: u64,
    /// Calls of earlier months that do not count any more.
    pub removed: u64,
    /// Calls of earlier months of which something else changed.
    pub changed: u64,
    /// What is settled: the month's calls, and those added, without those removed.
    pub settled_calls: i64,
}

impl Row {
    /// The row of a call; `None` if it does not count.
    pub fn of(call: &Call) -> Option<Self> {
        let validity = call.validity.as_ref().filter(|validity| validity.is_valid())?;
        Some(Self {
            id: call.record_id(),
            pool: call.pool.clone(),
            key: call.key.clone(),
            site: call.site.clone(),
            at: call.began_at(),
            number: call.number.clone(),
            talk_seconds: call.talk().as_seconds(),
            rule_version: validity.rule_version,
        })
    }

    /// Whether both settle the same. That a call was judged again by a newer rule, with the same result, changes nothing.
    pub fn settles_like(&self, other: &Self) -> bool {
        (&self.id, self.at, &self.number, self.talk_seconds) == (&other.id, other.at, &other.number, other.talk_seconds)
    }
}

impl Settlement {
    /// In figures.
    pub fn totals(&self) -> Totals {
        let count = |change| self.corrections.iter().filter(|correction| correction.change == change).count() as u64;
        let (valid_calls, added, removed) = (self.rows.len() as u64, count(Change::Added), count(Change::Removed));
        Totals {
            valid_calls,
            talk_seconds: self.rows.iter().map(|row| row.talk_seconds).sum(),
            added,
            removed,
            changed: count(Change::Changed),
            settled_calls: (valid_calls + added).cast_signed() - removed.cast_signed(),
        }
    }

    /// All rows, those in corrections included.
    pub fn all_rows(&self) -> impl Iterator<Item = &Row> {
        let corrected =
            self.corrections.iter().flat_map(|correction| correction.before.iter().chain(&correction.after));
        self.rows.iter().chain(corrected)
    }
}
