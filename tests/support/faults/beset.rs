//! A store that a plan strikes, for the simulated visitors: each call looks first what is due by the world's true time.
//!
//! A fault begins while the call that found it due is under way, and others beside it; it is over before the first call
//! after its end.

use super::{
    embedded::OnDisk,
    plan::{Fault, Stroke},
    redis::OnRedis,
};
use async_trait::async_trait;
use pool_service::{
    domain::{
        attribution::Holders,
        ids::{PoolId, SessionId},
        lease::Lease,
        number::TrackingNumber,
        time::{Span, Timestamp},
    },
    store::{Acquire, Acquired, LeaseStore, Occupancy, Store, StoreError, clock::ManualClock},
};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::RwLock;

/// A store in trouble.
pub struct Beset {
    truth: ManualClock,
    started: Timestamp,
    store_clock: ManualClock,
    trouble: Mutex<Trouble>,
    ground: RwLock<Ground>,
    calls: AtomicUsize,
}

enum Ground {
    Redis(OnRedis),
    Disk(OnDisk),
}

struct Trouble {
    plan: VecDeque<Stroke>,
    /// How far the store's clock is behind the truth.
    behind: Span,
    /// Nobody waits for a server that was seen to hang.
    hangs: bool,
    struck: BTreeSet<Fault>,
    failures: usize,
}

impl Beset {
    /// Two copies of the service on a Redis server of their own.
    pub async fn on_redis(truth: &ManualClock, plan: VecDeque<Stroke>) -> Self {
        let clock = ManualClock::at(truth.now());
        let ground = Ground::Redis(OnRedis::start(clock.clone()).await);
        Self::new(truth, clock, ground, plan)
    }

    /// One service on an embedded store.
    pub fn on_disk(truth: &ManualClock, plan: VecDeque<Stroke>) -> Self {
        let clock = ManualClock::at(truth.now());
        let ground = Ground::Disk(OnDisk::start(clock.clone()));
        Self::new(truth, clock, ground, plan)
    }

    fn new(truth: &ManualClock, store_clock: ManualClock, ground: Ground, plan: VecDeque<Stroke>) -> Self {
        let trouble = Trouble { plan, behind: Span::default(), hangs: false, struck: BTreeSet::new(), failures: 0 };
        Self {
            started: truth.now(),
            truth: truth.clone(),
            store_clock,
            trouble: Mutex::new(trouble),
            ground: RwLock::new(ground),
            calls: AtomicUsize::new(0),
        }
    }

    /// One of the stores as it is now.
    pub async fn store(&self) -> Arc<dyn Store> {
        self.ground.read().await.store(self.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Ends whatever is still wrong, and gives the store as the service finds it when it is started anew.
    pub async fn mend(&self) -> Arc<dyn Store> {
        let rest: Vec<Stroke> = self.trouble().plan.drain(..).collect();
        // What has not begun stays away.
        if let Some(ending) = rest.first().filter(|stroke| !stroke.begins) {
            self.strike(*ending).await;
        }
        self.tell_the_time();
        for size in 0..2 {
            let restart = Stroke { at_ms: 0, fault: Fault::RestartService, begins: true, size };
            self.ground.write().await.strike(restart).await;
        }
        self.store().await
    }

    /// What has struck, and how many calls it made fail.
    pub fn damage(&self) -> (BTreeSet<Fault>, usize) {
        let trouble = self.trouble();
        (trouble.struck.clone(), trouble.failures)
    }

    fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn due(&self) -> Vec<Stroke> {
        let now_ms = self.truth.now().since(self.started).as_millis();
        let mut trouble = self.trouble();
        let mut due = Vec::new();
        while trouble.plan.front().is_some_and(|stroke| stroke.at_ms <= now_ms) {
            due.extend(trouble.plan.pop_front());
        }
        due
    }

    fn tell_the_time(&self) {
        let behind = self.trouble().behind;
        let truth = self.truth.now().as_millis();
        self.store_clock.set(Timestamp::from_millis(truth - behind.as_millis()));
    }

    async fn strike(&self, stroke: Stroke) {
        {
            let mut trouble = self.trouble();
            trouble.struck.insert(stroke.fault);
            match stroke.fault {
                // It stays so: a clock that is put right again by a jump is set forward.
                Fault::ClockBack if stroke.begins => {
                    let by = if stroke.size.is_multiple_of(2) { stroke.size } else { stroke.size % 60_000 };
                    trouble.behind = trouble.behind + Span::from_millis(by);
                }
                Fault::PauseRedis if !stroke.begins => trouble.hangs = false,
                _ => {}
            }
        }
        self.ground.write().await.strike(stroke).await;
    }

    async fn call<T, F>(&self, work: impl FnOnce(Arc<dyn Store>) -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let mut due = self.due();
        let begins = due.pop_if(|last| last.begins);
        for stroke in due {
            self.strike(stroke).await;
        }
        self.tell_the_time();
        if self.trouble().hangs {
            self.trouble().failures += 1;
            return Err(StoreError::Unavailable("it hangs".to_owned()));
        }
        let asked = async {
            let ground = self.ground.read().await;
            let store = ground.store(self.calls.fetch_add(1, Ordering::Relaxed));
            // Of these files a copy is made only while nobody writes; a server is struck in the middle.
            let _quiet = matches!(*ground, Ground::Disk(_)).then_some(ground);
            work(store).await
        };
        let answer = match begins {
            None => asked.await,
            Some(stroke) => {
                let (answer, ()) = tokio::join!(asked, self.strike(stroke));
                // Those beside this call have waited for it as long as it did.
                self.trouble().hangs = stroke.fault == Fault::PauseRedis;
                answer
            }
        };
        if answer.is_err() {
            self.trouble().failures += 1;
        }
        answer
    }
}

impl Ground {
    fn store(&self, copy: usize) -> Arc<dyn Store> {
        match self {
            Self::Redis(redis) => redis.store(copy),
            Self::Disk(disk) => disk.store(),
        }
    }

    async fn strike(&mut self, stroke: Stroke) {
        match self {
            Self::Redis(redis) => redis.strike(stroke).await,
            Self::Disk(disk) => disk.strike(stroke),
        }
    }
}

#[async_trait]
impl LeaseStore for Beset {
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError> {
        self.call(|store| async move { store.acquire(pool, rows).await }).await
    }

    async fn leave(&self, pool: &PoolId, session: &SessionId) -> Result<(), StoreError> {
        self.call(|store| async move { store.leave(pool, session).await }).await
    }

    async fn release(&self, pool: &PoolId, session: &SessionId) -> Result<Option<Lease>, StoreError> {
        self.call(|store| async move { store.release(pool, session).await }).await
    }

    async fn holders(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Option<Timestamp>,
    ) -> Result<Option<Holders>, StoreError> {
        self.call(|store| async move { store.holders(pool, number, at).await }).await
    }

    async fn sweep(&self, pool: &PoolId, limit: usize) -> Result<Vec<Lease>, StoreError> {
        self.call(|store| async move { store.sweep(pool, limit).await }).await
    }

    async fn occupancy(&self, pool: &PoolId) -> Result<Occupancy, StoreError> {
        self.call(|store| async move { store.occupancy(pool).await }).await
    }
}
