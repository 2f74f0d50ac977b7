//! Rules 3 and 10: many sessions at once.

use crate::{
    promises,
    support::{numbers, session},
    world::{World, leased},
};
use pool_service::{
    domain::visitor::Visitor,
    store::{Acquire, Grant, StoreError},
};
use std::collections::HashSet;
use std::sync::Arc;

promises! {
    a_batch_of_sixty_four_is_answered_in_order
    a_session_twice_in_a_batch_gets_one_number
    a_batch_beyond_sixty_four_is_refused_and_changes_nothing
    an_empty_batch_is_no_error
    concurrent_sessions_never_share_a_number
    concurrent_repeats_of_one_session_get_one_number
}

fn rows(names: impl Iterator<Item = usize>) -> Vec<Acquire> {
    let row = |name| Acquire { session: session(&format!("s{name}")), visitor: Visitor::default(), claim: None };
    names.map(row).collect()
}

async fn a_batch_of_sixty_four_is_answered_in_order(world: &World) {
    world.add_numbers(60).await;
    let rows = rows(0..64);
    let acquired = world.store.acquire(&world.pool, &rows).await.expect("answers");
    assert_eq!(acquired.len(), 64);
    assert!(acquired.iter().all(|row| row.now == world.now()));
    for (index, (row, number)) in rows.iter().zip(numbers(60)).enumerate() {
        let (lease, _, _) = leased(acquired[index].grant.clone());
        assert_eq!((&lease.session, lease.number, lease.generation), (&row.session, number, index as u64 + 1));
    }
    assert!(acquired[60..].iter().all(|row| row.grant == Grant::Exhausted));
}

async fn a_session_twice_in_a_batch_gets_one_number(world: &World) {
    world.add_numbers(3).await;
    let acquired = world.store.acquire(&world.pool, &rows([1, 2, 1].into_iter())).await.expect("answers");
    let numbers: Vec<_> = acquired.into_iter().map(|row| leased(row.grant).0.number).collect();
    assert_eq!(numbers[0], numbers[2]);
    assert_ne!(numbers[0], numbers[1]);
}

async fn a_batch_beyond_sixty_four_is_refused_and_changes_nothing(world: &World) {
    world.add_numbers(100).await;
    let refused = world.store.acquire(&world.pool, &rows(0..65)).await;
    assert!(matches!(refused, Err(StoreError::Unsuitable(_))), "{refused:?}");
    assert_eq!(world.store.occupancy(&world.pool).await.expect("counts").exclusive, 0);
}

async fn an_empty_batch_is_no_error(world: &World) {
    assert_eq!(world.store.acquire(&world.pool, &[]).await, Ok(vec![]));
}

async fn concurrent_sessions_never_share_a_number(world: &World) {
    world.add_numbers(300).await;
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..120 {
        let (store, pool) = (Arc::clone(&world.store), world.pool.clone());
        let rows = rows(caller * 3..caller * 3 + 1 + caller % 3);
        tasks.spawn(async move {
            let acquired = store.acquire(&pool, &rows).await.expect("answers");
            assert_eq!(acquired.len(), rows.len());
            rows.into_iter().zip(acquired).collect::<Vec<_>>()
        });
    }
    let mut held = HashSet::new();
    while let Some(answers) = tasks.join_next().await {
        for (row, acquired) in answers.expect("no panic") {
            let (lease, _, _) = leased(acquired.grant);
            assert_eq!(lease.session, row.session, "each caller gets its own rows");
            assert!(held.insert(lease.number));
        }
    }
    assert_eq!(held.len(), 240);
}

async fn concurrent_repeats_of_one_session_get_one_number(world: &World) {
    world.add_numbers(50).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (store, pool) = (Arc::clone(&world.store), world.pool.clone());
        tasks.spawn(async move { store.acquire(&pool, &rows(0..1)).await.expect("answers").remove(0).grant });
    }
    let leases: HashSet<_> = tasks.join_all().await.into_iter().map(|grant| leased(grant).0.number).collect();
    assert_eq!(leases.len(), 1);
}
