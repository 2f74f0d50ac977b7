//! Numbers of other countries are kept, ordered and given out as any other.

use crate::{
    promises,
    support::{begin_call, end_call, number, seconds, session},
    world::World,
};
use pool_service::domain::{lease::Standing, number::TrackingNumber, policy::LeasePolicy, token::LeaseClaim};

promises! {
    numbers_of_other_countries_go_through_a_whole_life
    numbers_of_several_countries_stand_in_one_order
    a_claim_restores_a_number_of_another_country
}

fn foreign(last: u8) -> TrackingNumber {
    TrackingNumber::parse(&format!("+1 602-555-01{last:02}")).expect("a number")
}

async fn numbers_of_other_countries_go_through_a_whole_life(world: &World) {
    world.set_up(Some(foreign(99)), LeasePolicy::default()).await;
    world.put(&[foreign(1)], Standing::Active).await;
    for number in [foreign(1), foreign(99)] {
        assert_eq!(world.store.pool_of(&number).await, Ok(Some(world.pool.clone())), "{number}");
    }
    let first = world.lease("a").await;
    assert_eq!((&first.number, world.lease("a").await.generation), (&foreign(1), first.generation));
    begin_call(world.store.as_ref(), &world.pool, "call-1", &foreign(1)).await;
    assert_eq!(end_call(world.store.as_ref(), &world.pool, "call-1").await.number, foreign(1));
    world.pass(seconds(1_000));
    assert_eq!(world.sweep().await.into_iter().map(|lease| lease.number).collect::<Vec<_>>(), [foreign(1)]);
    assert_eq!(world.lease("b").await.number, foreign(1));
    world.pass(seconds(1_000));
    world.lease("c").await;
    let ended: Vec<_> = world.sweep().await.into_iter().map(|lease| (lease.number, lease.session)).collect();
    assert_eq!(ended, [(foreign(1), session("b"))], "a lease that was followed by another");
    let holders = world.holders_now(&foreign(1)).await;
    let sessions: Vec<_> = holders.leases.into_iter().map(|lease| lease.session).collect();
    assert_eq!((holders.number, sessions), (foreign(1), ["c", "b", "a"].map(session).to_vec()));
}

async fn numbers_of_several_countries_stand_in_one_order(world: &World) {
    let all = [number(0), number(1), foreign(1), foreign(2)];
    let [a, b, c, d] = &all;
    world.put(&[d.clone(), b.clone(), c.clone(), a.clone()], Standing::Active).await;
    let kept: Vec<_> = world.store.numbers(&world.pool).await.expect("numbers").into_iter().map(|row| row.0).collect();
    assert_eq!(kept, all);
    for (name, number) in ["a", "b", "c", "d"].into_iter().zip(&all) {
        assert_eq!(world.lease(name).await.number, *number);
    }
}

async fn a_claim_restores_a_number_of_another_country(world: &World) {
    world.put(&[foreign(1), foreign(2)], Standing::Active).await;
    world.lease("a").await;
    let lost = world.lease("b").await;
    let claim = LeaseClaim { session: session("c"), ..LeaseClaim::of(&world.pool, &lost) };
    world.pass(seconds(400));
    let grant = world.claim("c", claim).await;
    assert_eq!(crate::world::leased(grant).0.number, foreign(2));
}
