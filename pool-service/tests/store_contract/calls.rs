//! Rule 5: a call pins its number.

use crate::{
    promises,
    support::{begin_call, call, call_row, end_call, keep_call, millis, number, seconds},
    world::World,
};
use pool_service::{
    domain::{call::CallSpan, lease::Standing, policy::LeasePolicy},
    store::{Grant, How, records::CallRow},
};

promises! {
    a_number_is_not_granted_to_others_while_a_call_is_in_progress
    a_call_pins_its_number_at_most_for_the_longest_call
    a_number_stays_pinned_for_a_while_after_a_call_ended
    the_end_of_a_call_takes_back_no_promise
    the_end_of_one_call_leaves_the_pin_of_another
    the_pinned_number_stays_with_its_own_session
    a_release_leaves_the_pin
    a_call_that_ends_late_pins_nothing_any_more
    a_call_that_is_told_late_pins_nothing
    a_call_of_the_future_pins_no_longer_than_one_of_now
    a_pin_that_is_over_stays_over
    what_is_told_later_changes_no_pin
    a_call_that_turns_out_to_be_on_another_number_pins_that_one
    a_call_that_is_forgotten_pins_nothing
    a_call_on_a_number_of_no_pool_pins_nothing
    a_number_that_is_added_while_a_call_is_on_it_is_pinned
    the_calls_that_pinned_a_number_at_a_moment_are_told
}

async fn begin(world: &World, name: &str, index: usize) -> CallSpan {
    begin_call(world.store.as_ref(), &world.pool, name, &number(index)).await
}

async fn end(world: &World, name: &str) -> CallSpan {
    end_call(world.store.as_ref(), &world.pool, name).await
}

async fn keep(world: &World, row: &CallRow) {
    keep_call(world.store.as_ref(), &world.pool, row).await;
}

async fn a_number_is_not_granted_to_others_while_a_call_is_in_progress(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    begin(world, "call", 0).await;
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
    end(world, "call").await;
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

async fn a_call_that_ends_late_pins_nothing_any_more(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    world.pass(seconds(8_000));
    end(world, "call").await;
    world.lease("b").await;
}

async fn a_call_that_is_told_late_pins_nothing(world: &World) {
    world.add_numbers(2).await;
    let mut ended = call_row("ended", number(0), world.now() - seconds(1_000));
    ended.span.ended_at = Some(world.now() - seconds(301));
    keep(world, &ended).await;
    keep(world, &call_row("long-ago", number(1), world.now() - seconds(7_200))).await;
    world.lease("a").await;
    world.lease("b").await;
}

async fn a_call_of_the_future_pins_no_longer_than_one_of_now(world: &World) {
    world.add_numbers(1).await;
    keep(world, &call_row("early", number(0), world.now() + seconds(86_400))).await;
    world.pass(millis(7_199_999));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    world.lease("b").await;
}

async fn a_pin_that_is_over_stays_over(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    world.pass(seconds(8_000));
    let policy = LeasePolicy { max_call: seconds(86_400), ..LeasePolicy::default() };
    world.set_up(None, policy).await;
    keep(world, &call_row("call", number(0), world.now())).await;
    world.lease("a").await;
}

async fn what_is_told_later_changes_no_pin(world: &World) {
    world.add_numbers(1).await;
    let span = begin(world, "call", 0).await;
    world.pass(seconds(3_600));
    let row = CallRow { record: "{\"summary\":\"later\"}".into(), ..call_row("call", number(0), span.began_at) };
    keep(world, &row).await;
    world.pass(millis(3_599_999));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(millis(1));
    world.lease("b").await;
}

async fn a_call_that_turns_out_to_be_on_another_number_pins_that_one(world: &World) {
    world.add_numbers(2).await;
    begin(world, "call", 0).await;
    begin(world, "call", 1).await;
    assert_eq!(world.lease("a").await.number, number(0));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}

async fn a_call_that_is_forgotten_pins_nothing(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 0).await;
    assert_eq!(world.store.remove_call(&world.pool, &call("call"), 1).await, Ok(true));
    assert_eq!(world.holders_now(&number(0)).await.calls, []);
    world.lease("a").await;
    begin(world, "again", 0).await;
    assert_eq!(world.store.remove_call(&world.pool, &call("again"), 1).await, Ok(true));
    assert_eq!(world.acquire("b").await, Grant::Exhausted, "the page was promised more");
}

async fn a_call_on_a_number_of_no_pool_pins_nothing(world: &World) {
    world.add_numbers(1).await;
    begin(world, "call", 77).await;
    assert_eq!(world.holders(&number(77), None).await, None);
    world.lease("a").await;
}

async fn a_number_that_is_added_while_a_call_is_on_it_is_pinned(world: &World) {
    begin(world, "call", 0).await;
    world.put(&[number(0)], Standing::Active).await;
    assert_eq!(world.acquire("a").await, Grant::Exhausted);
    end(world, "call").await;
    world.pass(seconds(300));
    world.lease("a").await;
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
        holders.calls.into_iter().map(|call| call.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(one_began).await, ["pbx/one"]);
    assert_eq!(ids(world.now()).await, ["pbx/one", "pbx/two"]);
    world.pass(seconds(300));
    assert_eq!(ids(world.now()).await, ["pbx/two"]);
    assert_eq!(world.holders(&number(0), Some(one_began)).await.expect("known").calls[0].began_at, one.began_at);
}
