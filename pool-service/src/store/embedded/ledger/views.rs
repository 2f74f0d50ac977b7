//! What can be seen of a pool without changing it.

use super::Ledger;
use crate::{
    domain::{
        lease::{Lease, Standing},
        number::TrackingNumber,
        time::Timestamp,
    },
    store::Occupancy,
};

impl Ledger {
    /// The sessions that were shown the overflow number.
    pub(in super::super) fn candidates(&self) -> impl Iterator<Item = &Lease> {
        self.candidates.values()
    }

    /// All numbers and how they stand, in ascending order.
    pub(in super::super) fn numbers(&self) -> Vec<(TrackingNumber, Standing)> {
        let mut numbers: Vec<_> = self.slots.iter().map(|(number, slot)| (*number, slot.standing)).collect();
        numbers.sort_unstable_by_key(|(number, _)| *number);
        numbers.into_iter().map(|(number, standing)| (number.number(), standing)).collect()
    }

    /// Counts numbers by what they are doing.
    pub(in super::super) fn occupancy(&self, now: Timestamp) -> Occupancy {
        let exclusive = self.order.count_after(now);
        // A number that was never leased does not cool, however long the cooldown.
        let cooling_after = now - self.policy.cooldown;
        let cooling = self.order.count_after(cooling_after) - exclusive;
        let active = self.suffixes.as_ref().map(|range| range.size().saturating_sub(self.withdrawn.len()));
        let rested = active.unwrap_or_else(|| self.order.len()).saturating_sub(exclusive + cooling);
        Occupancy { exclusive, cooling, rested, withdrawn: self.withdrawn.len() }
    }
}
