//! A Redis primary that is replaced by a replica which lacks its last grants.

use super::redis_server::RedisServer;
use async_trait::async_trait;
use pool_service::{
    domain::{
        attribution::Holders,
        ids::{PoolId, SessionId},
        lease::Lease,
        number::TrackingNumber,
        time::Timestamp,
    },
    store::{
        Acquire, Acquired, Grant, How, LeaseStore, Occupancy, StoreError,
        clock::ManualClock,
        redis::{RedisClock, RedisStore},
    },
};
use std::sync::atomic::{AtomicU64, Ordering};

/// Two servers that take turns in being the primary.
pub(super) struct FailingOver {
    servers: [RedisServer; 2],
    stores: [RedisStore; 2],
    /// The one that was the primary first in this history.
    first: usize,
    acquires: AtomicU64,
    lost_grants: AtomicU64,
    /// How many acquires are replicated, and after how many the replica takes over.
    cut_at: u64,
    fail_over_at: u64,
}

impl FailingOver {
    pub(super) async fn start(clock: &ManualClock) -> Self {
        let servers = [(); 2].map(|()| RedisServer::start(&["--repl-diskless-sync-delay", "0"]));
        let store = |server: &RedisServer| {
            let (url, clock) = (server.url(), RedisClock::Manual(clock.clone()));
            async move { RedisStore::connect(&url, "histories", clock).await.expect("a store") }
        };
        let stores = [store(&servers[0]).await, store(&servers[1]).await];
        let (acquires, lost_grants) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { servers, stores, first: 0, acquires, lost_grants, cut_at: 0, fail_over_at: 0 }
    }

    /// The store on the primary.
    pub(super) fn primary(&self) -> &RedisStore {
        &self.stores[self.first]
    }

    /// Begins a history that fails over somewhere in its midst.
    pub(super) async fn plan(&mut self, seed: u64) {
        let (primary, replica) = (&self.servers[self.first], &self.servers[1 - self.first]);
        tokio::task::block_in_place(|| replica.replicate(primary));
        self.cut_at = 20 + seed * 37 % 150;
        self.fail_over_at = self.cut_at + 5 + seed * 11 % 60;
        self.acquires.store(0, Ordering::Relaxed);
        self.lost_grants.store(0, Ordering::Relaxed);
    }

    /// Ends a history; the new primary stays. Gives how many grants were lost.
    pub(super) async fn end(&mut self) -> u64 {
        let acquires = self.acquires.load(Ordering::Relaxed);
        assert!(acquires > self.fail_over_at, "the history ended after {acquires} acquires, before its failover");
        self.first = 1 - self.first;
        self.lost_grants.load(Ordering::Relaxed)
    }

    /// The store that serves now.
    fn now(&self) -> &RedisStore {
        let is_over = self.acquires.load(Ordering::Relaxed) > self.fail_over_at;
        &self.stores[if is_over { 1 - self.first } else { self.first }]
    }
}

#[async_trait]
impl LeaseStore for FailingOver {
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError> {
        let count = self.acquires.fetch_add(1, Ordering::Relaxed);
        let (primary, replica) = (&self.servers[self.first], &self.servers[1 - self.first]);
        if count == self.cut_at {
            tokio::task::block_in_place(|| {
                replica.catch_up(primary);
                replica.cut_off();
            });
        } else if count == self.fail_over_at {
            tokio::task::block_in_place(|| replica.promote());
        }
        let acquired = self.now().acquire(pool, rows).await?;
        let is_grant = |acquired: &Acquired| matches!(acquired.grant, Grant::Leased { how: How::Granted, .. });
        if (self.cut_at..self.fail_over_at).contains(&count) && acquired.iter().any(is_grant) {
            self.lost_grants.fetch_add(1, Ordering::Relaxed);
        }
        Ok(acquired)
    }

    async fn leave(&self, pool: &PoolId, session: &SessionId) -> Result<(), StoreError> {
        self.now().leave(pool, session).await
    }

    async fn release(&self, pool: &PoolId, session: &SessionId) -> Result<Option<Lease>, StoreError> {
        self.now().release(pool, session).await
    }

    async fn holders(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Option<Timestamp>,
    ) -> Result<Option<Holders>, StoreError> {
        self.now().holders(pool, number, at).await
    }

    async fn sweep(&self, pool: &PoolId, limit: usize) -> Result<Vec<Lease>, StoreError> {
        self.now().sweep(pool, limit).await
    }

    async fn occupancy(&self, pool: &PoolId) -> Result<Occupancy, StoreError> {
        self.now().occupancy(pool).await
    }
}
