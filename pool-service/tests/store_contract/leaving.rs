//! Rule 4: leaving a page shortens nothing; a release ends the lease, and takes back from no page what it was promised.

use crate::{
    promises,
    support::{number, seconds, session},
    world::{World, leased},
};
use pool_service::store::{Grant, How};

promises! {
    leaving_is_noted_and_shortens_nothing
    the_next_heartbeat_forgets_that_the_page_was_left
    leaving_without_a_running_lease_is_no_error
    a_released_number_goes_to_nobody_while_a_page_may_show_it
    after_a_release_the_session_is_a_stranger
    a_release_without_a_running_lease_gives_nothing
}

async fn leaving_is_noted_and_shortens_nothing(world: &World) {
    world.add_numbers(1).await;
    let before = world.lease("a").await;
    world.pass(seconds(10));
    world.leave("a").await;
    world.pass(seconds(10));
    world.leave("a").await;
    let after = world.holders_now(&number(0)).await.leases.remove(0);
    assert_eq!(after.left_at, Some(world.now()), "the latest counts");
    assert_eq!((after.held_until, after.last_heartbeat_at), (before.held_until, before.last_heartbeat_at));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}

async fn the_next_heartbeat_forgets_that_the_page_was_left(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.leave("a").await;
    assert_eq!(world.lease("a").await.left_at, None);
}

async fn leaving_without_a_running_lease_is_no_error(world: &World) {
    world.add_numbers(1).await;
    world.leave("a").await;
    world.lease("a").await;
    world.pass(seconds(300));
    world.leave("a").await;
    assert_eq!(world.holders_now(&number(0)).await.leases[0].left_at, None);
}

async fn a_released_number_goes_to_nobody_while_a_page_may_show_it(world: &World) {
    world.add_numbers(1).await;
    let lease = world.lease("a").await;
    world.pass(seconds(10));
    let released = world.release("a").await.expect("a lease");
    assert_eq!((released.generation, released.left_at), (lease.generation, Some(world.now())));
    assert_eq!(released.held_until, lease.held_until, "another tab or sub-domain may not have heard of it");
    world.pass(seconds(289));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(seconds(1));
    let (next, how, _) = leased(world.acquire("b").await);
    assert_eq!((next.number, how), (number(0), How::Granted));
}

async fn after_a_release_the_session_is_a_stranger(world: &World) {
    world.add_numbers(2).await;
    assert_eq!(world.lease("a").await.number, number(0));
    world.release("a").await;
    let (lease, how, _) = leased(world.acquire("a").await);
    assert_eq!((lease.number, how), (number(1), How::Granted));
}

async fn a_release_without_a_running_lease_gives_nothing(world: &World) {
    world.add_numbers(2).await;
    assert_eq!(world.release("a").await, None);
    world.lease("a").await;
    assert!(world.release("a").await.is_some());
    assert_eq!(world.release("a").await, None, "released already");
    world.lease("b").await;
    world.pass(seconds(300));
    assert_eq!(world.release("b").await, None, "ended already");
    assert_eq!(world.how("b").await, How::Granted, "but its number is forgotten");
    assert_eq!(world.holders_now(&number(0)).await.leases[0].session, session("b"));
}
