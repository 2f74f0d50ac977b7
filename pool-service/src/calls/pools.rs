//! Under which pools calls are kept. A pool that the configuration names no more may still have some, and whoever is to be
//! forgotten is to be forgotten there too: so it is written down when a pool gets its first call.

use super::CallDesk;
use crate::{
    domain::{
        call::validity::ValidityRule,
        ids::{PoolId, SiteId},
    },
    store::{
        StoreError,
        records::{DocumentKind, RecordStore},
    },
};
use std::{
    collections::{BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

/// What the documents' keys begin with; a pool's id follows.
const FROM: &str = "calls-of.";
/// After all of them.
const UNTIL: &str = "calls-of/";
const PAGE: usize = 1_000;

/// Pools that were written down.
pub(super) type Noted = Mutex<HashSet<PoolId>>;

impl CallDesk {
    /// Writes down that a pool has calls, once in the life of the process.
    pub(super) async fn note_pool(&self, pool: &PoolId) -> Result<(), StoreError> {
        let noted = || self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted().contains(pool) {
            return Ok(());
        }
        self.store.put_document(DocumentKind::Installation, &format!("{FROM}{pool}"), None, "{}", None).await?;
        noted().insert(pool.clone());
        Ok(())
    }

    /// All pools under which calls may be kept.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn pools(&self) -> Result<BTreeSet<PoolId>, StoreError> {
        let configured = self.live.now();
        let pools = configured.configuration().pools.iter().map(|pool| pool.id.clone());
        let mut pools: BTreeSet<PoolId> = pools.chain([PoolId::none()]).collect();
        pools.append(&mut noted_pools(self.store.as_ref()).await?);
        Ok(pools)
    }

    /// The rule by which a pool's calls count; `None` if it is not configured.
    pub fn rule_of(&self, pool: &PoolId) -> Option<ValidityRule> {
        self.live.now().pool(pool).map(|pool| pool.records.validity)
    }

    /// The rule by which calls to a site's numbers of no pool count; `None` if it is not configured.
    pub fn rule_of_site(&self, site: &SiteId) -> Option<ValidityRule> {
        self.live.now().configuration().site(site).map(|site| site.records.validity)
    }
}

/// Pools that were written down, also those that are not configured any more.
///
/// # Errors
/// When the store does not answer.
pub async fn noted_pools(store: &(impl RecordStore + ?Sized)) -> Result<BTreeSet<PoolId>, StoreError> {
    let mut pools = BTreeSet::new();
    let mut from = FROM.to_owned();
    loop {
        let page = store.documents(DocumentKind::Installation, &from, UNTIL, false, PAGE).await?;
        pools.extend(page.iter().filter_map(|noted| PoolId::parse(noted.key.strip_prefix(FROM)?).ok()));
        match page.last().filter(|_| page.len() >= PAGE) {
            // No id goes on below its `-`.
            Some(last) => from = format!("{}-", last.key),
            None => return Ok(pools),
        }
    }
}
