//! The states of a number, as they follow from what a store tells, and what they mean for a call.

use crate::{
    promises,
    support::{begin_call, end_call, millis, number, seconds},
    world::World,
};
use pool_service::{
    domain::{
        attribution::{CallModel, Class, judge, state_at},
        lease::{NumberState, Standing},
        policy::LeasePolicy,
    },
    store::Occupancy,
};

promises! {
    a_number_goes_through_its_states_as_time_passes
    a_number_that_was_left_is_held
    a_number_in_a_call_is_pinned
    a_withdrawn_number_is_draining_or_disabled
    numbers_are_counted_by_what_they_do
}

async fn state(world: &World) -> (NumberState, Class) {
    let (holders, policy) = (world.holders_now(&number(0)).await, LeasePolicy::default());
    (state_at(&policy, &holders, world.now()), judge(&policy, &CallModel::default(), &holders, world.now()).class)
}

async fn a_number_goes_through_its_states_as_time_passes(world: &World) {
    world.add_numbers(1).await;
    assert_eq!(state(world).await, (NumberState::Rested, Class::None));
    world.lease("a").await;
    assert_eq!(state(world).await, (NumberState::Leased, Class::Certain));
    world.pass(millis(150_001));
    assert_eq!(state(world).await, (NumberState::Held, Class::Likely), "silent");
    world.pass(millis(149_999));
    assert_eq!(state(world).await, (NumberState::Cooling, Class::Likely));
    world.pass(seconds(1_800));
    assert_eq!(state(world).await, (NumberState::Rested, Class::Likely));
    world.pass(seconds(3 * 1_800 + 1));
    assert_eq!(state(world).await, (NumberState::Rested, Class::None));
}

async fn a_number_that_was_left_is_held(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.pass(seconds(1));
    world.leave("a").await;
    assert_eq!(state(world).await, (NumberState::Held, Class::Certain));
}

async fn a_number_in_a_call_is_pinned(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    begin_call(world.store.as_ref(), &world.pool, "call", &number(0)).await;
    assert_eq!(state(world).await.0, NumberState::Pinned);
    end_call(world.store.as_ref(), &world.pool, "call").await;
    assert_eq!(state(world).await.0, NumberState::Pinned);
    world.pass(seconds(300));
    assert_eq!(state(world).await.0, NumberState::Cooling);
}

async fn a_withdrawn_number_is_draining_or_disabled(world: &World) {
    world.add_numbers(1).await;
    world.lease("a").await;
    world.put(&[number(0)], Standing::Draining).await;
    assert_eq!(state(world).await, (NumberState::Draining, Class::Certain));
    world.put(&[number(0)], Standing::Disabled).await;
    assert_eq!(state(world).await, (NumberState::Disabled, Class::Certain));
}

async fn numbers_are_counted_by_what_they_do(world: &World) {
    world.add_numbers(6).await;
    world.put(&[number(5)], Standing::Draining).await;
    let counted = async || world.store.occupancy(&world.pool).await.expect("counts");
    assert_eq!(counted().await, Occupancy { rested: 5, withdrawn: 1, ..Occupancy::default() });
    world.lease("a").await;
    world.lease("b").await;
    begin_call(world.store.as_ref(), &world.pool, "call", &number(3)).await;
    assert_eq!(counted().await, Occupancy { exclusive: 3, cooling: 0, rested: 2, withdrawn: 1 });
    world.pass(seconds(300));
    assert_eq!(counted().await, Occupancy { exclusive: 1, cooling: 2, rested: 2, withdrawn: 1 });
    world.pass(seconds(1_800));
    assert_eq!(counted().await, Occupancy { exclusive: 1, cooling: 0, rested: 4, withdrawn: 1 });
}
