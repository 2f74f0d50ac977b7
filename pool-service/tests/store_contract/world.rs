//! One store with one pool, and a clock that stands still.

use crate::support::{
    START, copies::Copies, numbers, pool, pool_id, redis_cluster::RedisCluster, redis_server::RedisServer, session,
    unique,
};
use pool_service::{
    domain::{
        attribution::Holders,
        ids::{PoolId, SessionId},
        lease::{Lease, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::{Span, Timestamp},
        token::LeaseClaim,
        visitor::Visitor,
    },
    store::{
        Acquire, Grant, How, Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
        redis::{RedisClock, RedisStore},
    },
};
use std::sync::Arc;

/// A store, its clock and its pool `main`.
pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: ManualClock,
    pub(crate) pool: PoolId,
    _directory: Option<tempfile::TempDir>,
}

/// Makes each promise a test of each store.
#[macro_export]
macro_rules! promises {
    ($($name:ident)+) => {
        mod embedded {
            $(#[tokio::test] async fn $name() { super::$name(&$crate::world::World::embedded().await).await; })+
        }
        mod redis {
            $(#[tokio::test] async fn $name() { super::$name(&$crate::world::World::redis().await).await; })+
        }
        mod redis_cluster {
            $(#[tokio::test] async fn $name() { super::$name(&$crate::world::World::cluster().await).await; })+
        }
        mod two_copies {
            $(#[tokio::test] async fn $name() { super::$name(&$crate::world::World::copies().await).await; })+
        }
    };
}

impl World {
    pub(crate) async fn embedded() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let clock = ManualClock::at(START);
        let store = EmbeddedStore::open(directory.path(), EmbeddedClock::Manual(clock.clone())).expect("a store");
        Self::with(Arc::new(store), clock, Some(directory)).await
    }

    pub(crate) async fn redis() -> Self {
        let clock = ManualClock::at(START);
        let url = RedisServer::shared().url();
        let store = RedisStore::connect(&url, &unique(), RedisClock::Manual(clock.clone())).await.expect("a store");
        Self::with(Arc::new(store), clock, None).await
    }

    /// Pools of a cluster have slots of their own.
    pub(crate) async fn cluster() -> Self {
        let clock = ManualClock::at(START);
        let url = RedisCluster::shared().url();
        let store = RedisStore::connect(&url, &unique(), RedisClock::Manual(clock.clone())).await.expect("a store");
        Self::with(Arc::new(store), clock, None).await
    }

    /// Two copies of the service take turns on one server.
    pub(crate) async fn copies() -> Self {
        let clock = ManualClock::at(START);
        let copies = Copies::connect(&RedisServer::shared().url(), &unique(), &clock).await;
        Self::with(Arc::new(copies), clock, None).await
    }

    async fn with(store: Arc<dyn Store>, clock: ManualClock, directory: Option<tempfile::TempDir>) -> Self {
        let world = Self { store, clock, pool: pool_id("main"), _directory: directory };
        world.set_up(None, LeasePolicy::default()).await;
        world
    }

    pub(crate) async fn set_up(&self, overflow: Option<TrackingNumber>, policy: LeasePolicy) {
        self.store.put_pool(&pool(&self.pool, overflow, policy)).await.expect("a pool");
    }

    pub(crate) async fn add_numbers(&self, count: usize) {
        self.put(&numbers(count), Standing::Active).await;
    }

    pub(crate) async fn put(&self, numbers: &[TrackingNumber], standing: Standing) {
        self.store.put_numbers(&self.pool, numbers, standing).await.expect("put");
    }

    pub(crate) fn pass(&self, span: Span) {
        self.clock.advance(span);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn acquire(&self, name: &str) -> Grant {
        self.acquire_row(Acquire { session: session(name), visitor: Visitor::default(), claim: None }).await
    }

    pub(crate) async fn claim(&self, name: &str, claim: LeaseClaim) -> Grant {
        self.acquire_row(Acquire { session: session(name), visitor: Visitor::default(), claim: Some(claim) }).await
    }

    pub(crate) async fn acquire_row(&self, row: Acquire) -> Grant {
        let mut acquired = self.store.acquire(&self.pool, &[row]).await.expect("an answer");
        assert_eq!(acquired.len(), 1);
        acquired.remove(0).grant
    }

    /// Gets a lease that must be had.
    pub(crate) async fn lease(&self, name: &str) -> Lease {
        leased(self.acquire(name).await).0
    }

    /// How the session's lease comes about.
    pub(crate) async fn how(&self, name: &str) -> How {
        leased(self.acquire(name).await).1
    }

    pub(crate) async fn release(&self, name: &str) -> Option<Lease> {
        self.store.release(&self.pool, &session(name)).await.expect("an answer")
    }

    pub(crate) async fn leave(&self, name: &str) {
        self.store.leave(&self.pool, &session(name)).await.expect("an answer");
    }

    pub(crate) async fn holders(&self, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders> {
        self.store.holders(&self.pool, number, at).await.expect("an answer")
    }

    pub(crate) async fn holders_now(&self, number: &TrackingNumber) -> Holders {
        self.holders(number, None).await.expect("a number of the pool")
    }

    /// The session that held the number last, at this moment.
    pub(crate) async fn holder(&self, number: &TrackingNumber, at: Timestamp) -> Option<SessionId> {
        let holders = self.holders(number, Some(at)).await.expect("a number of the pool");
        holders.leases.first().map(|lease| lease.session.clone())
    }

    pub(crate) async fn sweep(&self) -> Vec<Lease> {
        self.store.sweep(&self.pool, 1_000).await.expect("an answer")
    }
}

/// The parts of a lease that must be one.
pub(crate) fn leased(grant: Grant) -> (Lease, How, bool) {
    match grant {
        Grant::Leased { lease, how, short_cooldown } => (lease, how, short_cooldown),
        other => panic!("no lease: {other:?}"),
    }
}
