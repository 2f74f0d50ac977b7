//! Numbers that an operator takes out of use.

use crate::{
    promises,
    support::{begin_call, end_call, number, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::lease::Standing,
    store::{Grant, How},
};

promises! {
    a_draining_number_is_not_granted_but_its_holder_may_extend
    a_draining_number_is_not_granted_again_to_its_last_holder
    a_disabled_number_is_not_extended_and_its_holder_gets_another
    a_withdrawn_number_keeps_its_history
    a_number_back_in_use_is_as_exclusive_as_it_was
    a_number_back_in_use_keeps_its_place_in_the_order
    putting_a_known_number_changes_nothing_else
    the_numbers_of_a_pool_are_told_in_ascending_order
    the_lease_of_a_withdrawn_number_is_announced_when_it_ends
}

async fn a_draining_number_is_not_granted_but_its_holder_may_extend(world: &World) {
    world.add_numbers(1).await;
    let lease = world.lease("a").await;
    world.put(&[number(0)], Standing::Draining).await;
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.pass(seconds(250));
    let (extended, how, _) = leased(world.acquire("a").await);
    assert_eq!((extended.generation, how), (lease.generation, How::Renewed));
    assert!(extended.held_until > lease.held_until);
    world.pass(seconds(500));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
}

async fn a_draining_number_is_not_granted_again_to_its_last_holder(world: &World) {
    world.add_numbers(2).await;
    world.lease("a").await;
    world.put(&[number(0)], Standing::Draining).await;
    world.pass(seconds(300));
    let (lease, how, _) = leased(world.acquire("a").await);
    assert_eq!((lease.number, how), (number(1), How::Granted));
}

async fn a_disabled_number_is_not_extended_and_its_holder_gets_another(world: &World) {
    world.add_numbers(2).await;
    world.lease("a").await;
    world.put(&[number(0)], Standing::Disabled).await;
    let (lease, how, _) = leased(world.acquire("a").await);
    assert_eq!((lease.number, how), (number(1), How::Granted));
    world.put(&[number(1)], Standing::Disabled).await;
    assert_eq!(world.acquire("a").await, Grant::Exhausted);
    world.put(&[number(0), number(1)], Standing::Active).await;
    assert_eq!(world.acquire("a").await, Grant::Exhausted, "both are still promised");
}

async fn a_withdrawn_number_keeps_its_history(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    for standing in [Standing::Draining, Standing::Disabled] {
        world.put(&[number(0)], standing).await;
        let holders = world.holders_now(&number(0)).await;
        assert_eq!((holders.standing, &holders.leases[0].session), (standing, &session("a")));
    }
}

async fn a_number_back_in_use_is_as_exclusive_as_it_was(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.put(&[number(0)], Standing::Draining).await;
    begin_call(world.store.as_ref(), &world.pool, "call", &number(0)).await;
    world.pass(seconds(3_600));
    world.put(&[number(0)], Standing::Active).await;
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    end_call(world.store.as_ref(), &world.pool, "call").await;
    world.pass(seconds(300));
    world.lease("b").await;
}

async fn a_number_back_in_use_keeps_its_place_in_the_order(world: &World) {
    world.add_numbers(2).await;
    world.lease("a").await;
    world.pass(seconds(1));
    world.lease("b").await;
    world.put(&[number(0)], Standing::Disabled).await;
    world.pass(seconds(3_600));
    world.put(&[number(0)], Standing::Active).await;
    assert_eq!(world.lease("c").await.number, number(0));
}

async fn putting_a_known_number_changes_nothing_else(world: &World) {
    world.add_numbers(1).await;
    let lease = world.lease("a").await;
    world.add_numbers(1).await;
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    assert_eq!(world.lease("a").await, lease);
}

async fn the_numbers_of_a_pool_are_told_in_ascending_order(world: &World) {
    assert_eq!(world.store.numbers(&world.pool).await, Ok(vec![]));
    world.put(&[number(2), number(0)], Standing::Active).await;
    world.put(&[number(3), number(1)], Standing::Draining).await;
    world.put(&[number(3)], Standing::Disabled).await;
    let expected = [Standing::Active, Standing::Draining, Standing::Active, Standing::Disabled];
    let expected: Vec<_> = (0..4).map(number).zip(expected).collect();
    assert_eq!(world.store.numbers(&world.pool).await, Ok(expected));
}

async fn the_lease_of_a_withdrawn_number_is_announced_when_it_ends(world: &World) {
    world.add_numbers(2).await;
    world.lease("a").await;
    world.lease("b").await;
    world.put(&[number(0)], Standing::Draining).await;
    world.put(&[number(1)], Standing::Disabled).await;
    assert_eq!(world.sweep().await, []);
    world.pass(seconds(300));
    let ended: Vec<_> = world.sweep().await.into_iter().map(|lease| lease.session).collect();
    assert_eq!(ended, [session("a"), session("b")]);
    world.put(&[number(0), number(1)], Standing::Active).await;
    assert_eq!(world.sweep().await, []);
}
