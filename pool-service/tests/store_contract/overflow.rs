//! Rule 3: the overflow number, shared by everybody and credited to nobody.

use crate::{
    promises,
    support::{millis, number, overflow, seconds, session},
    world::World,
};
use pool_service::{
    domain::{attribution::state_at, lease::NumberState, policy::LeasePolicy},
    store::{Grant, How},
};

promises! {
    an_empty_pool_gives_its_overflow_number_for_one_lease_life
    sessions_on_the_overflow_number_are_remembered_but_hold_nothing
    a_session_leaves_the_overflow_number_as_soon_as_another_is_free
    a_session_that_is_shown_the_overflow_number_again_is_one_candidate
    the_latest_two_hundred_candidates_are_remembered
    a_new_overflow_number_starts_without_candidates
}

async fn an_empty_pool_gives_its_overflow_number_for_one_lease_life(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    let expected = Grant::Overflow { number: overflow(), until: world.now() + seconds(150) };
    assert_eq!(world.acquire("a").await, expected);
    assert_eq!(world.acquire("b").await, expected, "it is shared");
}

async fn sessions_on_the_overflow_number_are_remembered_but_hold_nothing(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    world.acquire("a").await;
    world.pass(seconds(1));
    world.acquire("b").await;
    let holders = world.holders_now(&overflow()).await;
    assert!(holders.is_overflow);
    let shown: Vec<_> = holders.leases.iter().map(|lease| (lease.session.clone(), lease.generation)).collect();
    assert_eq!(shown, [(session("b"), 0), (session("a"), 0)]);
    assert_eq!(state_at(&LeasePolicy::default(), &holders, world.now()), NumberState::Overflow);
    assert_eq!(world.release("a").await, None);
    assert_eq!(world.sweep().await, []);
}

async fn a_session_leaves_the_overflow_number_as_soon_as_another_is_free(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    world.acquire("a").await;
    world.add_numbers(1).await;
    assert_eq!(world.how("a").await, How::Granted);
    assert_eq!(world.lease("a").await.number, number(0));
}

async fn a_session_that_is_shown_the_overflow_number_again_is_one_candidate(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    let first_shown = world.now();
    world.acquire("a").await;
    world.pass(seconds(60));
    world.acquire("a").await;
    let leases = world.holders_now(&overflow()).await.leases;
    assert_eq!(leases.len(), 1);
    assert_eq!((leases[0].granted_at, leases[0].last_heartbeat_at), (first_shown, world.now()));
    assert_eq!(leases[0].held_until, world.now() + seconds(150));
    world.pass(seconds(150));
    world.acquire("a").await;
    assert_eq!(world.holders_now(&overflow()).await.leases[0].granted_at, world.now(), "shown anew");
}

async fn the_latest_two_hundred_candidates_are_remembered(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    let first_shown = world.now();
    for index in 0..203 {
        world.acquire(&format!("visitor-{index}")).await;
        world.pass(millis(1));
    }
    let at = |ms| Some(first_shown + millis(ms));
    assert_eq!(world.holders(&overflow(), at(2)).await.expect("known").leases, []);
    let oldest = world.holders(&overflow(), at(3)).await.expect("known").leases;
    assert_eq!(oldest.iter().map(|lease| &lease.session).collect::<Vec<_>>(), [&session("visitor-3")]);
    assert_eq!(world.holders_now(&overflow()).await.leases.len(), 16, "an answer names the latest");
}

async fn a_new_overflow_number_starts_without_candidates(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    world.acquire("a").await;
    world.set_up(Some(number(9)), LeasePolicy::default()).await;
    assert_eq!(world.holders_now(&number(9)).await.leases, []);
    assert_eq!(world.holders(&overflow(), None).await, None);
}
