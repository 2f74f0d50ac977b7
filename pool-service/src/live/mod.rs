//! What operators configured, in memory: every request looks here, none waits for the store.
//!
//! Read again when it was changed through this process, and now and then for changes by other copies of the service.
//! What was read from a store that can be away is kept on disk as well ([`kept`]). Imports `domain`, `load` and the store traits.
//!
//! A portal has tens of thousands of targets and numbers: what is made of all of them is made on threads that may take
//! their time, and only when the configuration changed.

pub mod configured;
pub mod kept;
pub mod numbers;
pub mod uses;

use crate::{
    domain::{
        access::AccessToken,
        ids::{PoolId, SiteKey, TargetId},
        number::TrackingNumber,
        site::{Configuration, Pool, Site, Target},
        suffix::Dialled,
        time::{Span, Timestamp},
        token::{TokenKey, TokenKeys},
    },
    load::Load,
    store::{Store, StoreError, clock::wall},
};
use arc_swap::{ArcSwap, ArcSwapOption};
use configured::{Configured, Printed};
use kept::Kept;
use numbers::{Indexed, NumberIndex};
use std::{collections::HashMap, sync::Arc, time::Instant};
use uses::TokenUses;

/// The configuration in memory, always whole: readers see the old one or the new one.
pub struct Live {
    store: Arc<dyn Store>,
    current: ArcSwap<Snapshot>,
    kept: Option<Kept>,
    loads: Load,
    indexed: Indexed,
    /// What the store's clock showed, and when that was.
    clock: ArcSwapOption<(Timestamp, Instant)>,
    token_uses: TokenUses,
}

/// One state of the configuration, with the indexes that requests need.
#[derive(Default)]
pub struct Snapshot {
    configured: Arc<Configured>,
    lease_token_keys: TokenKeys,
    access_tokens: HashMap<String, AccessToken>,
}

impl Live {
    fn new(store: Arc<dyn Store>, kept: Option<Kept>) -> Self {
        let (current, loads, clock) = (ArcSwap::default(), Load::default(), ArcSwapOption::empty());
        let indexed = Indexed::new(Arc::clone(&store), kept.clone());
        Self { store, current, kept, loads, indexed, clock, token_uses: TokenUses::default() }
    }

    /// Reads the configuration for the first time; makes the key that signs lease tokens if there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let live = Self::new(store, None);
        live.read().await?;
        live.indexed.renew_aside(live.now());
        Ok(live)
    }

    /// The same for a store that can be away: then what was kept of it counts until it is back.
    ///
    /// # Errors
    /// When the store does not answer and nothing was kept of it.
    pub async fn load_or_kept(store: Arc<dyn Store>, kept: Kept) -> Result<Self, StoreError> {
        let live = Self::new(store, Some(kept.clone()));
        live.indexed.take(kept.read_numbers().await);
        let error = match live.read().await {
            Ok(_) => {
                live.indexed.renew_aside(live.now());
                return Ok(live);
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Full(_))) => error,
            Err(error) => return Err(error),
        };
        let snapshot = kept.read().await.ok_or_else(|| error.clone())?;
        tracing::warn!(%error, "the store is away: the last known good configuration is served");
        live.current.store(Arc::new(snapshot));
        Ok(live)
    }

    /// Reads the configuration again. Gives whether sites or pools changed.
    ///
    /// # Errors
    /// When the store does not answer; the configuration stays as it was.
    pub async fn refresh(&self) -> Result<bool, StoreError> {
        let is_changed = self.read().await?;
        self.indexed.renew(&self.now()).await;
        Ok(is_changed)
    }

    async fn read(&self) -> Result<bool, StoreError> {
        let last = self.current.load_full();
        let changed = self.store.configuration_after(last.version()).await?;
        let is_changed = changed.is_some();
        let configured = match changed {
            None => Arc::clone(&last.configured),
            Some((version, configuration)) => Arc::new(aside(move || Configured::new(version, configuration)).await?),
        };
        let now = self.store.now().await?;
        self.clock.store(Some(Arc::new((now, Instant::now()))));
        let keys = self.store.token_keys(&new_key(now)?).await?;
        let tokens = self.store.access_tokens().await?;
        let next = Arc::new(Snapshot::new(configured, TokenKeys::new(keys).unwrap_or_default(), tokens));
        self.current.store(Arc::clone(&next));
        if let Some(kept) = &self.kept
            && !next.is_like(&last)
        {
            kept.write(&next).await;
        }
        Ok(is_changed)
    }

    /// What the pools have been carrying.
    pub fn loads(&self) -> &Load {
        &self.loads
    }

    /// When access tokens were last used.
    pub fn token_uses(&self) -> &TokenUses {
        &self.token_uses
    }

    /// What the store's clock shows, as far as that is known without asking it.
    pub fn about_now(&self) -> Timestamp {
        let known = self.clock.load();
        known.as_deref().map_or_else(wall, |(shown, at)| {
            *shown + Span::from_millis(u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX))
        })
    }

    /// Which pool has a number, as far as is known without asking the store.
    pub fn numbers(&self) -> Arc<NumberIndex> {
        self.indexed.now()
    }

    /// The configuration now.
    pub fn now(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }
}

