//! Who held a number, at any moment within the retention.

use crate::{
    promises,
    support::{millis, number, overflow, seconds, session},
    world::World,
};
use pool_service::domain::{policy::LeasePolicy, time::Span};

promises! {
    a_past_moment_names_the_lease_of_that_time
    a_number_that_was_never_leased_has_no_holders
    a_number_of_no_pool_is_unknown
    an_answer_names_the_latest_sixteen_newest_first
    what_is_older_than_the_retention_is_not_told
    a_session_that_was_granted_its_number_again_has_two_leases
    a_released_lease_stays_in_the_history
}

async fn a_past_moment_names_the_lease_of_that_time(world: &World) {
    world.add_numbers(1).await;
    let a_granted = world.now();
    world.lease("a").await;
    world.pass(seconds(300));
    let b_granted = world.now();
    world.lease("b").await;
    world.pass(seconds(300));
    world.lease("c").await;
    assert_eq!(world.holder(&number(0), a_granted - millis(1)).await, None);
    assert_eq!(world.holder(&number(0), a_granted).await, Some(session("a")));
    assert_eq!(world.holder(&number(0), b_granted - millis(1)).await, Some(session("a")));
    assert_eq!(world.holder(&number(0), b_granted).await, Some(session("b")));
    assert_eq!(world.holder(&number(0), world.now()).await, Some(session("c")));
    let all: Vec<_> = world.holders_now(&number(0)).await.leases.into_iter().map(|lease| lease.session).collect();
    assert_eq!(all, [session("c"), session("b"), session("a")]);
}

async fn a_number_that_was_never_leased_has_no_holders(world: &World) {
    world.add_numbers(1).await;
    let holders = world.holders_now(&number(0)).await;
    assert_eq!((holders.leases, holders.calls, holders.is_overflow), (vec![], vec![], false));
    assert_eq!((holders.number, holders.now), (number(0), world.now()));
}

async fn a_number_of_no_pool_is_unknown(world: &World) {
    world.add_numbers(1).await;
    assert_eq!(world.holders(&number(7), None).await, None);
    assert_eq!(world.holders(&overflow(), None).await, None);
}

async fn an_answer_names_the_latest_sixteen_newest_first(world: &World) {
    world.add_numbers(1).await;
    for index in 0..20 {
        world.lease(&format!("visitor-{index}")).await;
        world.pass(seconds(300));
    }
    let leases = world.holders_now(&number(0)).await.leases;
    let expected: Vec<_> = (4..20).rev().map(|index| session(&format!("visitor-{index}"))).collect();
    assert_eq!(leases.into_iter().map(|lease| lease.session).collect::<Vec<_>>(), expected);
}

async fn what_is_older_than_the_retention_is_not_told(world: &World) {
    world.add_numbers(1).await;
    let policy = LeasePolicy { retention: seconds(1_000), ..LeasePolicy::default() };
    world.set_up(None, policy).await;
    world.lease("a").await;
    world.pass(seconds(300));
    world.lease("b").await;
    world.pass(seconds(1_000));
    assert_eq!(world.holders_now(&number(0)).await.leases.len(), 2);
    world.pass(millis(1));
    assert_eq!(world.holders_now(&number(0)).await.leases.len(), 1);
    world.pass(seconds(300));
    assert_eq!(world.holders_now(&number(0)).await.leases, []);
}

async fn a_session_that_was_granted_its_number_again_has_two_leases(world: &World) {
    world.add_numbers(1).await;
    let first = world.lease("a").await;
    world.pass(Span::from_seconds(500));
    let second = world.lease("a").await;
    assert_eq!(world.holders_now(&number(0)).await.leases, [second, first]);
}

async fn a_released_lease_stays_in_the_history(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    let released = world.release("a").await.expect("a lease");
    assert_eq!(world.holders_now(&number(0)).await.leases, std::slice::from_ref(&released));
    world.pass(seconds(300));
    world.lease("b").await;
    assert_eq!(world.holders_now(&number(0)).await.leases[1], released);
}
