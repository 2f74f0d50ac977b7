//! One thing that a call system tells of a call.

use super::{CallKey, caller::Caller};
use crate::domain::{number::TrackingNumber, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The call reached the number.
    Begun,
    /// A telephone rings.
    Ringing,
    /// Somebody answered.
    Answered,
    /// The call is over.
    Ended,
    /// A recording is there.
    Recording,
    /// A transcript or a summary is there.
    Transcript,
    /// Somebody said what came of it.
    Outcome,
    /// Something became known on the way that is no state of its own: a destination did not answer.
    Noted,
}

/// One thing that a call system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Of which call.
    pub key: CallKey,
    /// The dialled number.
    pub number: TrackingNumber,
    /// What happened.
    pub kind: EventKind,
    /// When, by the call system's clock.
    pub at: Timestamp,
    /// What else it tells.
    pub told: Told,
}

impl Event {
    /// The same with no moment after this one: a call system's clock may run ahead of the store's.
    #[must_use]
    pub fn not_after(mut self, now: Timestamp) -> Self {
        self.at = self.at.min(now);
        self.told.began_at = self.told.began_at.map(|at| at.min(now));
        self.told.answered_at = self.told.answered_at.map(|at| at.min(now));
        self
    }
}

/// What an event may tell besides that it happened. `None` says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// When the call began, where a later event says so.
    pub began_at: Option<Timestamp>,
    /// When it was answered, where a later event says so.
    pub answered_at: Option<Timestamp>,
    /// Who called.
    pub caller: Option<Caller>,
    /// The caller withheld the number.
    pub is_anonymous: bool,
    /// Where the call was sent.
    pub destination: Option<String>,
    /// How long it rang.
    pub ring_seconds: Option<u64>,
    /// How long they talked.
    pub talk_seconds: Option<u64>,
    /// How long the call was in all, from its begin to its end.
    pub lasted_seconds: Option<u64>,
    /// What the carrier charges for.
    pub billable_seconds: Option<u64>,
    /// Why it ended, in the call system's words.
    pub hang_up_cause: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// What was said.
    pub transcript: Option<String>,
    /// The same in short.
    pub summary: Option<String>,
    /// What came of it: `appointment`, `order`.
    pub outcome: Option<String>,
    /// What it is worth, in the currency's units, decimal: `5000`, `12.50`.
    pub value: Option<String>,
    /// ISO 4217: `JPY`.
    pub currency: Option<String>,
    /// What people wrote about it.
    pub notes: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// A trial call.
    pub is_test: bool,
    /// The call was refused by a block list.
    pub is_blocked: bool,
}