impl Snapshot {
    fn new(configured: Arc<Configured>, keys: TokenKeys, tokens: Vec<AccessToken>) -> Self {
        let access_tokens = tokens.into_iter().map(|token| (token.id.clone(), token)).collect();
        Self { configured, lease_token_keys: keys, access_tokens }
    }

    /// Whether both say the same; a configuration changes only with its version.
    fn is_like(&self, other: &Self) -> bool {
        self.version() == other.version()
            && self.lease_token_keys == other.lease_token_keys
            && self.access_tokens == other.access_tokens
    }

    /// Counted up by each change.
    pub(in crate::live) fn version(&self) -> u64 {
        self.configured.version
    }

    /// Everything that was configured.
    pub fn configuration(&self) -> &Configuration {
        &self.configured.configuration
    }

    /// The keys of lease tokens.
    pub fn lease_token_keys(&self) -> &TokenKeys {
        &self.lease_token_keys
    }

    /// The access token with this public id, if it was there when the configuration was read.
    pub fn access_token(&self, id: &str) -> Option<&AccessToken> {
        self.access_tokens.get(id)
    }

    /// The site with this public key.
    pub fn site(&self, key: &SiteKey) -> Option<&Site> {
        self.configured.site(key)
    }

    /// A target of a site.
    pub fn target<'a>(&self, site: &'a Site, id: &TargetId) -> Option<&'a Target> {
        self.configured.target(site, id)
    }

    /// The target of a site whose number this is, in any spelling or as it is dialled in its country.
    pub fn target_of_number<'a>(&self, site: &'a Site, number: &str) -> Option<&'a Target> {
        self.configured.target_of_number(site, number)
    }

    /// What a number is that stands in the configuration itself, and on which site. Of several uses the first counts.
    pub fn printed(&self, number: &TrackingNumber) -> Option<(&Site, Printed<'_>)> {
        self.configured.printed(number)
    }

    /// The pool with this id.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.configured.pool(id)
    }

    /// The pool whose suffix numbers begin with the same base as these dialled digits, and what was dialled of one.
    pub fn dialled(&self, digits: &str) -> Option<(&Pool, Dialled)> {
        self.configured.dialled(digits)
    }

    /// Whether pages of this origin belong to any site.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.configured.has_origin(origin)
    }
}

/// Does what takes its time where no request waits for it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let stopped = |_| StoreError::Unavailable("a thread that read the configuration was stopped".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(stopped)
}

/// A new key for lease tokens.
///
/// # Errors
/// When the system gives no random bytes.
pub fn new_key(created_at: Timestamp) -> Result<TokenKey, StoreError> {
    let mut random = [0; 36];
    getrandom::fill(&mut random)
        .map_err(|error| StoreError::Unsuitable(format!("the system gives no random bytes: {error}")))?;
    Ok(TokenKey::new(random, created_at))
}
