//! A document as domain values, or everything that is wrong with it at once, each finding with its place.

use super::{document::Document, plan::Current, pool, ranges, schedule, site, statics};
use crate::domain::{
    ids::PoolId,
    lease::Standing,
    number::TrackingNumber,
    routing::Schedule,
    site::{Advertiser, Configuration, Pool, Site},
};
use std::{
    collections::{BTreeMap, HashMap},
    fmt::{self, Display},
};

/// What a document wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// The sites it names.
    pub sites: Vec<Site>,
    /// The pools it names.
    pub pools: Vec<DesiredPool>,
    /// The advertisers it names.
    pub advertisers: Vec<Advertiser>,
    /// The opening hours it names.
    pub schedules: Vec<Schedule>,
}

/// A pool that a document names, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredPool {
    /// The pool.
    pub pool: Pool,
    /// Its numbers and how they shall stand.
    pub numbers: BTreeMap<TrackingNumber, Standing>,
}

/// Everything found wrong so far.
#[derive(Debug, Default)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Notes something wrong at a place.
    pub(super) fn add(&mut self, place: &str, what: impl Display) {
        self.0.push(format!("{place}: {what}"));
    }

    /// The value, if it is right.
    pub(super) fn take<T, E: Display>(&mut self, place: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.add(place, error)).ok()
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// Reads a document. `kept` is what else stays configured: the document may refer to it and must not collide with it.
///
/// # Errors
/// Everything that is wrong.
pub fn desired(document: &Document, kept: &Configuration) -> Result<Desired, Vec<String>> {
    let mut findings = Findings::default();
    let desired = Desired {
        sites: document.sites.iter().filter_map(|entry| site::read(entry, &mut findings)).collect(),
        pools: document.pools.iter().filter_map(|entry| pool::read(entry, &mut findings)).collect(),
        schedules: document.schedules.iter().filter_map(|entry| schedule::read(entry, &mut findings)).collect(),
        advertisers: statics::advertisers(&document.advertisers, &mut findings),
    };
    // References to something that could not be read would only repeat the finding.
    if findings.count() == 0 {
        names_are_unique(&desired, kept, &mut findings);
        references_lead_somewhere(&desired, kept, &mut findings);
        schedules_are_there(&desired, kept, &mut findings);
        numbers_have_one_use(&desired, kept, &mut findings);
        ranges::have_one_use(&desired, kept, &mut findings);
        statics::fit(&desired, kept, &mut findings);
    }
    if findings.0.is_empty() { Ok(desired) } else { Err(findings.0) }
}

fn names_are_unique(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    for (at, site) in desired.sites.iter().enumerate() {
        let place = format!("site {:?}", site.id.as_str());
        if desired.sites[..at].iter().any(|other| other.id == site.id) {
            findings.add(&place, "there are two sites with this id");
        }
        let mut others = desired.sites[..at].iter().chain(&kept.sites);
        if let Some(other) = others.find(|other| other.key == site.key) {
            findings.add(&place, format!("key {} is already that of site {:?}", site.key, other.id.as_str()));
        }
    }
    for (at, DesiredPool { pool, .. }) in desired.pools.iter().enumerate() {
        if desired.pools[..at].iter().any(|other| other.pool.id == pool.id) {
            findings.add(&format!("pool {:?}", pool.id.as_str()), "there are two pools with this id");
        }
    }
}

fn references_lead_somewhere(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    let pools: HashMap<&PoolId, &Pool> =
        desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools).map(|pool| (&pool.id, pool)).collect();
    for DesiredPool { pool, .. } in &desired.pools {
        if !desired.sites.iter().chain(&kept.sites).any(|site| site.id == pool.site) {
            let place = format!("pool {:?}", pool.id.as_str());
            findings.add(&place, format!("there is no site {:?}", pool.site.as_str()));
        }
    }
    for site in &desired.sites {
        for target in &site.targets {
            let place = format!("site {:?}, target {:?}", site.id.as_str(), target.id.as_str());
            let Some(id) = &target.pool else { continue };
            match pools.get(id) {
                None => findings.add(&place, format!("there is no pool {:?}", id.as_str())),
                Some(pool) if pool.site != site.id => {
                    findings.add(&place, format!("pool {:?} serves site {:?}", pool.id.as_str(), pool.site.as_str()));
                }
                Some(pool) if target.advertiser.is_some() && target.advertiser != pool.advertiser => {
                    let why = "a visitor is shown one number of a pool for all targets, so nobody could tell for whom a call is";
                    findings.add(&place, format!("its advertiser must be that of pool {:?}: {why}", pool.id.as_str()));
                }
                Some(_) => {}
            }
        }
    }
}

