//! What a pool's destinations carry, in memory. Pure.
//!
//! For the writer thread only.

use crate::{
    domain::{
        call::CallKey,
        ids::DestinationId,
        time::{Span, Timestamp},
    },
    store::{StoreError, packed::corrupt},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The calls that occupy a pool's destinations.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Calls that were saved for the first time.
    pub(super) begun: u64,
    calls: HashMap<CallKey, (Timestamp, DestinationId)>,
    order: BTreeSet<(Timestamp, CallKey)>,
    counts: BTreeMap<DestinationId, u32>,
}

impl Flow {
    /// A call occupies a destination, whichever it occupied before.
    pub(super) fn occupy(&mut self, call: CallKey, began_at: Timestamp, destination: DestinationId) {
        self.free(&call);
        self.order.insert((began_at, call.clone()));
        *self.counts.entry(destination.clone()).or_default() += 1;
        self.calls.insert(call, (began_at, destination));
    }

    /// A call occupies nothing any more.
    pub(super) fn free(&mut self, call: &CallKey) {
        let Some((began_at, destination)) = self.calls.remove(call) else { return };
        self.order.remove(&(began_at, call.clone()));
        if let Some(count) = self.counts.get_mut(&destination) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&destination);
            }
        }
    }

    /// Where a call occupies a destination.
    pub(super) fn destination_of(&self, call: &CallKey) -> Option<&DestinationId> {
        self.calls.get(call).map(|(_, destination)| destination)
    }

    /// Calls that began longer ago than a call may last: whose end was never told.
    pub(super) fn past(&self, now: Timestamp, max_call: Span) -> impl Iterator<Item = &CallKey> {
        let is_past = move |(began_at, _): &&(Timestamp, CallKey)| *began_at + max_call <= now;
        self.order.iter().take_while(is_past).map(|(_, call)| call)
    }

    /// How many calls occupy each destination.
    pub(super) fn in_use(&self, now: Timestamp, max_call: Span) -> BTreeMap<DestinationId, u32> {
        let mut counts = self.counts.clone();
        for destination in self.past(now, max_call).filter_map(|call| self.destination_of(call)) {
            if let Some(count) = counts.get_mut(destination) {
                *count -= 1;
            }
        }
        counts.retain(|_, count| *count > 0);
        counts
    }

    /// A call that occupies a destination, as one line.
    pub(super) fn pack(began_at: Timestamp, destination: &DestinationId) -> String {
        format!("{}\t{destination}", began_at.as_millis())
    }

    /// Reads such a line.
    pub(super) fn unpack(line: &str) -> Result<(Timestamp, DestinationId), StoreError> {
        let (began_at, destination) = line.split_once('\t').ok_or_else(|| corrupt("a destination lacks its call"))?;
        let began_at = began_at.parse().map(Timestamp::from_millis).map_err(corrupt)?;
        Ok((began_at, DestinationId::parse(destination).map_err(corrupt)?))
    }
}
