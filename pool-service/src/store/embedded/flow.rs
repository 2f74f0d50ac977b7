//! What a pool's destinations carry, in memory. Pure.
//!
//! For the writer thread only.

use crate::{
    domain::{call::CallKey, ids::DestinationId, time::Timestamp},
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
    /// A call occupies a destination, at most until a moment; whichever it occupied before.
    pub(super) fn occupy(&mut self, call: CallKey, until: Timestamp, destination: DestinationId) {
        self.free(&call);
        self.order.insert((until, call.clone()));
        *self.counts.entry(destination.clone()).or_default() += 1;
        self.calls.insert(call, (until, destination));
    }

    /// A call occupies nothing any more; gives whether it did.
    pub(super) fn free(&mut self, call: &CallKey) -> bool {
        let Some((until, destination)) = self.calls.remove(call) else { return false };
        self.order.remove(&(until, call.clone()));
        if let Some(count) = self.counts.get_mut(&destination) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&destination);
            }
        }
        true
    }

    /// Whether a call occupies this destination.
    pub(super) fn has(&self, call: &CallKey, destination: &DestinationId, now: Timestamp) -> bool {
        self.calls.get(call).is_some_and(|(until, occupied)| now < *until && occupied == destination)
    }

    /// Calls that have lasted too long: whose end was never told.
    pub(super) fn past(&self, now: Timestamp) -> impl Iterator<Item = &CallKey> {
        self.order.iter().take_while(move |(until, _)| *until <= now).map(|(_, call)| call)
    }

    /// How many calls occupy each destination.
    pub(super) fn in_use(&self, now: Timestamp) -> BTreeMap<DestinationId, u32> {
        let mut counts = self.counts.clone();
        for (_, destination) in self.past(now).filter_map(|call| self.calls.get(call)) {
            if let Some(count) = counts.get_mut(destination) {
                *count -= 1;
            }
        }
        counts.retain(|_, count| *count > 0);
        counts
    }

    /// A call that occupies a destination, as one line.
    pub(super) fn pack(until: Timestamp, destination: &DestinationId) -> String {
        format!("{}\t{destination}", until.as_millis())
    }

    /// Reads such a line.
    pub(super) fn unpack(line: &str) -> Result<(Timestamp, DestinationId), StoreError> {
        let (until, destination) = line.split_once('\t').ok_or_else(|| corrupt("a destination lacks its call"))?;
        let until = until.parse().map(Timestamp::from_millis).map_err(corrupt)?;
        Ok((until, DestinationId::parse(destination).map_err(corrupt)?))
    }
}
