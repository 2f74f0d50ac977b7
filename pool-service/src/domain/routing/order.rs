//! Which destination is called first: by priority, and among equals by the pool's strategy. The same call always gets the
//! same order.

use super::plan::{Destination, Strategy};
use crate::domain::call::CallKey;
use sha2::{Digest, Sha256};

/// All destinations in the order in which they are called. `turn`: counted up by each call of the pool.
pub fn ordered<'a>(
    destinations: &'a [Destination],
    strategy: Strategy,
    call: &CallKey,
    turn: u64,
) -> Vec<&'a Destination> {
    let mut ordered: Vec<&Destination> = destinations.iter().collect();
    // Stable: as written, among equals.
    ordered.sort_by_key(|destination| destination.priority);
    for equals in ordered.chunk_by_mut(|a, b| a.priority == b.priority) {
        match strategy {
            Strategy::Priority => {}
            Strategy::RoundRobin => {
                let length = equals.len() as u64;
                equals.rotate_left(usize::try_from(turn % length).unwrap_or(0));
            }
            Strategy::Weighted => equals.sort_by(|a, b| delay(a, call).total_cmp(&delay(b, call))),
        }
    }
    ordered
}

/// How late a destination comes, by chance: whoever has twice the weight is the first of all twice as often.
/// (Exponential variables whose rates are the weights.)
fn delay(destination: &Destination, call: &CallKey) -> f64 {
    if destination.weight == 0 {
        return f64::INFINITY;
    }
    let digest = Sha256::digest(format!("{call}\n{}", destination.id).as_bytes());
    let drawn = digest.iter().take(6).fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
    // Between 0 and 1, and neither.
    let chance = (drawn as f64 + 0.5) / (1_u64 << 48) as f64;
    -libm::log(chance) / f64::from(destination.weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ids::DestinationId,
        routing::{address::SendTo, plan::RINGS_SECONDS},
    };
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeMap;

    fn destination(id: usize, priority: u32, weight: u32) -> Destination {
        Destination {
            id: DestinationId::parse(&format!("d{id}")).expect("an id"),
            to: SendTo::parse("03-5550-0100").expect("a number"),
            priority,
            weight,
            capacity: None,
            timeout_seconds: RINGS_SECONDS,
            schedule: None,
        }
    }

    fn call(n: u64) -> CallKey {
        CallKey::parse(&format!("test/call-{n}")).expect("a key")
    }

    fn firsts(destinations: &[Destination], strategy: Strategy, calls: u64) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for n in 0..calls {
            let first = ordered(destinations, strategy, &call(n), n)[0];
            *counts.entry(first.id.to_string()).or_default() += 1;
        }
        counts
    }

    #[test]
    fn weights_are_shares_of_calls() {
        let destinations = [destination(0, 1, 3), destination(1, 1, 1), destination(2, 1, 0)];
        let counts = firsts(&destinations, Strategy::Weighted, 4_000);
        assert_eq!(counts.get("d2"), None, "{counts:?}");
        // Drawn by the calls' names, so the same every time; 3,000 and 1,000 are expected.
        assert!(counts["d0"].abs_diff(3_000) < 100, "{counts:?}");
    }

    #[test]
    fn the_strategy_changes_nothing_between_priorities() {
        let destinations = [destination(0, 2, 100), destination(1, 1, 1), destination(2, 3, 100)];
        for strategy in [Strategy::Priority, Strategy::Weighted, Strategy::RoundRobin] {
            for n in 0..20 {
                let ids: Vec<&str> =
                    ordered(&destinations, strategy, &call(n), n).iter().map(|d| d.id.as_str()).collect();
                assert_eq!(ids, ["d1", "d0", "d2"], "{strategy:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn round_robin_gives_everybody_the_same_number_of_calls(count in 1_usize..7, rounds in 1_u64..5, from in 0_u64..1_000) {
            let destinations: Vec<Destination> = (0..count).map(|id| destination(id, 0, 1)).collect();
            let mut counts = BTreeMap::<String, u64>::new();
            for turn in from..from + rounds * count as u64 {
                let ordered = ordered(&destinations, Strategy::RoundRobin, &call(turn), turn);
                *counts.entry(ordered[0].id.to_string()).or_default() += 1;
            }
            prop_assert!(counts.len() == count && counts.values().all(|calls| *calls == rounds), "{:?}", counts);
        }

        #[test]
        fn every_destination_is_called_once(priorities in prop::collection::vec((0_u32..3, 0_u32..3), 1..7), n in 0_u64..50) {
            let destinations: Vec<Destination> =
                priorities.iter().enumerate().map(|(id, (priority, weight))| destination(id, *priority, *weight)).collect();
            for strategy in [Strategy::Priority, Strategy::Weighted, Strategy::RoundRobin] {
                let ordered = ordered(&destinations, strategy, &call(n), n);
                let mut ids: Vec<&str> = ordered.iter().map(|destination| destination.id.as_str()).collect();
                prop_assert!(ordered.is_sorted_by_key(|destination| destination.priority));
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), destinations.len());
            }
        }
    }
}
