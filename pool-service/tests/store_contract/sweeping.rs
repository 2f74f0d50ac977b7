//! Rule 2: the sweeper announces and forgets; nothing needs it to end.

use crate::{
    promises,
    support::{begin_call, end_call, millis, number, overflow, seconds, session},
    world::World,
};
use pool_service::{
    domain::{lease::Lease, policy::LeasePolicy},
    store::{Grant, How},
};

promises! {
    an_ended_lease_is_announced_once
    a_running_or_pinned_lease_is_not_announced
    a_released_lease_is_not_announced_again
    a_lease_that_was_followed_before_a_sweep_is_announced
    at_most_the_limit_is_announced_and_the_oldest_end_first
    a_number_at_rest_for_longer_than_the_retention_counts_as_never_leased
    what_was_not_announced_is_not_forgotten
    candidates_of_the_overflow_number_are_forgotten
}

fn names(leases: &[Lease]) -> Vec<String> {
    leases.iter().map(|lease| lease.session.as_str().trim_start_matches('-').to_owned()).collect()
}

async fn an_ended_lease_is_announced_once(world: &World) {
    world.add_numbers(2).await;
    let lease = world.lease("a").await;
    world.pass(seconds(300));
    world.lease("b").await;
    assert_eq!(world.sweep().await, [lease]);
    assert_eq!(world.sweep().await, []);
    world.pass(seconds(300));
    assert_eq!(names(&world.sweep().await), ["b"]);
    assert_eq!(world.how("a").await, How::Regranted);
    world.pass(seconds(300));
    assert_eq!(names(&world.sweep().await), ["a"], "a new lease ends anew");
}

async fn a_running_or_pinned_lease_is_not_announced(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.pass(millis(299_999));
    assert_eq!(world.sweep().await, []);
    begin_call(world.store.as_ref(), &world.pool, "call", &number(0)).await;
    world.pass(seconds(1_000));
    assert_eq!(world.sweep().await, [], "its session may still extend it");
    end_call(world.store.as_ref(), &world.pool, "call").await;
    world.pass(seconds(300));
    assert_eq!(names(&world.sweep().await), ["a"]);
}

async fn a_released_lease_is_not_announced_again(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    assert!(world.release("a").await.is_some());
    assert_eq!(world.sweep().await, []);
    world.pass(seconds(1_000));
    world.lease("b").await;
    assert_eq!(world.sweep().await, []);
}

async fn a_lease_that_was_followed_before_a_sweep_is_announced(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.pass(seconds(300));
    world.lease("b").await;
    world.pass(seconds(300));
    world.lease("b").await;
    assert_eq!(names(&world.sweep().await), ["a", "b"]);
    assert_eq!(world.sweep().await, []);
}

async fn at_most_the_limit_is_announced_and_the_oldest_end_first(world: &World) {
    world.add_numbers(5).await;
    for name in ["a", "b", "c", "d", "e"] {
        world.lease(name).await;
        world.pass(seconds(1));
    }
    world.pass(seconds(290));
    world.lease("b").await;
    world.pass(seconds(10));
    // "a" ended and was followed, "b" beat on.
    world.lease("f").await;
    world.pass(seconds(1_000));
    let some = world.store.sweep(&world.pool, 3).await.expect("an answer");
    assert_eq!(names(&some), ["a", "c", "d"]);
    assert_eq!(names(&world.sweep().await), ["e", "b", "f"]);
    assert_eq!(world.store.sweep(&world.pool, 0).await, Ok(vec![]));
}

async fn a_number_at_rest_for_longer_than_the_retention_counts_as_never_leased(world: &World) {
    let policy = LeasePolicy { retention: seconds(1_000), ..LeasePolicy::default() };
    world.set_up(None, policy).await;
    world.add_numbers(3).await;
    assert_eq!(world.lease("a").await.number, number(0));
    world.pass(seconds(1_000));
    assert_eq!(world.lease("b").await.number, number(1));
    world.pass(millis(300_001));
    assert_eq!(names(&world.sweep().await), ["a", "b"]);
    // Without the sweep the third number, which was never leased, would come first.
    assert_eq!(world.lease("c").await.number, number(0));
    assert_eq!(world.holders_now(&number(0)).await.leases.len(), 1);
    assert_eq!(world.holders_now(&number(1)).await.leases.len(), 1);
    assert_eq!(world.how("a").await, How::Granted, "and its session is a stranger");
}

async fn what_was_not_announced_is_not_forgotten(world: &World) {
    let policy = LeasePolicy { retention: seconds(1_000), ..LeasePolicy::default() };
    world.set_up(None, policy).await;
    world.add_numbers(2).await;
    world.lease("a").await;
    world.lease("b").await;
    world.pass(seconds(5_000));
    assert_eq!(names(&world.store.sweep(&world.pool, 1).await.expect("an answer")), ["a"]);
    assert_eq!(names(&world.store.sweep(&world.pool, 1).await.expect("an answer")), ["b"]);
}

async fn candidates_of_the_overflow_number_are_forgotten(world: &World) {
    let policy = LeasePolicy { retention: seconds(1_000), ..LeasePolicy::default() };
    world.set_up(Some(overflow()), policy).await;
    assert!(matches!(world.acquire("a").await, Grant::Overflow { .. }));
    world.pass(seconds(1_150));
    assert_eq!(world.holders_now(&overflow()).await.leases[0].session, session("a"));
    world.pass(millis(1));
    assert_eq!(world.holders_now(&overflow()).await.leases, []);
    assert_eq!(world.sweep().await, []);
    assert_eq!(world.holders_now(&overflow()).await.leases, []);
}
