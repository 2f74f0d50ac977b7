//! Rule 5: a call pins its number.

use crate::{
    promises,
    support::{call, millis, number, seconds},
    world::World,
};
use pool_service::{
    domain::{call::CallSpan, policy::LeasePolicy},
    store::{Grant, How, StoreError},
};

promises! {
    a_number_is_not_granted_to_others_while_a_call_is_in_progress
    a_call_pins_its_number_at_most_for_the_longest_call
    a_number_stays_pinned_for_a_while_after_a_call_ended
    the_end_of_a_call_takes_back_no_promise
    the_end_of_one_call_leaves_the_pin_of_another
    the_pinned_number_stays_with_its_own_session
    a_release_leaves_the_pin
    a_call_told_twice_is_recorded_once
    an_ended_call_stays_as_it_is
    a_call_that_ends_late_pins_nothing_any_more
    a_call_on_a_number_of_no_pool_is_recorded
    a_number_that_is_added_while_a_call_is_on_it_is_pinned
    calls_of_one_pool_are_unknown_to_others
    the_calls_that_pinned_a_number_at_a_moment_are_told
}

async fn begin(world: &World, name: &str, index: usize) -> CallSpan {
    world.store.begin_call(&world.pool, &call(name), &number(index)).await.expect("recorded")
}

async fn end(world: &World, name: &str) -> Option<CallSpan> {
    world.store.end_call(&world.pool, &call(name)).await.expect("recorded")
}

async fn a_number_is_not_granted_to_others_while_a_call_is_in_progress(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    let record = begin(world, "call", 0).await;
    assert_eq!((record.began_at, record.ended_at), (world.now(), None));
    world.pass(seconds(3_600));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}

async fn a_call_pins_its_number_at_most_for_the_longest_call(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    world.pass(millis(7_199_999));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    world.lease("b").await;
}

async fn a_number_stays_pinned_for_a_while_after_a_call_ended(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    world.pass(seconds(60));
    assert_eq!(end(world, "call").await.expect("known").ended_at, Some(world.now()));
    world.pass(millis(299_999));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    world.lease("b").await;
}

async fn the_end_of_a_call_takes_back_no_promise(world: &World) {
    world.add_numbers(1).await;
    let policy = LeasePolicy { after_call: seconds(0), ..LeasePolicy::default() };
    world.set_up(None, policy).await;
    let promised = world.lease("a").await.held_until;
    begin(world, "call", 0).await;
    end(world, "call").await;
    world.pass(promised.since(world.now() + millis(1)));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    world.lease("b").await;
}

async fn the_end_of_one_call_leaves_the_pin_of_another(world: &World) {
    world.add_numbers(1).await;
    begin(world, "one", 0).await;
    begin(world, "two", 0).await;
    end(world, "one").await;
    world.pass(seconds(7_000));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}

async fn the_pinned_number_stays_with_its_own_session(world: &World) {
    world.add_numbers(2).await;
    let lease = world.lease("a").await;
    begin(world, "call", 0).await;
    world.pass(seconds(3_600));
    let renewed = world.lease("a").await;
    assert_eq!((renewed.number, renewed.generation), (lease.number, lease.generation));
    assert_eq!(world.how("a").await, How::Renewed);
}

async fn a_release_leaves_the_pin(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    begin(world, "call", 0).await;
    assert!(world.release("a").await.is_some());
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    end(world, "call").await;
    world.pass(seconds(300));
    world.lease("b").await;
}

async fn a_call_told_twice_is_recorded_once(world: &World) {
    world.add_numbers(2).await;
    let first = begin(world, "call", 0).await;
    world.pass(seconds(10));
    assert_eq!(begin(world, "call", 0).await, first);
    assert_eq!(begin(world, "call", 1).await, first, "whatever else is told the second time");
    assert_eq!(world.lease("a").await.number, number(1));
    world.pass(seconds(8_000));
    assert_eq!(begin(world, "call", 0).await, first, "also when it pins nothing any more");
}

async fn an_ended_call_stays_as_it_is(world: &World) {
    begin(world, "call", 0).await;
    world.pass(seconds(10));
    let ended = end(world, "call").await;
    world.pass(seconds(10));
    assert_eq!(end(world, "call").await, ended);
    assert_eq!(world.store.call(&world.pool, &call("call")).await, Ok(ended.clone()));
    assert_eq!(begin(world, "call", 0).await, ended.expect("known"));
    assert_eq!(end(world, "unknown").await, None);
    assert_eq!(world.store.call(&world.pool, &call("unknown")).await, Ok(None));
}

async fn a_call_that_ends_late_pins_nothing_any_more(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    world.pass(seconds(8_000));
    end(world, "call").await;
    world.lease("b").await;
}

async fn a_call_on_a_number_of_no_pool_is_recorded(world: &World) {
    world.add_numbers(1).await;
    let record = begin(world, "call", 77).await;
    assert_eq!(world.store.call(&world.pool, &call("call")).await, Ok(Some(record)));
    assert_eq!(world.holders(&number(77), None).await, None);
    world.lease("a").await;
}

async fn a_number_that_is_added_while_a_call_is_on_it_is_pinned(world: &World) {
    begin(world, "call", 0).await;
    world.add_numbers(1).await;
    assert_eq!(world.acquire("a").await, Grant::Exhausted);
    end(world, "call").await;
    world.pass(seconds(300));
    world.lease("a").await;
}

async fn calls_of_one_pool_are_unknown_to_others(world: &World) {
    begin(world, "call", 0).await;
    let other = crate::support::pool_id("other");
    let unknown = StoreError::UnknownPool(other.clone());
    assert_eq!(world.store.call(&other, &call("call")).await, Err(unknown.clone()));
    assert_eq!(world.store.end_call(&other, &call("call")).await, Err(unknown.clone()));
    assert_eq!(world.store.begin_call(&other, &call("call"), &number(0)).await, Err(unknown));
    world.store.put_pool(&crate::support::pool(&other, None, LeasePolicy::default())).await.expect("a pool");
    assert_eq!(world.store.call(&other, &call("call")).await, Ok(None));
}

async fn the_calls_that_pinned_a_number_at_a_moment_are_told(world: &World) {
    world.add_numbers(1).await;
    let (one_began, one) = (world.now(), begin(world, "one", 0).await);
    world.pass(seconds(10));
    begin(world, "two", 0).await;
    world.pass(seconds(10));
    end(world, "one").await;
    let ids = async |at| {
        let holders = world.holders(&number(0), Some(at)).await.expect("known");
        holders.calls.into_iter().map(|call| call.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(one_began).await, ["one"]);
    assert_eq!(ids(world.now()).await, ["one", "two"]);
    world.pass(seconds(300));
    assert_eq!(ids(world.now()).await, ["two"]);
    assert_eq!(world.holders(&number(0), Some(one_began)).await.expect("known").calls[0].began_at, one.began_at);
}