fn schedules_are_there(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    for (at, schedule) in desired.schedules.iter().enumerate() {
        if desired.schedules[..at].iter().any(|other| other.id == schedule.id) {
            findings.add(&format!("schedule {:?}", schedule.id.as_str()), "there are two schedules with this id");
        }
    }
    for pool in desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools) {
        for id in pool.routing.schedules() {
            if !desired.schedules.iter().chain(&kept.schedules).any(|schedule| schedule.id == *id) {
                let place = format!("pool {:?}: routing", pool.id.as_str());
                findings.add(&place, format!("there is no schedule {:?}", id.as_str()));
            }
        }
    }
}

/// A number is leased by one pool, or shared by one pool, or printed on sites, or called in the end; never two of these.
fn numbers_have_one_use(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    let mut owners: HashMap<&TrackingNumber, Use<'_>> = HashMap::new();
    for pool in &kept.pools {
        owners.extend(pool.overflow.as_ref().map(|number| (number, Use::Overflow(&pool.id))));
    }
    for DesiredPool { pool, numbers } in &desired.pools {
        let leased = numbers.keys().map(|number| (number, Use::Leased(&pool.id)));
        let shared = pool.overflow.iter().map(|number| (number, Use::Overflow(&pool.id)));
        for (number, use_) in leased.chain(shared) {
            if let Some(other) = owners.insert(number, use_) {
                findings.add(&format!("pool {:?}", pool.id.as_str()), format!("number {number} is already {other}"));
            }
        }
    }
    for DesiredPool { pool, .. } in &desired.pools {
        for destination in pool.destinations() {
            if let Some(owner) = owners.get(destination) {
                let place = format!("pool {:?}", pool.id.as_str());
                findings.add(&place, format!("destination {destination} is {owner}: calls would go in circles"));
            }
        }
    }
    for site in desired.sites.iter().chain(&kept.sites) {
        for ad in &site.statics {
            if let Some((number, owner)) = ad.destination.as_ref().and_then(|number| owners.get_key_value(number)) {
                let place = format!("site {:?}, static number {:?}", site.id.as_str(), ad.campaign);
                findings.add(&place, format!("destination {number} is {owner}: calls would go in circles"));
            }
        }
        for (place, number) in site.uses() {
            if let Some(owner) = owners.get(number) {
                let place = format!("site {:?}, {place}", site.id.as_str());
                findings.add(&place, format!("number {number} is {owner}: it must be the site's own"));
            }
        }
    }
}

/// What a number is already used for.
enum Use<'a> {
    Leased(&'a PoolId),
    Overflow(&'a PoolId),
}

impl Display for Use<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leased(pool) => write!(f, "a number of pool {:?}", pool.as_str()),
            Self::Overflow(pool) => write!(f, "the overflow of pool {:?}", pool.as_str()),
        }
    }
}

/// What stays configured although a document does not name it.
pub fn kept(document: &Document, current: &Current, prune: bool) -> Configuration {
    if prune {
        return Configuration::default();
    }
    let Configuration { sites, pools, advertisers, schedules } = &current.configuration;
    Configuration {
        sites: sites.iter().filter(|old| document.sites.iter().all(|new| new.id != old.id.as_str())).cloned().collect(),
        pools: pools.iter().filter(|old| document.pools.iter().all(|new| new.id != old.id.as_str())).cloned().collect(),
        schedules: schedules
            .iter()
            .filter(|old| document.schedules.iter().all(|new| new.id != old.id.as_str()))
            .cloned()
            .collect(),
        advertisers: advertisers
            .iter()
            .filter(|old| document.advertisers.iter().all(|new| new.id != old.id.as_str()))
            .cloned()
            .collect(),
    }
}
