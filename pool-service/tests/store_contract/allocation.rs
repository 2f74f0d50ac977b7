//! Rules 1 to 3: until when a number is exclusive, and which is granted next.

use crate::{
    promises,
    support::{millis, number, pool_id, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::{policy::LeasePolicy, visitor::Visitor},
    store::{Acquire, Grant, How, StoreError},
};

promises! {
    no_two_sessions_hold_one_number
    a_lease_lasts_for_the_minimum_hold_and_then_for_a_lease_life_after_the_last_heartbeat
    a_lease_ends_by_itself_without_traffic_or_sweep
    the_number_whose_exclusivity_ended_longest_ago_is_granted_next
    numbers_that_were_never_leased_come_first_and_in_ascending_order
    a_number_within_its_cooldown_is_granted_when_nothing_older_waits_and_flagged
    every_grant_takes_the_next_generation
    an_empty_pool_without_overflow_number_is_an_outcome_and_recovers_by_itself
    an_unknown_pool_is_an_error
    a_changed_policy_takes_back_no_promise
}

async fn no_two_sessions_hold_one_number(world: &World) {
    world.add_numbers(2).await;
    let (a, b) = (world.lease("a").await, world.lease("b").await);
    assert_ne!(a.number, b.number);
    assert_eq!(
        (a.session, a.granted_at, a.last_heartbeat_at, a.left_at),
        (session("a"), world.now(), world.now(), None)
    );
    assert_eq!(world.acquire("c").await, Grant::Exhausted);
}

async fn a_lease_lasts_for_the_minimum_hold_and_then_for_a_lease_life_after_the_last_heartbeat(world: &World) {
    world.add_numbers(1).await;
    let granted_at = world.now();
    assert_eq!(world.lease("a").await.held_until, granted_at + seconds(300));
    world.pass(seconds(120));
    assert_eq!(world.lease("a").await.held_until, granted_at + seconds(300));
    world.pass(seconds(120));
    let lease = world.lease("a").await;
    assert_eq!((lease.held_until, lease.granted_at), (world.now() + seconds(150), granted_at));
    world.pass(millis(149_999));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    assert_eq!(world.lease("b").await.number, number(0));
}

async fn a_lease_ends_by_itself_without_traffic_or_sweep(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.pass(seconds(86_400));
    assert_eq!(leased(world.acquire("b").await).1, How::Granted);
    assert_eq!(world.acquire("a").await, Grant::Exhausted);
}

async fn the_number_whose_exclusivity_ended_longest_ago_is_granted_next(world: &World) {
    world.add_numbers(3).await;
    for name in ["a", "b", "c"] {
        world.lease(name).await;
        world.pass(seconds(1));
    }
    // The first one beats on, so that it is now the youngest.
    world.pass(seconds(290));
    assert_eq!(world.lease("a").await.number, number(0));
    world.pass(seconds(3_600));
    for (name, index) in [("d", 1), ("e", 2), ("f", 0)] {
        assert_eq!(world.lease(name).await.number, number(index));
    }
}

async fn numbers_that_were_never_leased_come_first_and_in_ascending_order(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.pass(seconds(86_400));
    world.add_numbers(3).await;
    assert_eq!(world.lease("b").await.number, number(1));
    assert_eq!(world.lease("c").await.number, number(2));
    assert_eq!(world.lease("d").await.number, number(0));
}

async fn a_number_within_its_cooldown_is_granted_when_nothing_older_waits_and_flagged(world: &World) {
    world.add_numbers(1).await;
    assert!(!leased(world.acquire("a").await).2, "never leased");
    world.pass(seconds(300));
    assert!(leased(world.acquire("b").await).2, "free for a moment");
    world.pass(seconds(300 + 1_800));
    assert!(!leased(world.acquire("c").await).2, "free for the cooldown");
}

async fn every_grant_takes_the_next_generation(world: &World) {
    world.add_numbers(2).await;
    assert_eq!(world.lease("a").await.generation, 1);
    assert_eq!(world.lease("b").await.generation, 2);
    assert_eq!(world.lease("a").await.generation, 1, "a heartbeat is no grant");
    world.pass(seconds(400));
    assert_eq!(world.lease("a").await.generation, 3);
    assert_eq!(world.lease("c").await.generation, 4);
}

async fn an_empty_pool_without_overflow_number_is_an_outcome_and_recovers_by_itself(world: &World) {
    assert_eq!(world.acquire("a").await, Grant::Exhausted);
    world.add_numbers(1).await;
    world.lease("a").await;
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(seconds(300));
    world.lease("b").await;
}

async fn an_unknown_pool_is_an_error(world: &World) {
    let (nowhere, number) = (pool_id("nowhere"), number(0));
    let unknown = StoreError::UnknownPool(nowhere.clone());
    let row = Acquire { session: session("a"), visitor: Visitor::default(), claim: None };
    let store = &world.store;
    assert_eq!(store.acquire(&nowhere, &[row]).await, Err(unknown.clone()));
    assert_eq!(store.leave(&nowhere, &session("a")).await, Err(unknown.clone()));
    assert_eq!(store.release(&nowhere, &session("a")).await, Err(unknown.clone()));
    assert_eq!(store.holders(&nowhere, &number, None).await, Err(unknown.clone()));
    assert_eq!(store.sweep(&nowhere, 10).await, Err(unknown.clone()));
    assert_eq!(store.occupancy(&nowhere).await, Err(unknown.clone()));
    assert_eq!(store.numbers(&nowhere).await, Err(unknown.clone()));
    assert_eq!(store.put_numbers(&nowhere, &[number], Default::default()).await, Err(unknown));
}

async fn a_changed_policy_takes_back_no_promise(world: &World) {
    world.add_numbers(1).await;
    let promised = world.lease("a").await.held_until;
    let stricter = LeasePolicy { lease_life: seconds(70), min_hold: seconds(0), ..LeasePolicy::default() };
    world.set_up(None, stricter).await;
    assert_eq!(world.lease("a").await.held_until, promised);
    world.pass(seconds(299));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}
