//! Thousands of seeded histories of fifty visitors each, with the snippet's real keeper, on each real store, on two copies
//! of the service, and through failovers that lose grants: no number is exclusive to two sessions at once, no page
//! displays a number that is not promised to it at that moment, and no call is said to be certainly somebody's while another
//! session was promised the number as well.
//!
//! `HISTORIES=20000` runs more; a failing seed is named and fails again.

#[allow(dead_code, reason = "the store tests use all of it")]
#[path = "../../pool-service/tests/support/copies.rs"]
mod copies;
#[path = "../support/failing_over.rs"]
mod failing_over;
#[allow(dead_code, reason = "the store tests use all of it")]
#[path = "../../pool-service/tests/support/redis_server.rs"]
mod redis_server;

use copies::Copies;
use failing_over::FailingOver;

use pool_service::{
    domain::{
        ids::PoolId,
        time::{Span, Timestamp},
    },
    store::{
        LeaseStore, Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
        redis::{RedisClock, RedisStore},
    },
};
use redis_server::RedisServer;
use std::collections::BTreeSet;
use system_tests::world::{Size, World, pool::make_pool};

const SIZE: Size = Size { browsers: 50, lasts_ms: 480_000 };
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn histories() -> u64 {
    std::env::var("HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

/// From far too few numbers to nearly enough.
fn pool_size(seed: u64) -> usize {
    5 + (seed as usize * 7) % 30
}

/// What the histories of one store showed, so that an empty run cannot pass.
#[derive(Default)]
struct Seen {
    grants: usize,
    displays: usize,
    reused: usize,
    certain: usize,
}

async fn check(store: &dyn Store, clock: &ManualClock, seed: u64, seen: &mut Seen) {
    let (pool, numbers) = make_pool(store, &format!("pool-{seed}"), pool_size(seed)).await;
    check_pool(store, pool, &numbers, clock, seed, seen).await;
}

async fn check_pool(
    store: &dyn LeaseStore,
    pool: PoolId,
    numbers: &BTreeSet<String>,
    clock: &ManualClock,
    seed: u64,
    seen: &mut Seen,
) {
    let world = World::new(seed, SIZE, store, clock.clone(), pool);
    let history = world.run(SIZE.lasts_ms).await;
    // A store's clock never steps back, so the next history starts where this one ended.
    clock.advance(Span::from_seconds(1));
    let breaches = history.breaches(numbers);
    assert!(breaches.is_empty(), "seed {seed}: {} breaches, the first: {}", breaches.len(), breaches[0]);
    seen.grants += history.granted.len();
    seen.displays += history.displayed.len();
    seen.reused += history.granted.len().saturating_sub(numbers.len());
    seen.certain += history.certain.len();
}

fn assert_something_happened(seen: &Seen, histories: u64) {
    let at_least = histories as usize * 20;
    assert!(seen.grants > at_least, "only {} grants", seen.grants);
    assert!(seen.displays > at_least, "only {} displays", seen.displays);
    assert!(seen.certain > histories as usize * 10, "only {} calls were certain", seen.certain);
    assert!(seen.reused > histories as usize * 5, "only {} numbers changed hands", seen.reused);
}

/// Runs all histories, spread over workers that each have a store of their own.
async fn run_histories<S: Store + 'static>(stores: Vec<(S, ManualClock)>, histories: u64) {
    let count = stores.len() as u64;
    let mut workers = tokio::task::JoinSet::new();
    for (worker, (store, clock)) in (0..).zip(stores) {
        workers.spawn(async move {
            let mut seen = Seen::default();
            for seed in (worker..histories).step_by(count as usize) {
                check(&store, &clock, seed, &mut seen).await;
            }
            seen
        });
    }
    let mut all = Seen::default();
    while let Some(seen) = workers.join_next().await {
        let seen = seen.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()));
        all.grants += seen.grants;
        all.displays += seen.displays;
        all.reused += seen.reused;
        all.certain += seen.certain;
    }
    assert_something_happened(&all, histories);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_embedded_store() {
    let directories: Vec<_> = (0..2).map(|_| tempfile::tempdir().expect("a directory")).collect();
    let stores = directories.iter().map(|directory| {
        let clock = ManualClock::at(START);
        (EmbeddedStore::open(directory.path(), EmbeddedClock::Manual(clock.clone())).expect("a store"), clock)
    });
    run_histories(stores.collect(), histories()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_redis() {
    let server = RedisServer::start(&[]);
    let mut stores = Vec::new();
    for _ in 0..16 {
        let clock = ManualClock::at(START);
        let clock_of_store = RedisClock::Manual(clock.clone());
        stores.push((RedisStore::connect(&server.url(), "histories", clock_of_store).await.expect("a store"), clock));
    }
    run_histories(stores, histories() * 4 / 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_copies_on_one_redis() {
    let server = RedisServer::start(&[]);
    let mut stores = Vec::new();
    for _ in 0..8 {
        let clock = ManualClock::at(START);
        stores.push((Copies::connect(&server.url(), "histories", &clock).await, clock));
    }
    run_histories(stores, histories() / 5).await;
}

/// Every history loses its primary, and what that granted last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_failovers_that_lose_grants() {
    let (clock, histories) = (ManualClock::at(START), histories() / 25);
    let mut servers = FailingOver::start(&clock).await;
    let (mut seen, mut lost) = (Seen::default(), 0);
    for seed in 0..histories {
        let (pool, numbers) = make_pool(servers.primary(), &format!("pool-{seed}"), pool_size(seed)).await;
        servers.plan(seed).await;
        check_pool(&servers, pool, &numbers, &clock, seed, &mut seen).await;
        lost += servers.end().await;
    }
    assert_something_happened(&seen, histories);
    assert!(lost > histories, "only {lost} grants were lost");
}
