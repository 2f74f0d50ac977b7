//! The Redis store: several copies of the service share one server, one primary with replicas, or a cluster.
//!
//! Every operation on a pool is one Lua script (`scripts`) on keys under one hash tag (`keys`); the server's clock
//! decides. Concurrent acquires of a pool share script calls, and so do look-ups (`coalesce`). A URL says where Redis is
//! (`address`), the connection mends itself and follows the primary (`link`, `wire`). After a
//! failover a pool is in safe mode (`scripts/epoch.lua`), which the log tells (`safe_modes`).
//!
//! Durability is what the server was set up for.

mod address;
mod admin;
mod calls;
mod coalesce;
mod documents;
mod keys;
mod leases;
mod link;
mod records;
mod reply;
mod safe_modes;
mod scripts;
mod suitability;
mod token_keys;
mod transfer;
mod wire;

use super::{Acquire, Acquired, StoreError, clock::ManualClock};
use crate::domain::{attribution::Holders, ids::PoolId, number::TrackingNumber, time::Timestamp};
use coalesce::Coalescer;
use keys::Keys;
use link::Link;
use redis::{FromRedisValue, RedisError, Script, ScriptInvocation};
use safe_modes::SafeModes;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Where the Redis store takes the time from.
#[derive(Clone, Debug)]
pub enum RedisClock {
    /// The server's own clock, inside each script.
    Server,
    /// A test's clock, told to each script.
    Manual(ManualClock),
}

/// A store on a Redis server. Clones share the connection.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

/// Who held a number up to a moment (`None`: now)?
type LookUp = (TrackingNumber, Option<Timestamp>);

struct Inner {
    link: Link,
    /// A connection of its own for what is asked while a telephone rings: it does not wait behind batches of leases.
    ringing: Link,
    keys: Keys,
    clock: RedisClock,
    acquires: Coalescer<PoolId, Acquire, Acquired>,
    look_ups: Coalescer<PoolId, LookUp, Option<Holders>>,
    owners: Coalescer<(), TrackingNumber, Option<PoolId>>,
    safe_modes: SafeModes,
    /// The largest time that [`super::AdminStore::now`] gave. Pools keep their own, on the server.
    seen_ms: AtomicU64,
}

impl RedisStore {
    /// Connects to the server at `redis://…`, to the primary that `redis+sentinel://…` names, or to the cluster at
    /// `redis+cluster://…`; `rediss…` speaks TLS. All keys begin with `prefix`.
    ///
    /// # Errors
    /// `Unsuitable` when the URL is none of these, the server may evict keys or does not say who it is, or a newer version
    /// wrote the data; `Unavailable` when it does not answer.
    pub async fn connect(url: &str, prefix: &str, clock: RedisClock) -> Result<Self, StoreError> {
        let keys = Keys::new(prefix);
        // Boxed: a cluster's connection is a deep type, which callers' compilers would go through again each time.
        let suitable: Pin<Box<dyn Future<Output = Result<Link, StoreError>> + Send>> = Box::pin(async {
            let link = Link::connect(url).await?;
            suitability::check(&link, &keys).await?;
            Ok(link)
        });
        let link = suitable.await?;
        let second: Pin<Box<dyn Future<Output = Result<Link, StoreError>> + Send>> = Box::pin(Link::connect(url));
        let ringing = second.await?;
        Ok(Self(Arc::new(Inner {
            link,
            ringing,
            keys,
            clock,
            acquires: Coalescer::default(),
            look_ups: Coalescer::default(),
            owners: Coalescer::default(),
            safe_modes: SafeModes::default(),
            seen_ms: AtomicU64::new(0),
        })))
    }
}

impl Inner {
    /// A call of a pool's script, with the pool and the time filled in.
    fn on_pool<'a>(&self, script: &'a Script, pool: &PoolId) -> ScriptInvocation<'a> {
        self.at_time(script.key(self.keys.in_pool(pool, "meta")))
    }

    /// The same call with the time filled in.
    fn at_time<'a>(&self, mut invocation: ScriptInvocation<'a>) -> ScriptInvocation<'a> {
        match &self.clock {
            RedisClock::Server => invocation.arg(""),
            RedisClock::Manual(clock) => {
                self.seen_ms.fetch_max(clock.now().as_millis(), Ordering::Relaxed);
                invocation.arg(clock.now().as_millis())
            }
        };
        invocation
    }

    async fn run<T: FromRedisValue>(&self, pool: &PoolId, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        self.link.run(script).await.map_err(|error| self.told(pool, &error))
    }

    /// The same on the connection for calls that ring.
    async fn run_ringing<T: FromRedisValue>(
        &self,
        pool: &PoolId,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.ringing.run(script).await.map_err(|error| self.told(pool, &error))
    }

    fn told(&self, pool: &PoolId, error: &RedisError) -> StoreError {
        match error.code() {
            Some("NOPOOL") => StoreError::UnknownPool(pool.clone()),
            _ => self.link.told(error),
        }
    }
}
