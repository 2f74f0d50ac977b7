//! What operators configured, with the indexes that requests need: made once for each version of it.

use crate::domain::{
    channel::Channel,
    ids::{PoolId, SiteId, SiteKey, TargetId},
    number::TrackingNumber,
    site::{Configuration, Pool, Site, StaticNumber, Target},
    suffix::Dialled,
};
use std::collections::{HashMap, HashSet};

/// One version of the configuration.
#[derive(Default)]
pub(super) struct Configured {
    pub(super) version: u64,
    pub(super) configuration: Configuration,
    sites_by_key: HashMap<SiteKey, usize>,
    pools_by_id: HashMap<PoolId, usize>,
    targets: HashMap<(SiteId, TargetId), usize>,
    numbers: HashMap<SiteId, HashMap<String, usize>>,
    printed: HashMap<String, (usize, At)>,
    origins: HashSet<String>,
    /// Pools of suffix numbers.
    ranges: Vec<usize>,
}

/// Where a number stands in a site's configuration.
#[derive(Clone, Copy)]
enum At {
    Static(usize),
    /// The channel, and which of its numbers.
    Channel(usize, usize),
    Target(usize),
}

/// What a number is that stands in the configuration itself.
#[derive(Clone, Copy, Debug)]
pub enum Printed<'a> {
    /// That of an ad.
    Ad(&'a StaticNumber),
    /// A channel's, for a target.
    Channel(&'a Channel, &'a TargetId),
    /// The site's own.
    Target(&'a Target),
}

impl Configured {
    pub(super) fn new(version: u64, configuration: Configuration) -> Self {
        let sites = || configuration.sites.iter().enumerate();
        let targets = sites().flat_map(|(_, site)| {
            site.targets.iter().enumerate().map(|(at, target)| ((site.id.clone(), target.id.clone()), at))
        });
        Self {
            version,
            sites_by_key: sites().map(|(at, site)| (site.key.clone(), at)).collect(),
            pools_by_id: configuration.pools.iter().enumerate().map(|(at, pool)| (pool.id.clone(), at)).collect(),
            targets: targets.collect(),
            numbers: sites().map(|(_, site)| (site.id.clone(), numbers(site))).collect(),
            printed: printed(&configuration),
            ranges: (0..configuration.pools.len()).filter(|at| configuration.pools[*at].suffixes.is_some()).collect(),
            origins: sites().flat_map(|(_, site)| site.origins.iter().cloned()).collect(),
            configuration,
        }
    }

    pub(super) fn site(&self, key: &SiteKey) -> Option<&Site> {
        self.configuration.sites.get(*self.sites_by_key.get(key)?)
    }

    pub(super) fn target<'a>(&self, site: &'a Site, id: &TargetId) -> Option<&'a Target> {
        site.targets.get(*self.targets.get(&(site.id.clone(), id.clone()))?)
    }

    pub(super) fn target_of_number<'a>(&self, site: &'a Site, number: &str) -> Option<&'a Target> {
        let numbers = self.numbers.get(&site.id)?;
        let parsed = TrackingNumber::parse(number).ok();
        let at = parsed.and_then(|number| numbers.get(number.key())).or_else(|| numbers.get(number))?;
        site.targets.get(*at)
    }

    pub(super) fn printed(&self, number: &TrackingNumber) -> Option<(&Site, Printed<'_>)> {
        let (site, at) = self.printed.get(number.key())?;
        let site = self.configuration.sites.get(*site)?;
        let printed = match *at {
            At::Static(at) => Printed::Ad(site.statics.get(at)?),
            At::Channel(channel, at) => {
                let channel = site.channels.get(channel)?;
                Printed::Channel(channel, &channel.numbers.get(at)?.0)
            }
            At::Target(at) => Printed::Target(site.targets.get(at)?),
        };
        Some((site, printed))
    }

    pub(super) fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.configuration.pools.get(*self.pools_by_id.get(id)?)
    }

    pub(super) fn dialled(&self, digits: &str) -> Option<(&Pool, Dialled)> {
        self.ranges.iter().find_map(|at| {
            let pool = self.configuration.pools.get(*at)?;
            Some((pool, pool.suffixes.as_ref()?.dialled(digits)?))
        })
    }

    pub(super) fn has_origin(&self, origin: &str) -> bool {
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

/// All numbers that stand in the configuration itself. Of several uses of one the first site's counts, and there that of
/// an ad before a channel's, and a channel's before the site's own.
fn printed(configuration: &Configuration) -> HashMap<String, (usize, At)> {
    let mut printed = HashMap::new();
    for (of, site) in configuration.sites.iter().enumerate() {
        let mut add = |number: &TrackingNumber, at: At| {
            printed.entry(number.key().to_owned()).or_insert((of, at));
        };
        for (at, ad) in site.statics.iter().enumerate() {
            add(&ad.number, At::Static(at));
        }
        for (channel, of_channel) in site.channels.iter().enumerate() {
            for (at, (_, number)) in of_channel.numbers.iter().enumerate() {
                add(number, At::Channel(channel, at));
            }
        }
        for (at, target) in site.targets.iter().enumerate() {
            if let Some(number) = &target.number {
                add(number, At::Target(at));
            }
        }
    }
    printed
}
