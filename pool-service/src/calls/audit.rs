//! What the desk changes of records that were judged already: entries of the audit log.

use super::CallDesk;
use crate::{
    domain::{
        audit::{Actor, Entry, Outcome},
        time::Timestamp,
    },
    store::{Store, StoreError, records::DocumentKind},
};
use std::sync::atomic::{AtomicU32, Ordering};

/// Entries of this process so far: those of one millisecond stand in the order in which they were begun.
static ENTRIES: AtomicU32 = AtomicU32::new(0);

/// The key of an entry that begins now. Those of several processes are told apart by chance.
///
/// # Errors
/// When the system gives no random bytes.
pub fn next_key(at: Timestamp) -> Result<String, StoreError> {
    let mut tail = [0; 4];
    getrandom::fill(&mut tail)
        .map_err(|error| StoreError::Unsuitable(format!("the system gives no random bytes: {error}")))?;
    Ok(Entry::key(at, ENTRIES.fetch_add(1, Ordering::Relaxed), tail))
}

/// Keeps an entry of something that the service does by its rules. Never with a caller's number.
///
/// # Errors
/// When the store does not answer.
async fn keep(store: &dyn Store, action: &str, subject: &str, lines: &[String]) -> Result<(), StoreError> {
    let at = store.now().await?;
    let key = next_key(at)?;
    let entry = Entry::begun(at, Actor::Service, action, subject).ended(Outcome::Done, lines);
    let text = serde_json::to_string(&entry).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    store.put_document(DocumentKind::Audit, &key, None, &text, None).await.map(drop)
}

impl CallDesk {
    /// Notes a change: what was done to what, and the particulars, a line each.
    pub(super) async fn note(&self, action: &str, subject: &str, lines: &[String]) -> Result<(), StoreError> {
        keep(self.store.as_ref(), action, subject, lines).await
    }
}
