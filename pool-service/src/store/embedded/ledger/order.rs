//! Numbers by the end of their exclusivity, and how many end in which second, so that counting those that end after a
//! moment does not go through all of them.

use super::NumberKey;
use crate::domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers in the order in which they are granted.
#[derive(Debug, Default)]
pub(super) struct Order {
    numbers: BTreeSet<(Timestamp, NumberKey)>,
    per_second: BTreeMap<u64, u64>,
}

impl Order {
    pub(super) fn insert(&mut self, at: (Timestamp, NumberKey)) {
        if self.numbers.insert(at) && at.0 != Timestamp::ZERO {
            *self.per_second.entry(second(at.0)).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, at: &(Timestamp, NumberKey)) {
        if !self.numbers.remove(at) || at.0 == Timestamp::ZERO {
            return;
        }
        if let Some(count) = self.per_second.get_mut(&second(at.0)) {
            *count -= 1;
            if *count == 0 {
                self.per_second.remove(&second(at.0));
            }
        }
    }

    /// The number whose exclusivity ended longest ago; one that was never leased first.
    pub(super) fn first(&self) -> Option<(Timestamp, NumberKey)> {
        self.numbers.first().copied()
    }

    /// The same among those that were ever leased.
    pub(super) fn first_leased(&self) -> Option<(Timestamp, NumberKey)> {
        self.numbers.range((Timestamp::from_millis(1), NumberKey::MIN)..).next().copied()
    }

    /// The latest end.
    pub(super) fn last_end(&self) -> Option<Timestamp> {
        self.numbers.last().map(|(end, _)| *end)
    }

    pub(super) fn len(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// How many end after a moment. Takes time in proportion to the seconds that follow it, not to the numbers.
    pub(super) fn count_after(&self, time: Timestamp) -> u64 {
        let later: u64 = self.per_second.range(second(time) + 1..).map(|(_, count)| count).sum();
        let from = (Timestamp::from_millis(time.as_millis() + 1), NumberKey::MIN);
        let to = (Timestamp::from_millis((second(time) + 1) * 1_000), NumberKey::MIN);
        later + self.numbers.range(from..to).count() as u64
    }
}

fn second(time: Timestamp) -> u64 {
    time.as_millis() / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::number::TrackingNumber;

    #[test]
    fn counting_agrees_with_looking_at_each() {
        let (mut order, mut ends) = (Order::default(), vec![]);
        for index in 0..500_u64 {
            let number = TrackingNumber::parse(&format!("0503111{index:04}")).expect("a number");
            let end = Timestamp::from_millis(if index % 5 == 0 { 0 } else { (index * 7_919) % 10_007 });
            order.insert((end, NumberKey::of(&number)));
            ends.push((end, NumberKey::of(&number)));
        }
        for at in ends.drain(..100) {
            order.remove(&at);
            order.remove(&at);
        }
        for time in (0..11_000).step_by(13).chain([999, 1_000, 1_001]) {
            let time = Timestamp::from_millis(time);
            assert_eq!(order.count_after(time), ends.iter().filter(|(end, _)| *end > time).count() as u64, "{time:?}");
        }
    }
}
