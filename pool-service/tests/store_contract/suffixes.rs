//! Suffix numbers: a pool of 10^k numbers of which only those that somebody had are kept.

use crate::{
    promises,
    support::{begin_call, pool, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::{
        lease::Standing, number::TrackingNumber, policy::LeasePolicy, suffix::SuffixRange, time::Timestamp,
        visitor::Visitor,
    },
    store::{Acquire, Grant, Occupancy},
};
use std::collections::HashSet;

const BASE: &str = "0078-6011";

async fn lease_range(world: &World, digits: u8, policy: LeasePolicy) -> SuffixRange {
    let range = SuffixRange::new(BASE, digits).expect("a range");
    let pool = pool_service::domain::site::Pool { suffixes: Some(range.clone()), ..pool(&world.pool, None, policy) };
    world.store.put_pool(&pool).await.expect("a pool");
    range
}

/// Forgets early, so that a range can be gone through more than once.
fn forgetful() -> LeasePolicy {
    LeasePolicy { cooldown: seconds(300), affinity: seconds(400), retention: seconds(600), ..LeasePolicy::default() }
}

fn suffix(range: &SuffixRange, suffix: u64) -> TrackingNumber {
    range.number(suffix).expect("a number of the range")
}

async fn numbers_come_in_the_order_of_the_range(world: &World) {
    let range = lease_range(world, 6, LeasePolicy::default()).await;
    let mut expected = 0;
    for visitor in 0..150 {
        assert_eq!(world.lease(&format!("v{visitor}")).await.number, suffix(&range, expected));
        expected = range.after(expected);
    }
}

async fn one_batch_gets_as_many_numbers_as_single_visitors_would(world: &World) {
    let range = lease_range(world, 6, LeasePolicy::default()).await;
    let row =
        |visitor: usize| Acquire { session: session(&format!("v{visitor}")), visitor: Visitor::default(), claim: None };
    let rows: Vec<Acquire> = (0..64).map(row).collect();
    let mut seen = HashSet::new();
    for acquired in world.store.acquire(&world.pool, &rows).await.expect("an answer") {
        let number = leased(acquired.grant).0.number;
        assert!(range.contains(&number) && seen.insert(number));
    }
    let next = world.lease("next").await.number;
    assert_eq!(range.suffix_of(&next), Some(format!("{:06}", 64 * range.stride()).as_str()));
}

async fn a_whole_range_is_leased_to_different_visitors_and_then_exhausted(world: &World) {
    let range = lease_range(world, 2, LeasePolicy::default()).await;
    let mut seen = HashSet::new();
    for visitor in 0..range.size() {
        assert!(seen.insert(world.lease(&format!("v{visitor}")).await.number));
    }
    assert_eq!(world.acquire("late").await, Grant::Exhausted);
    let counted = world.store.occupancy(&world.pool).await.expect("counts");
    assert_eq!(counted, Occupancy { exclusive: 100, ..Occupancy::default() });
}

async fn what_rests_is_leased_again_when_no_unknown_number_is_left(world: &World) {
    let range = lease_range(world, 1, LeasePolicy::default()).await;
    for visitor in 0..range.size() {
        world.lease(&format!("v{visitor}")).await;
        world.pass(seconds(10));
    }
    world.pass(LeasePolicy::default().min_hold);
    let (lease, _, short_cooldown) = leased(world.acquire("late").await);
    assert_eq!((lease.number, short_cooldown), (suffix(&range, 0), true));
}

async fn forgotten_numbers_are_unknown_again(world: &World) {
    let range = lease_range(world, 1, forgetful()).await;
    let first = world.lease("first").await.number;
    world.pass(seconds(2_000));
    world.sweep().await;
    world.sweep().await;
    assert!(world.store.numbers(&world.pool).await.expect("numbers").is_empty());
    let holders = world.holders(&first, None).await.expect("still a number of the pool");
    assert!(holders.leases.is_empty());
    let counted = world.store.occupancy(&world.pool).await.expect("counts");
    assert_eq!(counted, Occupancy { rested: range.size(), ..Occupancy::default() });
}

async fn a_visitor_comes_back_to_the_same_number(world: &World) {
    lease_range(world, 6, LeasePolicy::default()).await;
    let lease = world.lease("taro").await;
    world.lease("hanako").await;
    world.pass(seconds(3_600));
    assert_eq!(world.lease("taro").await.number, lease.number);
}

async fn chosen_numbers_are_passed_over_however_many_lie_side_by_side(world: &World) {
    let range = lease_range(world, 4, LeasePolicy::default()).await;
    let chosen: Vec<TrackingNumber> =
        std::iter::successors(Some(0), |at| Some(range.after(*at))).take(3_000).map(|at| suffix(&range, at)).collect();
    world.put(&chosen, Standing::Disabled).await;
    let number = world.lease("taro").await.number;
    assert!(range.contains(&number) && !chosen.contains(&number));
    let counted = world.store.occupancy(&world.pool).await.expect("counts");
    assert_eq!(counted, Occupancy { exclusive: 1, cooling: 0, rested: 6_999, withdrawn: 3_000 });
}

async fn a_number_that_nobody_had_is_known_by_its_base_alone(world: &World) {
    let range = lease_range(world, 8, LeasePolicy::default()).await;
    let number = suffix(&range, 12_345_678);
    assert_eq!(world.store.pool_of(&number).await, Ok(Some(world.pool.clone())));
    let holders = world.holders_now(&number).await;
    assert_eq!((holders.standing, holders.leases.len(), holders.is_overflow), (Standing::Active, 0, false));
    let stranger = TrackingNumber::parse("0078-6012-00000001").expect("a number");
    assert_eq!(world.store.pool_of(&stranger).await, Ok(None));
    assert_eq!(world.holders(&stranger, None).await, None);
}

async fn a_call_pins_a_number_that_nobody_had(world: &World) {
    let range = lease_range(world, 2, LeasePolicy::default()).await;
    let number = suffix(&range, 0);
    begin_call(world.store.as_ref(), &world.pool, "c", &number).await;
    assert_ne!(world.lease("taro").await.number, number);
    assert_eq!(world.holders_now(&number).await.calls.len(), 1);
}

async fn history_of_a_number_is_told_as_of_any_other(world: &World) {
    let range = lease_range(world, 1, forgetful()).await;
    let first = world.lease("first").await;
    let at: Timestamp = world.now();
    world.pass(seconds(301));
    for visitor in 1..range.size() {
        world.lease(&format!("v{visitor}")).await;
    }
    let second = world.lease("second").await;
    assert_eq!(second.number, first.number);
    assert_eq!(world.holder(&first.number, at).await, Some(first.session));
    assert_eq!(world.holder(&first.number, world.now()).await, Some(second.session));
}

promises! {
    numbers_come_in_the_order_of_the_range
    one_batch_gets_as_many_numbers_as_single_visitors_would
    a_whole_range_is_leased_to_different_visitors_and_then_exhausted
    what_rests_is_leased_again_when_no_unknown_number_is_left
    forgotten_numbers_are_unknown_again
    a_visitor_comes_back_to_the_same_number
    chosen_numbers_are_passed_over_however_many_lie_side_by_side
    a_number_that_nobody_had_is_known_by_its_base_alone
    a_call_pins_a_number_that_nobody_had
    history_of_a_number_is_told_as_of_any_other
}
