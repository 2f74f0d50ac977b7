//! Suffix pools: random operations give the same on both stores. They have no model of their own: the rules that other pools
//! follow are theirs too, and which number is next both stores must find in the same way.

use crate::support::{call, call_row, keep_call, pool, seconds, session};
use pool_service::{
    domain::{
        ids::PoolId, lease::Standing, number::TrackingNumber, policy::LeasePolicy, site::Pool, suffix::SuffixRange,
        time::Timestamp, visitor::Visitor,
    },
    store::{Acquire, Store, clock::ManualClock},
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Few digits, so that ranges run dry and are gone through again.
const DIGITS: [u8; 3] = [1, 2, 3];

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Pass(u64),
    Acquire(u16, u8),
    Release(u16),
    BeginCall(u8, u64),
    EndCall(u8),
    Put(Vec<u64>, Standing),
    Sweep(usize),
    Holders(u64),
    Occupancy,
    Numbers,
}

/// Digits of a range and what happens to it.
pub(crate) fn histories(max: usize) -> impl Strategy<Value = (u8, Vec<Operation>)> {
    use Operation::*;
    let standing = select(vec![Standing::Active, Standing::Disabled, Standing::Draining]);
    let operation = prop_oneof![
        3 => select(vec![1_u64, 50, 99, 151, 400, 700]).prop_map(Pass),
        8 => (0..60_u16, 1..40_u8).prop_map(|(first, count)| Acquire(first, count)),
        1 => (0..60_u16).prop_map(Release),
        1 => (0..4_u8, 0..1_000_u64).prop_map(|(call, suffix)| BeginCall(call, suffix)),
        1 => (0..4_u8).prop_map(EndCall),
        1 => (vec(0..1_000_u64, 1..80), standing).prop_map(|(suffixes, standing)| Put(suffixes, standing)),
        3 => (0..40_usize).prop_map(Sweep),
        2 => (0..1_000_u64).prop_map(Holders),
        1 => Just(Occupancy),
        1 => Just(Numbers),
    ];
    (select(DIGITS.to_vec()), vec(operation, 1..max))
}

fn policy() -> LeasePolicy {
    LeasePolicy {
        heartbeat: seconds(40),
        lease_life: seconds(100),
        min_hold: seconds(150),
        cooldown: seconds(200),
        affinity: seconds(400),
        retention: seconds(500),
        after_call: seconds(50),
        max_call: seconds(300),
        hidden_hold: seconds(100),
    }
}

pub(crate) fn range(digits: u8) -> SuffixRange {
    SuffixRange::new("0078-6011", digits).expect("a range")
}

/// Makes the pool.
pub(crate) async fn begin(store: &dyn Store, id: &PoolId, digits: u8) {
    let pool = Pool { suffixes: Some(range(digits)), ..pool(id, None, policy()) };
    store.put_pool(&pool).await.expect("a pool");
}

impl Operation {
    pub(crate) fn move_clock(&self, clock: &ManualClock) {
        if let Self::Pass(by) = self {
            clock.set(Timestamp::from_millis(clock.now().as_millis() + by * 1_000));
        }
    }

    pub(crate) async fn on_store(&self, store: &dyn Store, id: &PoolId, digits: u8) -> String {
        let number = |suffix: u64| -> TrackingNumber {
            range(digits).number(suffix % range(digits).size()).expect("a number of the range")
        };
        let visitor = |name: u16| session(&format!("visitor-{name}"));
        match self {
            Self::Pass(_) => String::new(),
            Self::Acquire(first, count) => {
                let row = |name| Acquire { session: visitor(name), visitor: Visitor::default(), claim: None };
                let rows: Vec<Acquire> = (0..u16::from(*count)).map(|more| row((first + more) % 60)).collect();
                format!("{:?}", store.acquire(id, &rows).await.expect("grants"))
            }
            Self::Release(name) => format!("{:?}", store.release(id, &visitor(*name)).await.expect("an answer")),
            Self::BeginCall(name, suffix) => {
                let now = store.now().await.expect("the time");
                keep_call(store, id, &call_row(&format!("call-{name}"), number(*suffix), now)).await;
                String::new()
            }
            Self::EndCall(name) => {
                let known = store.call(id, &call(&format!("call-{name}"))).await.expect("an answer");
                if let Some(mut row) = known.clone().map(|known| known.row) {
                    row.span.ended_at = Some(store.now().await.expect("the time"));
                    keep_call(store, id, &row).await;
                }
                format!("{known:?}")
            }
            Self::Put(suffixes, standing) => {
                let numbers: Vec<TrackingNumber> = suffixes.iter().map(|suffix| number(*suffix)).collect();
                format!("{:?}", store.put_numbers(id, &numbers, *standing).await)
            }
            Self::Sweep(limit) => format!("{:?}", store.sweep(id, *limit).await.expect("an answer")),
            Self::Holders(suffix) => {
                format!("{:?}", store.holders(id, &number(*suffix), None).await.expect("an answer"))
            }
            Self::Occupancy => format!("{:?}", store.occupancy(id).await.expect("counts")),
            Self::Numbers => format!("{:?}", store.numbers(id).await.expect("numbers")),
        }
    }
}
