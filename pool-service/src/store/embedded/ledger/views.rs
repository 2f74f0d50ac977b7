//! What can be seen of a pool without changing it.

use super::{Ledger, NumberKey};
use crate::{
    domain::{
        lease::{Lease, Standing},
        time::Timestamp,
    },
    store::Occupancy,
};

impl Ledger {
    /// The sessions that were shown the overflow number.
    pub(in super::super) fn candidates(&self) -> impl Iterator<Item = &Lease> {
        self.candidates.values()
    }

    /// All numbers and how they stand, in no order.
    pub(in super::super) fn numbers(&self) -> impl Iterator<Item = (NumberKey, Standing)> {
        self.slots.iter().map(|(number, slot)| (*number, slot.standing))
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
