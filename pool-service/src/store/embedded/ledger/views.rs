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

    /// Counts numbers by what they are doing. Takes time in proportion to the numbers in use, not to the pool.
    pub(in super::super) fn occupancy(&self, now: Timestamp) -> Occupancy {
        let mut occupancy = Occupancy { withdrawn: self.withdrawn.len() as u64, ..Occupancy::default() };
        for (exclusive_until, _) in self.order.iter().rev() {
            if *exclusive_until > now {
                occupancy.exclusive += 1;
            } else if *exclusive_until != Timestamp::ZERO && now.since(*exclusive_until) < self.policy.cooldown {
                occupancy.cooling += 1;
            } else {
                break;
            }
        }
        occupancy.rested = self.order.len() as u64 - occupancy.exclusive - occupancy.cooling;
        occupancy
    }
}
