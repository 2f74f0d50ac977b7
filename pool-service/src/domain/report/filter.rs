//! Which calls are asked for. A list of choices that is empty lets all through.

use super::traits::{Touch, Traits};
use crate::domain::{
    attribution::Class,
    call::{Call, CallState},
    ids::{AdvertiserId, PoolId, SiteId},
    time::Timestamp,
};

/// Which calls are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// The sites of which whoever asks may know; `None` if of all, and of numbers of no site.
    pub allowed: Option<Vec<SiteId>>,
    /// Of these sites.
    pub sites: Vec<SiteId>,
    /// Of these pools.
    pub pools: Vec<PoolId>,
    /// For these advertisers.
    pub advertisers: Vec<AdvertiserId>,
    /// By this channel.
    pub channel: Option<String>,
    /// By this campaign.
    pub campaign: Option<String>,
    /// Which visit's channel and campaign.
    pub touch: Touch,
    /// With or without ad clicks.
    pub clicks: Option<Clicks>,
    /// That count, or that do not.
    pub valid: Option<bool>,
    /// That have come so far.
    pub states: Vec<CallState>,
    /// Whose attribution is so sure.
    pub classes: Vec<Class>,
}

/// Whether a call's visitor is known to have clicked on an ad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clicks {
    /// On some ad.
    Some,
    /// On none.
    None,
    /// With a click id of this kind: `gclid`.
    Of(String),
}

/// A range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Range {
    /// Whether a moment lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// What both have in common; may be empty.
    #[must_use]
    pub fn and(&self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// Whether there is no moment in it.
    pub fn is_empty(&self) -> bool {
        self.from >= self.until
    }
}

impl CallFilter {
    /// Whether this call is asked for.
    pub fn admits(&self, call: &Call) -> bool {
        is_one_of(&self.pools, Some(&call.pool)) && self.admits_traits(&Traits::of(call))
    }

    /// Whether calls with these traits are asked for, if their pool is.
    pub fn admits_traits(&self, traits: &Traits) -> bool {
        let clicks = match &self.clicks {
            None => true,
            Some(Clicks::Some) => !traits.clicks.is_empty(),
            Some(Clicks::None) => traits.clicks.is_empty(),
            Some(Clicks::Of(kind)) => traits.clicks.contains(kind),
        };
        let is_named = |wanted: &Option<String>, has: Option<&str>| wanted.is_none() || wanted.as_deref() == has;
        let allowed = self.allowed.as_ref();
        allowed.is_none_or(|sites| traits.site.as_ref().is_some_and(|site| sites.contains(site)))
            && is_one_of(&self.sites, traits.site.as_ref())
            && is_one_of(&self.advertisers, traits.advertiser.as_ref())
            && is_named(&self.channel, traits.channel(self.touch))
            && is_named(&self.campaign, traits.campaign(self.touch))
            && clicks
            && self.valid.is_none_or(|valid| valid == traits.valid)
            && is_one_of(&self.states, Some(&traits.state))
            && is_one_of(&self.classes, Some(&traits.class))
    }
}

fn is_one_of<T: PartialEq>(choices: &[T], value: Option<&T>) -> bool {
    choices.is_empty() || value.is_some_and(|value| choices.contains(value))
}
