//! Calls on the model: the rules of keeping them once more.

use crate::model::Model;
use pool_service::{
    domain::{call::CallKey, ids::DestinationId, time::Timestamp},
    store::records::{CallQuery, CallRow, CallsOf, KeptCall, SaveCall, SavedCall},
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) row: CallRow,
    pub(crate) revision: u64,
    pub(crate) pinned_until: Timestamp,
}

impl Call {
    fn occupies(&self, now: Timestamp) -> Option<&DestinationId> {
        self.row.destination.as_ref().filter(|_| self.row.span.ended_at.is_none() && now < self.pinned_until)
    }

    fn hour(&self) -> u64 {
        self.row.span.began_at.as_millis() / 3_600_000
    }
}

/// What a save or a removal changed: the hours whose stamps grew, and how many calls are new.
pub(crate) type Changed = (BTreeSet<u64>, u64);

impl Model {
    pub(crate) fn save_call(&mut self, now: Timestamp, save: &SaveCall) -> (SavedCall, Changed) {
        let (row, span) = (&save.row, &save.row.span);
        let known = self.calls.get(&span.key).cloned();
        if known.as_ref().map_or(0, |known| known.revision) != save.read_revision {
            return (SavedCall::Changed, Changed::default());
        }
        let longest = span.began_at + self.policy().max_call;
        let wished = span.ended_at.map_or(longest, |ended_at| longest.min(ended_at + self.policy().after_call));
        let wished = wished.min(now + self.policy().max_call);
        let pinned_until = match &known {
            Some(known) if known.pinned_until <= now => known.pinned_until,
            Some(_) => wished.max(now),
            None => wished,
        };
        let revision = save.read_revision + 1;
        let call = Call { row: row.clone(), revision, pinned_until };
        if let (Some(capacity), Some(destination)) = (save.capacity, call.occupies(now)) {
            let others = self.calls.values().filter(|other| other.row.span.key != span.key);
            if others.filter(|other| other.occupies(now) == Some(destination)).count() >= capacity as usize {
                return (SavedCall::Busy, Changed::default());
            }
        }
        let hours = known.iter().chain([&call]).map(Call::hour).collect();
        // A pin that is over stays where it was.
        if known.as_ref().is_none_or(|known| now < known.pinned_until) {
            self.pin(now, &span.key, Some((span.number.clone(), pinned_until)));
        }
        self.calls.insert(span.key.clone(), call);
        (SavedCall::Saved { revision }, (hours, u64::from(known.is_none())))
    }

    pub(crate) fn remove_call(&mut self, now: Timestamp, key: &CallKey, read_revision: u64) -> (bool, Changed) {
        let Some(known) = self.calls.get(key).filter(|known| known.revision == read_revision) else {
            return (false, Changed::default());
        };
        let hours = BTreeSet::from([known.hour()]);
        self.calls.remove(key);
        self.pin(now, key, None);
        (true, (hours, 0))
    }

    pub(crate) fn call(&self, key: &CallKey) -> Option<KeptCall> {
        self.calls.get(key).map(|call| KeptCall { revision: call.revision, row: call.row.clone() })
    }

    pub(crate) fn calls(&self, query: &CallQuery) -> Vec<KeptCall> {
        let is_asked = |call: &&Call| match &query.of {
            CallsOf::Pool => true,
            CallsOf::Caller(caller) => call.row.caller.as_ref() == Some(caller),
            CallsOf::Number(number) => call.row.span.number == *number,
        };
        let place = |call: &Call| (call.row.span.began_at, call.row.span.key.clone());
        let mut calls: Vec<&Call> = self.calls.values().filter(is_asked).collect();
        calls.retain(|call| query.from <= call.row.span.began_at && call.row.span.began_at < query.until);
        calls.sort_by_key(|call| place(call));
        if query.newest_first {
            calls.reverse();
        }
        if let Some(after) = &query.after {
            calls.retain(|call| if query.newest_first { place(call) < *after } else { place(call) > *after });
        }
        let kept = |call: &Call| KeptCall { revision: call.revision, row: call.row.clone() };
        calls.into_iter().take(query.limit).map(kept).collect()
    }

    pub(crate) fn in_use(&self, now: Timestamp) -> BTreeMap<DestinationId, u32> {
        let mut in_use = BTreeMap::new();
        for destination in self.calls.values().filter_map(|call| call.occupies(now)) {
            *in_use.entry(destination.clone()).or_default() += 1;
        }
        in_use
    }
}
