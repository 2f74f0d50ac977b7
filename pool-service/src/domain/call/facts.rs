//! All that was told of a call. Facts only grow, and it does not matter in which order they came or how often.

use super::{
    CallState,
    caller::Caller,
    event::{Event, EventKind},
};
use crate::domain::time::{Span, Timestamp};
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
    /// How long it was in all, as told: only for when it began, if nothing else says that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasted_seconds: Option<Fact<u64>>,
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

fn fact<T: Clone>(at: Timestamp, value: &Option<T>) -> Option<Fact<T>> {
    value.clone().map(|value| Fact { at, value })
}

/// The one that was told later; of two of one moment the greater one.
fn later<T: Ord>(one: Option<Fact<T>>, other: Option<Fact<T>>) -> Option<Fact<T>> {
    one.max(other)
}

/// The earlier moment of those that are known.
fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Facts {
    /// What a call is known by when the routing was asked for it at that moment of the store's clock.
    pub fn routed(at: Timestamp, caller: Option<Caller>, is_anonymous: bool) -> Self {
        let caller = caller.map(|value| Fact { at, value });
        Self { routed_at: Some(at), first_heard_at: at, caller, is_anonymous, ..Self::default() }
    }

    /// What one event tells.
    pub fn of(event: &Event) -> Self {
        let Event { kind, at, told, .. } = event;
        let at_kind = |wanted| (*kind == wanted).then_some(*at);
        Self {
            routed_at: None,
            told_begin: earlier(at_kind(EventKind::Begun), told.began_at),
            first_heard_at: *at,
            ringing_at: at_kind(EventKind::Ringing),
            answered_at: earlier(at_kind(EventKind::Answered), told.answered_at),
            ended_at: at_kind(EventKind::Ended),
            caller: fact(*at, &told.caller),
            is_anonymous: told.is_anonymous,
            destination: fact(*at, &told.destination),
            ring_seconds: fact(*at, &told.ring_seconds),
            talk_seconds: fact(*at, &told.talk_seconds),
            lasted_seconds: fact(*at, &told.lasted_seconds),
            billable_seconds: fact(*at, &told.billable_seconds),
            hang_up_cause: fact(*at, &told.hang_up_cause),
            recording_url: fact(*at, &told.recording_url),
            transcript: fact(*at, &told.transcript),
            summary: fact(*at, &told.summary),
            outcome: fact(*at, &told.outcome),
            value: fact(*at, &told.value),
            currency: fact(*at, &told.currency),
            notes: fact(*at, &told.notes),
            tags: told.tags.iter().cloned().collect(),
            is_test: told.is_test,
            is_blocked: told.is_blocked,
        }
    }

    /// Both together. It does not matter which is which, nor how often either is merged in.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            routed_at: earlier(self.routed_at, other.routed_at),
            told_begin: earlier(self.told_begin, other.told_begin),
            first_heard_at: self.first_heard_at.min(other.first_heard_at),
            ringing_at: earlier(self.ringing_at, other.ringing_at),
            answered_at: earlier(self.answered_at, other.answered_at),
            ended_at: earlier(self.ended_at, other.ended_at),
            caller: later(self.caller, other.caller),
            is_anonymous: self.is_anonymous | other.is_anonymous,
            destination: later(self.destination, other.destination),
            ring_seconds: later(self.ring_seconds, other.ring_seconds),
            talk_seconds: later(self.talk_seconds, other.talk_seconds),
            lasted_seconds: later(self.lasted_seconds, other.lasted_seconds),
            billable_seconds: later(self.billable_seconds, other.billable_seconds),
            hang_up_cause: later(self.hang_up_cause, other.hang_up_cause),
            recording_url: later(self.recording_url, other.recording_url),
            transcript: later(self.transcript, other.transcript),
            summary: later(self.summary, other.summary),
            outcome: later(self.outcome, other.outcome),
            value: later(self.value, other.value),
            currency: later(self.currency, other.currency),
            notes: later(self.notes, other.notes),
            tags: self.tags.into_iter().chain(other.tags).collect(),
            is_test: self.is_test | other.is_test,
            is_blocked: self.is_blocked | other.is_blocked,
        }
    }

    /// These facts and what an event tells.
    #[must_use]
    pub fn with(self, event: &Event) -> Self {
        self.merge(Self::of(event))
    }

    /// Without whatever tells who called or what was said.
    #[must_use]
    pub fn without_caller(self) -> Self {
        Self { caller: None, recording_url: None, transcript: None, summary: None, notes: None, ..self }
    }

    /// The caller under the keyed hash.
    pub fn caller_key(&self) -> Option<&str> {
        self.caller.as_ref().map(|caller| caller.value.key.as_str())
    }

    /// When the call began: when the routing was asked; else as told; else the first that was heard of it, or, if that is
    /// the answer or the end, as long before as is told that they rang and talked.
    pub fn began_at(&self) -> Timestamp {
        self.routed_at.or(self.told_begin).unwrap_or_else(|| self.heard_of_at())
    }

    /// The first that was heard of the call. Systems that tell of a call only when it is over tell how long it was.
    fn heard_of_at(&self) -> Timestamp {
        let told = |fact: &Option<Fact<u64>>| Span::from_seconds(fact.as_ref().map_or(0, |fact| fact.value));
        let heard = earlier(Some(self.first_heard_at), self.answered_at).unwrap_or(self.first_heard_at);
        let (rang, talked, lasted) = (told(&self.ring_seconds), told(&self.talk_seconds), told(&self.lasted_seconds));
        match (self.answered_at, self.ended_at) {
            // What was measured from an earlier event is surer than what is told in whole seconds.
            _ if self.ringing_at.is_some() => heard,
            (Some(answered), _) if answered == heard => answered - rang,
            (None, Some(ended)) => heard.min(ended - lasted.max(talked + rang)),
            _ => heard,
        }
    }

    /// When a telephone first rang, as it is shown: no state comes before the begin. That may be by the store's clock, and a
    /// call system's clock may lag behind it.
    pub fn ringing_at(&self) -> Option<Timestamp> {
        self.ringing_at.map(|at| at.max(self.began_at()))
    }

    /// When it was answered first, as it is shown: see [`Self::ringing_at`].
    pub fn answered_at(&self) -> Option<Timestamp> {
        self.answered_at.map(|at| at.max(self.began_at()))
    }

    /// When it ended, as it is shown: see [`Self::ringing_at`]. An end that was told for a moment before the begin comes as
    /// long after the answer as is told.
    pub fn ended_at(&self) -> Option<Timestamp> {
        let (told, began) = (self.ended_at?, self.began_at());
        let Some(answered) = self.answered_at() else { return Some(told.max(began)) };
        let talked = self.answered_at.map_or(Span::default(), |answered| told.since(answered));
        Some(if told < began { answered + talked } else { told.max(answered) })
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
