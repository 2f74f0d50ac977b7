//! Rule 8: a verified claim gives back a lease that the store has lost.

use crate::{
    promises,
    support::{millis, number, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::{lease::Standing, policy::LeasePolicy, time::Span, token::LeaseClaim},
    store::{Grant, How},
};

promises! {
    a_claim_gives_back_the_same_number
    generations_go_on_above_the_claimed_one
    a_claim_to_a_number_that_is_held_gives_another
    a_claim_to_a_number_that_is_withdrawn_or_unknown_gives_another
    a_claim_to_a_number_that_somebody_was_granted_since_gives_another
    a_claim_older_than_the_affinity_gives_whatever_is_next
    a_session_that_the_store_knows_needs_no_claim
}

fn claim(world: &World, name: &str, index: usize, generation: u64) -> LeaseClaim {
    LeaseClaim {
        pool: world.pool.clone(),
        number: number(index),
        session: session(name),
        generation,
        granted_at: world.now(),
        held_until: world.now() + seconds(300),
    }
}

async fn a_claim_gives_back_the_same_number(world: &World) {
    world.add_numbers(5).await;
    let (lease, how, short_cooldown) = leased(world.claim("a", claim(world, "a", 3, 9)).await);
    assert_eq!((lease.number, how, short_cooldown), (number(3), How::Restored, false));
    assert_eq!((lease.generation, lease.granted_at), (10, world.now()));
    assert_eq!(world.how("a").await, How::Renewed);
}

async fn generations_go_on_above_the_claimed_one(world: &World) {
    world.add_numbers(3).await;
    assert_eq!(world.lease("other").await.generation, 1);
    // The claim leads nowhere, yet its generation was given once.
    assert_eq!(leased(world.claim("a", claim(world, "a", 0, 40)).await).0.generation, 41);
    assert_eq!(leased(world.claim("a", claim(world, "a", 0, 90)).await).1, How::Renewed);
    assert_eq!(world.lease("b").await.generation, 91);
    assert_eq!(leased(world.claim("b", claim(world, "b", 0, 5)).await).0.generation, 91);
}

async fn a_claim_to_a_number_that_is_held_gives_another(world: &World) {
    world.add_numbers(2).await;
    world.lease("other").await;
    let (lease, how, _) = leased(world.claim("a", claim(world, "a", 0, 9)).await);
    assert_eq!((lease.number, how), (number(1), How::Granted));
    assert_eq!(world.claim("b", claim(world, "b", 0, 9)).await, Grant::Exhausted);
}

async fn a_claim_to_a_number_that_is_withdrawn_or_unknown_gives_another(world: &World) {
    world.add_numbers(3).await;
    world.put(&[number(1)], Standing::Draining).await;
    world.put(&[number(2)], Standing::Disabled).await;
    for index in [1, 2, 77] {
        let name = format!("claims-{index}");
        let (lease, how, _) = leased(world.claim(&name, claim(world, &name, index, 9)).await);
        assert_eq!((lease.number, how), (number(0), How::Granted));
        world.pass(seconds(300));
    }
}

async fn a_claim_to_a_number_that_somebody_was_granted_since_gives_another(world: &World) {
    world.add_numbers(1).await;
    let first = world.lease("a").await;
    world.pass(seconds(300));
    assert_eq!(world.lease("b").await.number, first.number);
    world.add_numbers(2).await;
    world.pass(seconds(300));
    let (lease, how, _) = leased(world.claim("a", claim(world, "a", 0, first.generation)).await);
    assert_eq!((lease.number, how), (number(1), How::Granted), "a late call to the other is still the second holder's");
}

async fn a_claim_older_than_the_affinity_gives_whatever_is_next(world: &World) {
    world.add_numbers(2).await;
    let old = claim(world, "a", 1, 9);
    let age = seconds(300).as_millis() + LeasePolicy::default().affinity.as_millis();
    world.pass(Span::from_millis(age - 1));
    assert_eq!(leased(world.claim("a", old.clone()).await).0.number, number(1));
    world.pass(millis(1));
    let (lease, how, _) = leased(world.claim("b", old).await);
    assert_eq!((lease.number, how), (number(0), How::Granted));
}

async fn a_session_that_the_store_knows_needs_no_claim(world: &World) {
    world.add_numbers(2).await;
    assert_eq!(world.lease("a").await.number, number(0));
    let (lease, how, _) = leased(world.claim("a", claim(world, "a", 1, 9)).await);
    assert_eq!((lease.number, how), (number(0), How::Renewed));
}
