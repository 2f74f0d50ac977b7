//! All that was told of a call. Facts only grow, and it does not matter in which order they came or how often.

use super::{CallState, caller::Caller};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A value and when it was told; of two the later one counts, of two at one moment the greater one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact<T> {
    /// The event's time.
    pub at: Timestamp,
    /// What it told.
    pub value: T,
}

/// All that was told of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// When the routing was asked for it, by the store's clock: that is when it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed_at: Option<Timestamp>,
    /// When it began, as call systems tell: the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_begin: Option<Timestamp>,
    /// The earliest moment of all events.
    pub first_heard_at: Timestamp,
    /// When a telephone first rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ringing_at: Option<Timestamp>,
    /// When it was answered first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// When it ended, as told first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Fact<Caller>>,
    /// The caller withheld the number.
    #[serde(default)]
    pub is_anonymous: bool,
    /// Where it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Fact<String>>,
    /// How long it rang, as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring_seconds: Option<Fact<u64>>,
    /// How long they talked, as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk_seconds: Option<Fact<u64>>,
    /// What the carrier charges for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<Fact<u64>>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hang_up_cause: Option<Fact<String>>,
    /// Where the recording is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_url: Option<Fact<String>>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Fact<String>>,
    /// The same in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Fact<String>>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Fact<String>>,
    /// What it is worth, decimal, in units of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Fact<String>>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Fact<String>>,
    /// What people wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Fact<String>>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// A trial call.
    #[serde(default)]
    pub is_test: bool,
    /// The call was refused by a block list.
    #[serde(default)]
    pub is_blocked: bool,
}

impl Facts {
    /// When the call began: when the routing was asked; else as told; else the first that was heard of it.
    pub fn began_at(&self) -> Timestamp {
        self.routed_at.or(self.told_begin).unwrap_or(self.first_heard_at)
    }

    /// How far it has come.
    pub fn state(&self) -> CallState {
        if self.ended_at.is_some() {
            CallState::Ended
        } else if self.answered_at.is_some() {
            CallState::Answered
        } else if self.ringing_at.is_some() {
            CallState::Ringing
        } else {
            CallState::Begun
        }
    }

    /// How long they talked: as told, else from answer to end; `None` while nobody answered or the end is not known.
    pub fn talk_seconds(&self) -> Option<u64> {
        let measured = || Some(self.ended_at?.since(self.answered_at?).as_seconds());
        self.talk_seconds.as_ref().map(|fact| fact.value).or_else(measured)
    }

    /// How long it rang: as told, else from the begin to the answer or the end.
    pub fn ring_seconds(&self) -> Option<u64> {
        let until = self.answered_at.or(self.ended_at);
        let measured = || Some(until?.since(self.began_at()).as_seconds());
        self.ring_seconds.as_ref().map(|fact| fact.value).or_else(measured)
    }
}
