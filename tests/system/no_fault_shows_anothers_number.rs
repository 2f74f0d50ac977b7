//! Whatever strikes the stores: no two sessions are promised one number at once, no page displays a number outside its
//! promise, every number is the pool's, and what was acknowledged is still there when the fault is over.
//!
//! Sampled in seeded rounds. A round is five minutes of thirty visitors with the snippet's real keeper, on a real Redis server of its own
//! (append-only file, two copies of the service) or on embedded files, while faults follow each other: `kill -9` and
//! restart of Redis, `SIGSTOP` for longer than a lease, a network that breaks, answers that are lost after the work was done,
//! full memory, forgotten scripts, restarts of the service, a store's clock set back by hours. Requests reach the store side by side, and faults begin in
//! the middle of them. `support/faults/plan.rs` makes the plan of a seed.
//!
//! Not sampled here: a failover that loses grants; a clock set forward, which ends leases early by its nature
//! (docs/LEASES.md).
//!
//! `ROUNDS=100` runs more rounds on each store; `ROUND=17` runs that one alone: the same plan, the same visitors.

use pool_service::{
    domain::{
        ids::{PoolId, SessionId},
        time::{Span, Timestamp},
        visitor::Visitor,
    },
    store::{Acquire, Grant, How, Store, clock::ManualClock},
};
use std::collections::BTreeMap;
use system_tests::{
    faults::{
        beset::Beset,
        plan::{Fault, OF_EMBEDDED, OF_REDIS, plan},
    },
    history::History,
    world::{Size, World, pool::make_pool},
};

const SIZE: Size = Size { browsers: 30, lasts_ms: 300_000 };
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// What rounds did, so that a run in which nothing happened cannot pass.
#[derive(Default)]
struct Seen {
    rounds: u64,
    grants: usize,
    displays: usize,
    failures: usize,
    survivors: usize,
    struck: BTreeMap<Fault, u64>,
}

fn number_of(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Every acknowledged lease whose promise runs is renewed by its session alone; gives how many there were.
async fn find_survivors(store: &dyn Store, pool: &PoolId, history: &History) -> Result<usize, String> {
    let mut survivors = 0;
    for (generation, granted) in history.running(SIZE.lasts_ms) {
        let session = SessionId::parse(&granted.session).expect("a session");
        let row = Acquire { session, visitor: Visitor::default(), claim: None };
        let acquired = store.acquire(pool, &[row]).await.map_err(|error| error.to_string())?.remove(0);
        match acquired.grant {
            Grant::Leased { lease, how: How::Renewed, .. } if lease.generation == generation => survivors += 1,
            other => return Err(format!("generation {generation} was acknowledged as {granted:?}, and is {other:?}")),
        }
    }
    Ok(survivors)
}

async fn round(seed: u64, is_redis: bool) -> Seen {
    let truth = ManualClock::at(START);
    let beset = if is_redis {
        Beset::on_redis(&truth, plan(seed, OF_REDIS, SIZE.lasts_ms)).await
    } else {
        Beset::on_disk(&truth, plan(seed, OF_EMBEDDED, SIZE.lasts_ms))
    };
    let (pool, numbers) = make_pool(beset.store().await.as_ref(), "pool", 5 + (seed as usize * 7) % 20).await;
    let world = World::new(seed, SIZE, &beset, truth.clone(), pool.clone());
    let history = world.beset().run(SIZE.lasts_ms).await;
    let breaches = history.breaches(&numbers);
    assert!(breaches.is_empty(), "{} breaches, the first: {}", breaches.len(), breaches[0]);
    truth.set(START + Span::from_millis(SIZE.lasts_ms));
    let mended = beset.mend().await;
    let survivors = find_survivors(mended.as_ref(), &pool, &history).await.expect("nothing acknowledged is lost");
    let (struck, failures) = beset.damage();
    Seen {
        rounds: 1,
        grants: history.granted.len(),
        displays: history.displayed.len(),
        failures,
        survivors,
        struck: struck.into_iter().map(|fault| (fault, 1)).collect(),
    }
}

/// Two rounds at a time; a failure is named by its seed.
async fn rounds(is_redis: bool, faults: &[Fault]) {
    let alone = number_of("ROUND");
    let last = alone.map_or_else(|| number_of("ROUNDS").unwrap_or(8), |seed| seed + 1);
    let mut all = Seen::default();
    let mut seeds = alone.unwrap_or(0)..last;
    let mut running = tokio::task::JoinSet::new();
    loop {
        while running.len() < 2
            && let Some(seed) = seeds.next()
        {
            running.spawn(async move {
                let done = tokio::spawn(round(seed, is_redis)).await;
                done.unwrap_or_else(|failure| panic!("ROUND={seed} fails: {}", told(failure)))
            });
        }
        let Some(seen) = running.join_next().await else { break };
        let seen = seen.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()));
        all.rounds += seen.rounds;
        all.grants += seen.grants;
        all.displays += seen.displays;
        all.failures += seen.failures;
        all.survivors += seen.survivors;
        for (fault, count) in seen.struck {
            *all.struck.entry(fault).or_default() += count;
        }
    }
    let rounds = usize::try_from(all.rounds).expect("not so many");
    assert!(all.grants > rounds * 10, "only {} grants", all.grants);
    assert!(all.displays > rounds * 20, "only {} displays", all.displays);
    assert!(all.survivors > rounds, "only {} leases outlived their round", all.survivors);
    if alone.is_none() {
        assert!(all.failures > rounds || !is_redis, "only {} calls failed", all.failures);
        let missed: Vec<_> = faults.iter().filter(|fault| !all.struck.contains_key(fault)).collect();
        assert!(missed.is_empty(), "{missed:?} never struck");
    }
}

fn told(failure: tokio::task::JoinError) -> String {
    let panic = failure.into_panic();
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_embedded_store() {
    rounds(false, OF_EMBEDDED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_redis() {
    rounds(true, OF_REDIS).await;
}
