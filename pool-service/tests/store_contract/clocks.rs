//! Rule 7: the store's clock decides and never steps back.

use crate::{
    promises,
    support::{millis, number, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::visitor::Visitor,
    store::{Acquire, Grant},
};

promises! {
    a_clock_that_is_set_back_ends_and_prolongs_nothing
    the_time_of_an_answer_never_lies_before_that_of_an_earlier_one
    a_lease_granted_while_the_clock_is_behind_lasts_its_full_time
}

async fn a_clock_that_is_set_back_ends_and_prolongs_nothing(world: &World) {
    world.add_numbers(1).await;
    let lease = world.lease("a").await;
    let granted_at = world.now();
    world.clock.set(granted_at - seconds(86_400));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    assert_eq!(world.lease("a").await.held_until, lease.held_until, "counted from the largest time seen");
    world.clock.set(granted_at + seconds(299));
    assert_eq!(world.acquire("b").await, Grant::Exhausted);
    world.clock.set(granted_at + seconds(300));
    world.lease("b").await;
}

async fn the_time_of_an_answer_never_lies_before_that_of_an_earlier_one(world: &World) {
    world.add_numbers(1).await;
    let row = Acquire { session: session("a"), visitor: Visitor::default(), claim: None };
    let mut latest = world.now();
    for offset_ms in [500, 0, 499, 501, 100, 1_000] {
        world.clock.set(crate::support::START + millis(offset_ms));
        let now = world.store.acquire(&world.pool, std::slice::from_ref(&row)).await.expect("an answer")[0].now;
        assert!(now >= latest);
        assert!(world.store.now().await.expect("the time") >= now);
        assert_eq!(world.holders_now(&number(0)).await.now, now);
        latest = now;
    }
    assert_eq!(latest, crate::support::START + millis(1_000));
}

async fn a_lease_granted_while_the_clock_is_behind_lasts_its_full_time(world: &World) {
    world.add_numbers(2).await;
    world.lease("a").await;
    let seen = world.now();
    world.clock.set(seen - seconds(1_000));
    let (lease, _, _) = leased(world.acquire("b").await);
    assert_eq!((lease.granted_at, lease.held_until), (seen, seen + seconds(300)));
}
