//! Forgetting: callers who ask for it, and records that are old enough.

use super::{CallDesk, TRIES, contended, read, rollup, row};
use crate::{
    domain::{
        call::{Call, CallKey},
        counted::counted,
        ids::PoolId,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf, DocumentKind, SaveCall, SavedCall, Survives},
    },
};

/// Records that are read at once.
const PAGE: usize = 500;
/// Kept answers that are looked at at once.
const ANSWERS: usize = 1_000;
/// After every key of a document: no key has a character like this one.
const LAST: &str = "\u{10ffff}";

impl CallDesk {
    /// Erases what tells of a caller in all calls: number, recording, transcript, summary and notes. The calls stay, and
    /// count as before. Gives how many there were.
    ///
    /// # Errors
    /// When the store does not answer; what was erased stays erased, and the same can be asked again.
    pub async fn forget(&self, caller: &str) -> Result<u64, StoreError> {
        self.be_sure_of_key().await?;
        let Some(key) = self.callers.key_of(caller) else { return Ok(0) };
        let mut count = 0;
        for pool in self.pools().await? {
            // Erased calls are found no more: the first page is always the next one.
            loop {
                let page = match self.store.calls(&pool, &all(CallsOf::Caller(key.clone()), PAGE)).await {
                    // Configured, but never applied to this store.
                    Err(StoreError::UnknownPool(_)) => break,
                    page => page?,
                };
                if page.is_empty() {
                    break;
                }
                for kept in &page {
                    self.erase(&pool, &kept.row.span.key).await?;
                    count += 1;
                }
            }
        }
        self.forget_left(&key).await?;
        self.forget_answers().await?;
        self.note("caller forgotten", "a caller", &[counted(count, "call")]).await?;
        Ok(count)
    }

    /// Removes records that are older than their pool keeps them, at most `limit` of a pool; gives how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self, limit: usize) -> Result<usize, StoreError> {
        let (now, mut count) = (self.store.now().await?, 0);
        let configured = self.live.now();
        for pool in self.pools().await? {
            let keep = configured.pool(&pool).map_or(self.keep_without_pool, |pool| pool.records.keep_records);
            if keep == Span::default() {
                continue;
            }
            let query = CallQuery { until: now - keep, ..all(CallsOf::Pool, limit.min(PAGE)) };
            let old = match self.store.calls(&pool, &query).await {
                Err(StoreError::UnknownPool(_)) => continue,
                old => old?,
            };
            for kept in old {
                let is_gone = self.store.remove_call(&pool, &kept.row.span.key, kept.revision).await?;
                rollup::forget(self.store.as_ref(), &pool, kept.row.span.began_at).await?;
                count += usize::from(is_gone);
            }
        }
        Ok(count)
    }

    async fn erase(&self, pool: &PoolId, key: &CallKey) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(kept) = self.store.call(pool, key).await? else { return Ok(()) };
            let read = read(&kept)?;
            let now = self.store.now().await?;
            let call = Call {
                facts: read.call.facts.clone().without_caller(),
                // A decision may name the caller, and nobody asks for it again so long after the call.
                routed: None,
                erased_at: Some(read.call.erased_at.unwrap_or(now)),
                ..read.call
            };
            let save = SaveCall {
                row: row(&call)?,
                read_revision: read.revision,
                capacity: None,
                survives: Survives::PowerLoss,
            };
            if let SavedCall::Saved { .. } = self.store.save_call(pool, &save).await? {
                rollup::forget(self.store.as_ref(), pool, save.row.span.began_at).await?;
                return Ok(());
            }
        }
        Err(contended(key))
    }

    /// Answers that were kept for clients who repeat themselves may tell what was said in a call.
    async fn forget_answers(&self) -> Result<(), StoreError> {
        loop {
            let kept = self.store.documents(DocumentKind::Idempotency, "", LAST, false, ANSWERS).await?;
            for document in &kept {
                self.store.remove_document(DocumentKind::Idempotency, &document.key).await?;
            }
            if kept.len() < ANSWERS {
                return Ok(());
            }
        }
    }
}

/// The oldest calls first, whenever they began.
fn all(of: CallsOf, limit: usize) -> CallQuery {
    let until = Timestamp::from_millis(u64::MAX >> 16);
    CallQuery { of, from: Timestamp::ZERO, until, after: None, newest_first: false, limit }
}
