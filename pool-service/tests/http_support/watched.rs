//! A store whose records are watched: how many calls were read, and of when. It can also make calls up, keep no roll-ups, or
//! save calls later than anybody waits for.

use async_trait::async_trait;
use pool_service::{
    domain::{call::CallKey, ids::PoolId, report::filter::Range, time::Timestamp},
    store::{
        Store, StoreError,
        records::{CallQuery, Document, DocumentKind, KeptCall, RecordStore, SaveCall, SavedCall, Traffic},
        relay::Relay,
    },
};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Gives the calls of a pool that a query asks for, instead of the store.
pub type MadeUp = Box<dyn Fn(&PoolId, &CallQuery) -> Vec<KeptCall> + Send + Sync>;

/// A store whose records are watched.
pub struct Watched {
    records: Records,
}

struct Records {
    inner: Arc<dyn Store>,
    made_up: Option<MadeUp>,
    keeps_roll_ups: bool,
    saving: watch::Sender<Saving>,
    seen: Mutex<Seen>,
}

/// How calls are saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// At once.
    #[default]
    AtOnce,
    /// Not before this is over.
    Later,
    /// At once, and whoever asked for it hears that the store is away.
    Unheard,
}

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The ranges of all queries for calls.
    pub ranges: Vec<Range>,
    /// Calls that were given.
    pub given: u64,
    /// The most calls that were asked for at once.
    pub largest_limit: usize,
    /// Roll-ups that were written.
    pub rolled_up: u64,
}

impl Watched {
    /// In front of a store.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            records: Records {
                inner,
                made_up: None,
                keeps_roll_ups: true,
                saving: watch::Sender::default(),
                seen: Mutex::default(),
            },
        }
    }

    /// With these calls instead of the store's.
    pub fn with(mut self, made_up: MadeUp) -> Self {
        self.records.made_up = Some(made_up);
        self
    }

    /// As if nobody had ever written a roll-up.
    pub fn without_roll_ups(mut self) -> Self {
        self.records.keeps_roll_ups = false;
        self
    }

    /// How calls are saved from now on.
    pub fn save(&self, saving: Saving) {
        self.records.saving.send_replace(saving);
    }

    /// What was asked since the last time.
    pub fn seen(&self) -> Seen {
        std::mem::take(&mut *self.records.seen.lock().expect("no panic"))
    }

    /// Calls that were given since [`Self::seen`] was asked.
    pub fn given(&self) -> u64 {
        self.records.seen.lock().expect("no panic").given
    }
}

impl Relay for Watched {
    fn behind(&self) -> Result<&dyn Store, StoreError> {
        Ok(self.records.inner.as_ref())
    }

    fn records(&self) -> Result<&dyn RecordStore, StoreError> {
        Ok(&self.records)
    }
}

#[async_trait]
impl RecordStore for Records {
    async fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<KeptCall>, StoreError> {
        self.inner.call(pool, key).await
    }

    async fn save_call(&self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError> {
        let now = *self.saving.subscribe().wait_for(|saving| *saving != Saving::Later).await.expect("a sender");
        let saved = self.inner.save_call(pool, save).await;
        if now == Saving::Unheard { Err(StoreError::Unavailable("its answer is lost".to_owned())) } else { saved }
    }

    async fn remove_call(&self, pool: &PoolId, key: &CallKey, read_revision: u64) -> Result<bool, StoreError> {
        self.inner.remove_call(pool, key, read_revision).await
    }

    async fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError> {
        let calls = match &self.made_up {
            Some(made_up) => made_up(pool, query),
            None => self.inner.calls(pool, query).await?,
        };
        let mut seen = self.seen.lock().expect("no panic");
        seen.ranges.push(Range { from: query.from, until: query.until });
        seen.given += calls.len() as u64;
        seen.largest_limit = seen.largest_limit.max(query.limit);
        Ok(calls)
    }

    async fn hours(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        self.inner.hours(pool, from, until).await
    }

    async fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError> {
        self.inner.traffic(pool).await
    }

    async fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        self.inner.document(kind, key).await
    }

    async fn put_document(
        &self,
        kind: DocumentKind,
        key: &str,
        read_revision: Option<u64>,
        text: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        if kind == DocumentKind::RollUp {
            self.seen.lock().expect("no panic").rolled_up += 1;
            if !self.keeps_roll_ups {
                return Ok(true);
            }
        }
        self.inner.put_document(kind, key, read_revision, text, expires_at).await
    }

    async fn documents(
        &self,
        kind: DocumentKind,
        from: &str,
        until: &str,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        if kind == DocumentKind::RollUp && !self.keeps_roll_ups {
            return Ok(Vec::new());
        }
        self.inner.documents(kind, from, until, newest_first, limit).await
    }

    async fn remove_document(&self, kind: DocumentKind, key: &str) -> Result<(), StoreError> {
        self.inner.remove_document(kind, key).await
    }

    async fn sweep_documents(&self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError> {
        self.inner.sweep_documents(kind, limit).await
    }
}
