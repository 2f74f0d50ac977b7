//! Files of conversions: what somebody wants, made of what is configured and of the calls that are kept.
//!
//! # Layout
//! - `run`: a file, piece by piece
//! - `file`: the same, written to disk for the command line

mod file;
mod run;

pub use file::write;
pub use run::Run;

use crate::domain::{
    conversion::{Conversion, Target, export::Settings, range::range},
    ids::{AdvertiserId, PoolId, SiteId},
    site::{Configuration, Site},
    time::Timestamp,
    zone::Zone,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a file shall be of, as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// For whom.
    pub target: Target,
    /// From this day or moment on; else as many days as are configured.
    #[serde(default)]
    pub from: Option<String>,
    /// Up to this day or moment; else up to now.
    #[serde(default)]
    pub to: Option<String>,
    /// Calls of this site only.
    #[serde(default)]
    pub site: Option<String>,
    /// Calls on behalf of this advertiser only.
    #[serde(default)]
    pub advertiser: Option<String>,
    /// Days and times of this zone; else of the configured one.
    #[serde(default)]
    pub zone: Option<String>,
}

/// What a file is of, checked.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What stands in it.
    pub settings: Settings,
    /// In which pools its calls are.
    pub pools: Vec<PoolId>,
    /// Only calls on behalf of this one.
    pub advertiser: Option<AdvertiserId>,
}

/// Checks what is wanted against what is configured. Sites that are not allowed are as if they were not there. `noted`: pools
/// that have calls, also those that were removed.
///
/// # Errors
/// Everything that is wrong, in sentences.
pub fn plan(
    configuration: &Configuration,
    wanted: &Wanted,
    is_allowed: impl Fn(&SiteId) -> bool,
    noted: BTreeSet<PoolId>,
    now: Timestamp,
) -> Result<Planned, Vec<String>> {
    let only = |wrong: String| vec![wrong];
    let site = wanted.site.as_deref().map(|id| site_of(configuration, id)).transpose().map_err(only)?;
    let sites = configuration.sites.iter().filter(|other| site.is_none_or(|site| site.id == other.id));
    let conversions: BTreeMap<SiteId, Vec<Conversion>> = sites
        .filter(|site| is_allowed(&site.id))
        .map(|site| (site.id.clone(), of_target(site, wanted.target)))
        .filter(|(_, conversions)| !conversions.is_empty())
        .collect();
    if conversions.is_empty() {
        let whose =
            wanted.site.as_ref().map_or("no site has".to_owned(), |site| format!("site {site:?} does not have"));
        let target = wanted.target.name();
        return Err(only(format!(
            "{whose} a [[site.conversion]] with target = {target:?}: say which calls count, and apply"
        )));
    }
    let advertiser = wanted.advertiser.as_deref().map(|id| advertiser_of(configuration, id));
    let advertiser = advertiser.transpose().map_err(only)?;
    let zone = zone(wanted, &conversions).map_err(only)?;
    let days = conversions.values().flatten().map(|conversion| conversion.days).max().unwrap_or_default();
    let range = range(wanted.from.as_deref(), wanted.to.as_deref(), &zone, days, now).map_err(only)?;
    // Calls of repeat callers may be on numbers of no pool. Whose calls a removed pool has, the calls themselves say.
    let mut pools = noted;
    pools.insert(PoolId::none());
    for pool in &configuration.pools {
        if conversions.contains_key(&pool.site) {
            pools.insert(pool.id.clone())
        } else {
            pools.remove(&pool.id)
        };
    }
    let pools = pools.into_iter().collect();
    Ok(Planned { settings: Settings { target: wanted.target, conversions, zone, range, now }, pools, advertiser })
}

fn site_of<'a>(configuration: &'a Configuration, id: &str) -> Result<&'a Site, String> {
    let found = configuration.sites.iter().find(|site| site.id.as_str() == id);
    found.ok_or_else(|| format!("there is no site {:?}", cut(id)))
}

fn of_target(site: &Site, target: Target) -> Vec<Conversion> {
    site.conversions.iter().filter(|conversion| conversion.target == target).cloned().collect()
}

fn advertiser_of(configuration: &Configuration, id: &str) -> Result<AdvertiserId, String> {
    let found = configuration.advertisers.iter().find(|advertiser| advertiser.id.as_str() == id);
    found.map(|advertiser| advertiser.id.clone()).ok_or_else(|| format!("there is no advertiser {:?}", cut(id)))
}

/// A file has one zone.
fn zone(wanted: &Wanted, conversions: &BTreeMap<SiteId, Vec<Conversion>>) -> Result<Zone, String> {
    let names: BTreeSet<&str> = conversions.values().flatten().map(|conversion| conversion.zone.as_str()).collect();
    let mut names = names.into_iter();
    let name = match (&wanted.zone, names.next(), names.next()) {
        (Some(name), ..) => name,
        (None, Some(one), None) => one,
        (None, one, other) => {
            let [one, other] = [one, other].map(Option::unwrap_or_default);
            return Err(format!(
                "the conversions are in several time zones ({one}, {other} …): say which is meant, or one site"
            ));
        }
    };
    Zone::parse(name).map_err(|error| error.to_string())
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
