//! When access tokens were last used: noted in memory by requests, which wait for nothing, and written now and then.

use crate::{
    domain::time::Timestamp,
    store::{
        Store, StoreError,
        records::{Document, DocumentKind},
    },
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

/// Other copies of the service write of the same token: so often it is read again.
const ATTEMPTS: usize = 3;
/// Read at once.
const PAGE: usize = 500;

/// The tokens that were used since that was last written.
#[derive(Default)]
pub struct TokenUses(Mutex<BTreeSet<String>>);

#[derive(Serialize, Deserialize)]
struct Use {
    at: Timestamp,
}

impl TokenUses {
    /// A token is being used.
    pub fn note(&self, id: &str) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !used.contains(id) {
            used.insert(id.to_owned());
        }
    }

    /// Writes what was noted, as used now. Of what several copies of the service write, the latest stays.
    ///
    /// # Errors
    /// When the store does not answer; what was not written stays noted.
    pub async fn write(&self, store: &dyn Store) -> Result<(), StoreError> {
        let used = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let written = write(store, &used).await;
        if written.is_err() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(used);
        }
        written
    }

    /// When each token was last used, by id, as far as that is written.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read(store: &dyn Store) -> Result<BTreeMap<String, Timestamp>, StoreError> {
        let (mut uses, mut from) = (BTreeMap::new(), "!".to_owned());
        loop {
            let documents = store.documents(DocumentKind::TokenUse, &from, "~", false, PAGE).await?;
            for document in &documents {
                uses.insert(document.key.clone(), at(document)?);
            }
            match documents.last().filter(|_| documents.len() == PAGE) {
                Some(last) => from = format!("{}!", last.key),
                None => return Ok(uses),
            }
        }
    }
}

async fn write(store: &dyn Store, used: &BTreeSet<String>) -> Result<(), StoreError> {
    if used.is_empty() {
        return Ok(());
    }
    let now = store.now().await?;
    for id in used {
        for _ in 0..ATTEMPTS {
            let known = store.document(DocumentKind::TokenUse, id).await?;
            if known.as_ref().map(at).transpose()?.is_some_and(|known| known >= now) {
                break;
            }
            let text =
                serde_json::to_string(&Use { at: now }).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let revision = known.map_or(0, |known| known.revision);
            if store.put_document(DocumentKind::TokenUse, id, Some(revision), &text, None).await? {
                break;
            }
        }
    }
    Ok(())
}

fn at(document: &Document) -> Result<Timestamp, StoreError> {
    let read = serde_json::from_str::<Use>(&document.text);
    read.map(|used| used.at).map_err(|error| StoreError::Corrupt(format!("use of token {}: {error}", document.key)))
}
