//! What operators configured, in memory: every request looks here, none waits for the store.
//!
//! Read again when it was changed through this process, and now and then for changes by other copies of the service.
//! What was read from a store that can be away is kept on disk as well ([`kept`]). Imports `domain`, `load` and the store traits.

pub mod kept;
pub mod numbers;
pub mod uses;

use crate::{
    domain::{
        access::AccessToken,
        ids::{PoolId, SiteId, SiteKey, TargetId},
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
use kept::Kept;
use numbers::{Indexed, NumberIndex};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};
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
    version: u64,
    configuration: Configuration,
    lease_token_keys: TokenKeys,
    access_tokens: HashMap<String, AccessToken>,
    sites_by_key: HashMap<SiteKey, usize>,
    pools_by_id: HashMap<PoolId, usize>,
    targets: HashMap<(SiteId, TargetId), usize>,
    numbers: HashMap<SiteId, HashMap<String, usize>>,
    origins: HashSet<String>,
    /// Pools of suffix numbers.
    ranges: Vec<usize>,
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
        let (version, configuration) = self.store.configuration().await?;
        let now = self.store.now().await?;
        self.clock.store(Some(Arc::new((now, Instant::now()))));
        let keys = self.store.token_keys(&new_key(now)?).await?;
        let tokens = self.store.access_tokens().await?;
        let next = Snapshot::new(version, configuration, TokenKeys::new(keys).unwrap_or_default(), tokens);
        let last = self.current.load_full();
        let next = Arc::new(next);
        self.current.store(Arc::clone(&next));
        if let Some(kept) = &self.kept
            && !next.is_like(&last)
        {
            kept.write(&next).await;
        }
        Ok(last.version != version)
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
    fn new(version: u64, configuration: Configuration, keys: TokenKeys, tokens: Vec<AccessToken>) -> Self {
        let sites = || configuration.sites.iter().enumerate();
        let targets = sites().flat_map(|(_, site)| {
            site.targets.iter().enumerate().map(|(at, target)| ((site.id.clone(), target.id.clone()), at))
        });
        Self {
            version,
            lease_token_keys: keys,
            access_tokens: tokens.into_iter().map(|token| (token.id.clone(), token)).collect(),
            sites_by_key: sites().map(|(at, site)| (site.key.clone(), at)).collect(),
            pools_by_id: configuration.pools.iter().enumerate().map(|(at, pool)| (pool.id.clone(), at)).collect(),
            targets: targets.collect(),
            numbers: sites().map(|(_, site)| (site.id.clone(), numbers(site))).collect(),
            ranges: (0..configuration.pools.len()).filter(|at| configuration.pools[*at].suffixes.is_some()).collect(),
            origins: sites().flat_map(|(_, site)| site.origins.iter().cloned()).collect(),
            configuration,
        }
    }

    /// Whether both say the same; a configuration changes only with its version.
    fn is_like(&self, other: &Self) -> bool {
        self.version == other.version
            && self.lease_token_keys == other.lease_token_keys
            && self.access_tokens == other.access_tokens
    }

    /// Counted up by each change.
    pub(in crate::live) fn version(&self) -> u64 {
        self.version
    }

    /// Everything that was configured.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
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
        self.configuration.sites.get(*self.sites_by_key.get(key)?)
    }

    /// A target of a site.
    pub fn target<'a>(&self, site: &'a Site, id: &TargetId) -> Option<&'a Target> {
        site.targets.get(*self.targets.get(&(site.id.clone(), id.clone()))?)
    }

    /// The target of a site whose number this is, in any spelling or as it is dialled in its country.
    pub fn target_of_number<'a>(&self, site: &'a Site, number: &str) -> Option<&'a Target> {
        let numbers = self.numbers.get(&site.id)?;
        let parsed = TrackingNumber::parse(number).ok();
        let at = parsed.and_then(|number| numbers.get(number.key())).or_else(|| numbers.get(number))?;
        site.targets.get(*at)
    }

    /// The pool with this id.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.configuration.pools.get(*self.pools_by_id.get(id)?)
    }

    /// The pool whose suffix numbers begin with the same base as these dialled digits, and what was dialled of one.
    pub fn dialled(&self, digits: &str) -> Option<(&Pool, Dialled)> {
        self.ranges.iter().find_map(|at| {
            let pool = self.configuration.pools.get(*at)?;
            Some((pool, pool.suffixes.as_ref()?.dialled(digits)?))
        })
    }

    /// Whether pages of this origin belong to any site.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }
}

/// The targets of a site by their numbers; those of other countries also as they are dialled there.
fn numbers(site: &Site) -> HashMap<String, usize> {
    let mut numbers = HashMap::new();
    for (at, target) in site.targets.iter().enumerate() {
        let Some(number) = &target.number else { continue };
        numbers.entry(number.key().to_owned()).or_insert(at);
        numbers.entry(target.form.national(number)).or_insert(at);
    }
    numbers
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
