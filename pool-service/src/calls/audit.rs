//! What was changed, by whom and why: documents that sort by time.

use super::CallDesk;
use crate::store::{Store, StoreError, records::DocumentKind};
use serde::{Deserialize, Serialize};

/// One change, as it is kept: JSON on one line. Never with a caller's number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Milliseconds since 1970 by the store's clock.
    pub at_ms: u64,
    /// Who: a token's name, `cli`, or the part of the service.
    pub who: String,
    /// What was done: `validity.rejudged`.
    pub what: String,
    /// To what: a record's id, a pool.
    pub subject: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Change {
    /// A change of something by somebody.
    pub fn new(who: impl Into<String>, what: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { who: who.into(), what: what.into(), subject: subject.into(), ..Self::default() }
    }

    /// The same with its reason.
    #[must_use]
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// The same with what was there.
    #[must_use]
    pub fn from(self, before: &str) -> Self {
        Self { before: Some(before.to_owned()), ..self }
    }

    /// The same with what is there now.
    #[must_use]
    pub fn to(self, after: &str) -> Self {
        Self { after: Some(after.to_owned()), ..self }
    }
}

/// Keeps a change, under the store's time and a random tail.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(store: &dyn Store, change: Change) -> Result<(), StoreError> {
    let at_ms = store.now().await?.as_millis();
    let mut random = [0; 8];
    getrandom::fill(&mut random)
        .map_err(|error| StoreError::Unsuitable(format!("the system gives no random bytes: {error}")))?;
    let key = format!("{at_ms:015}.{:016x}", u64::from_le_bytes(random));
    let text = serde_json::to_string(&Change { at_ms, ..change });
    let text = text.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    store.put_document(DocumentKind::Audit, &key, None, &text, None).await.map(drop)
}

impl CallDesk {
    /// Notes a change.
    pub(super) async fn note(&self, change: Change) -> Result<(), StoreError> {
        keep(self.store.as_ref(), change).await
    }
}
