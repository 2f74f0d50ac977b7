//! Random operations give the same observable results on a naive model, the embedded store and a real Redis.

#[path = "../support/mod.rs"]
mod support;

mod model;
mod operation;
mod records;
mod suffixes;
mod transfer;

use crate::{
    model::Model,
    operation::{Operation, operations},
    support::{START, pool_id, redis_server::RedisServer, unique},
};
use pool_service::{
    domain::{ids::PoolId, time::Span},
    store::{
        Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
        redis::{RedisClock, RedisStore},
    },
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use std::cell::Cell;

/// `PROPTEST_CASES` asks for more.
const CASES: u32 = 1_500;
const MAX_OPERATIONS: usize = 60;

/// The stores live through all cases; each case has a pool of its own and begins after the one before.
struct Bench {
    runtime: tokio::runtime::Runtime,
    clock: ManualClock,
    embedded: EmbeddedStore,
    redis: RedisStore,
    cases: Cell<u64>,
}

impl Bench {
    fn new(directory: &std::path::Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let clock = ManualClock::at(START);
        let embedded = EmbeddedStore::open(directory, EmbeddedClock::Manual(clock.clone())).expect("a store");
        let (url, prefix) = (RedisServer::shared().url(), unique());
        let redis = RedisStore::connect(&url, &prefix, RedisClock::Manual(clock.clone()));
        let redis = runtime.block_on(redis).expect("a store");
        Self { runtime, clock, embedded, redis, cases: Cell::new(0) }
    }

    /// A pool that no case had, at a time that no case reached.
    fn begin(&self) -> PoolId {
        self.cases.set(self.cases.get() + 1);
        self.clock.set(START + Span::from_millis(self.cases.get() * 1_000_000_000));
        pool_id(&format!("case-{}", self.cases.get()))
    }

    fn run(&self, operations: &[Operation]) -> Result<(), TestCaseError> {
        let pool = self.begin();
        let mut model = Model::new(self.clock.now());
        for (step, operation) in operations.iter().enumerate() {
            operation.move_clock(&self.clock);
            let expected = operation.on_model(&mut model, self.clock.now(), &pool);
            let stores: [(&str, &dyn Store); 2] = [("embedded", &self.embedded), ("redis", &self.redis)];
            for (name, store) in stores {
                let observed = self.runtime.block_on(operation.on_store(store, self.clock.now(), &pool));
                prop_assert_eq!(&observed, &expected, "{} at step {}: {:?}", name, step, operation);
            }
        }
        Ok(())
    }
}

impl Bench {
    fn run_suffixes(&self, digits: u8, operations: &[suffixes::Operation]) -> Result<(), TestCaseError> {
        let pool = self.begin();
        let stores: [&dyn Store; 2] = [&self.embedded, &self.redis];
        for store in stores {
            self.runtime.block_on(suffixes::begin(store, &pool, digits));
        }
        for (step, operation) in operations.iter().enumerate() {
            operation.move_clock(&self.clock);
            let [embedded, redis] = stores.map(|store| self.runtime.block_on(operation.on_store(store, &pool, digits)));
            prop_assert_eq!(&embedded, &redis, "step {}: {:?}", step, operation);
        }
        Ok(())
    }
}

#[test]
fn suffix_pools_are_the_same_on_both_stores() {
    let directory = tempfile::tempdir().expect("a directory");
    let bench = Bench::new(directory.path());
    let asked_for = Config::default();
    // Each case leases hundreds of numbers.
    let cases = asked_for.cases.max(CASES) / 10;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..asked_for });
    let histories = suffixes::histories(MAX_OPERATIONS);
    if let Err(failure) = runner.run(&histories, |(digits, operations)| bench.run_suffixes(digits, &operations)) {
        panic!("{failure}");
    }
}

#[test]
fn both_stores_do_what_the_model_does() {
    let directory = tempfile::tempdir().expect("a directory");
    let bench = Bench::new(directory.path());
    let asked_for = Config::default();
    let cases = asked_for.cases.max(CASES);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..asked_for });
    if let Err(failure) = runner.run(&operations(MAX_OPERATIONS), |operations| bench.run(&operations)) {
        panic!("{failure}");
    }
}
