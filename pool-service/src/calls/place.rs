//! What a dialled number is: of a pool, printed, a channel's, or nobody's.

use super::CallDesk;
use crate::{
    domain::{
        call::CallKey,
        ids::{AdvertiserId, PoolId, SiteId},
        number::{InvalidNumber, TrackingNumber},
        site::{Pool, Site, Target},
        suffix::Dialled,
    },
    live::{Snapshot, configured::Printed},
    store::StoreError,
};

/// Where a dialled number leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number that was dialled.
    pub number: TrackingNumber,
    /// The pool that leases it; [`PoolId::none`] without one.
    pub pool: PoolId,
    /// The site on which it stands; `None` for a number that nobody knows.
    pub site: Option<SiteId>,
    /// On whose behalf it is shown.
    pub advertiser: Option<AdvertiserId>,
    /// What a static number or a channel's number stands for.
    pub printed: Option<StaticUse>,
    /// Where its calls are sent when nothing else is decided.
    pub destination: Option<TrackingNumber>,
    /// The caller dialled a suffix pool's base number without all digits of a suffix.
    pub is_incomplete: bool,
}

/// What a number stands for that is not leased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticUse {
    /// The channel.
    pub channel: Option<String>,
    /// The ad.
    pub campaign: Option<String>,
}

/// Why a dialled number leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// It is no telephone number; why not.
    #[error("{0}")]
    NotANumber(String),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidNumber> for NoPlace {
    fn from(error: InvalidNumber) -> Self {
        Self::NotANumber(error.to_string())
    }
}

impl CallDesk {
    /// What a dialled number is, in any spelling. A number that nobody knows is a place without a site.
    ///
    /// # Errors
    /// When it is no number, or the store does not answer.
    pub async fn place(&self, dialled: &str) -> Result<Place, NoPlace> {
        let known = self.known_place(dialled)?;
        if known.site.is_some() {
            return Ok(known);
        }
        let owner = self.store.pool_of(&known.number).await?;
        Ok(match owner.and_then(|id| self.live.now().pool(&id).cloned()) {
            Some(pool) => Place::in_pool(known.number, &pool),
            None => known,
        })
    }

    /// The same as far as it is known without asking the store: then a place without a site is one of which nothing is
    /// known.
    ///
    /// # Errors
    /// When it is no number.
    pub fn known_place(&self, dialled: &str) -> Result<Place, NoPlace> {
        let configured = self.live.now();
        if let Some(place) = of_range(&configured, dialled)? {
            return Ok(place);
        }
        let number = TrackingNumber::parse(dialled)?;
        if let Some(place) = printed(&configured, &number) {
            return Ok(place);
        }
        Ok(match self.indexed(&configured, &number) {
            Some(pool) => Place::in_pool(number, pool),
            None => Place::nowhere(number),
        })
    }

    /// A number stays with its pool for good, so what memory says is right.
    fn indexed<'a>(&self, configured: &'a Snapshot, number: &TrackingNumber) -> Option<&'a Pool> {
        configured.pool(self.live.numbers().pool_of(number)?)
    }

    /// The same for a number whose record is to be made again: it is where the configuration says, else nobody's.
    pub(super) async fn place_of(&self, number: &TrackingNumber, key: &CallKey) -> Result<Place, StoreError> {
        match self.place(&number.to_string()).await {
            Ok(place) => Ok(place),
            Err(NoPlace::Store(error)) => Err(error),
            Err(NoPlace::NotANumber(why)) => {
                tracing::warn!(%key, %why, "a number that was one before");
                Ok(Place::nowhere(number.clone()))
            }
        }
    }
}

impl Place {
    fn nowhere(number: TrackingNumber) -> Self {
        let pool = PoolId::none();
        Self { number, pool, site: None, advertiser: None, printed: None, destination: None, is_incomplete: false }
    }

    fn in_pool(number: TrackingNumber, pool: &Pool) -> Self {
        Self {
            pool: pool.id.clone(),
            site: Some(pool.site.clone()),
            advertiser: pool.advertiser.clone(),
            destination: Some(pool.destination.clone()),
            ..Self::nowhere(number)
        }
    }

    fn on_site(number: &TrackingNumber, site: &Site) -> Self {
        Self { site: Some(site.id.clone()), ..Self::nowhere(number.clone()) }
    }
}

/// A suffix number names its pool by its base: the store need not be asked. Digits beyond the last are a caller's slip.
fn of_range(configured: &Snapshot, dialled: &str) -> Result<Option<Place>, NoPlace> {
    Ok(match configured.dialled(&TrackingNumber::digits(dialled)) {
        None => None,
        Some((pool, Dialled::Whole(number))) => Some(Place::in_pool(number, pool)),
        Some((pool, Dialled::Incomplete)) => {
            let number = TrackingNumber::parse(dialled)?;
            Some(Place { pool: PoolId::none(), is_incomplete: true, ..Place::in_pool(number, pool) })
        }
    })
}

/// Numbers that stand in the configuration itself: of ads, of channels, and the sites' own.
fn printed(configured: &Snapshot, number: &TrackingNumber) -> Option<Place> {
    let (site, printed) = configured.printed(number)?;
    let place = Place::on_site(number, site);
    Some(match printed {
        Printed::Ad(ad) => {
            let printed = StaticUse { channel: Some(ad.channel.clone()), campaign: Some(ad.campaign.clone()) };
            let (advertiser, destination) = (ad.advertiser.clone(), ad.destination.clone());
            Place { advertiser, printed: Some(printed), destination, ..place }
        }
        Printed::Channel(channel, target) => {
            let target = configured.target(site, target);
            let printed = StaticUse { channel: Some(channel.name.clone()), campaign: None };
            Place {
                advertiser: target.and_then(|target| advertiser(configured, target)),
                destination: target.and_then(|target| destination(configured, target)),
                printed: Some(printed),
                ..place
            }
        }
        Printed::Target(target) => Place {
            // The site's own number: it rings where the pool's calls end, unless that is itself.
            destination: destination(configured, target).filter(|destination| destination != number),
            advertiser: advertiser(configured, target),
            ..place
        },
    })
}

fn pool_of<'a>(configured: &'a Snapshot, target: &Target) -> Option<&'a Pool> {
    configured.pool(target.pool.as_ref()?)
}

/// On whose behalf a target is printed.
fn advertiser(configured: &Snapshot, target: &Target) -> Option<AdvertiserId> {
    target.advertiser.clone().or_else(|| pool_of(configured, target)?.advertiser.clone())
}

/// Where calls meant for a target end: where its pool sends them, else the printed number.
fn destination(configured: &Snapshot, target: &Target) -> Option<TrackingNumber> {
    let of_pool = pool_of(configured, target).map(|pool| pool.destination.clone());
    of_pool.or_else(|| target.number.clone())
}
