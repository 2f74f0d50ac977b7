//! What an operator configures: sites, their targets and their pools.

use super::{
    attribution::CallModel,
    call::validity::RecordPolicy,
    channel::Channel,
    conduct::Conduct,
    conversion::Conversion,
    country::NationalForm,
    ids::{AdvertiserId, PoolId, SiteId, SiteKey, TargetId},
    number::TrackingNumber,
    policy::LeasePolicy,
    routing::{BlockList, Routing, Schedule},
    suffix::SuffixRange,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More targets than this are not put into a site's tag: its pages ask which of their numbers are some.
pub const MAX_INLINED_TARGETS: usize = 32;

/// A website on which numbers are swapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The operator's name for it.
    pub id: SiteId,
    /// Its public name, in the tag.
    pub key: SiteKey,
    /// What a person calls it.
    pub name: String,
    /// Origins whose pages may lease: `https://www.example.jp`.
    pub origins: Vec<String>,
    /// Name of a session cookie of the site's own to identify sessions by; without one the snippet makes its own.
    pub session_cookie: Option<String>,
    /// The numbers that may be replaced.
    pub targets: Vec<Target>,
    /// How the tag behaves on its pages.
    #[serde(default)]
    pub conduct: Conduct,
    /// Inbound channels with numbers of their own; the first whose rule holds is taken.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Pictures of numbers that are replaced.
    #[serde(default)]
    pub images: Vec<Image>,
    /// Numbers printed in ads, on paper or on pages, each credited to its ad (静的発番).
    #[serde(default)]
    pub statics: Vec<StaticNumber>,
    /// Callers that reach no number of the site.
    #[serde(default)]
    pub blocked: BlockList,
    /// What ad platforms and the CRM are told of its calls.
    #[serde(default)]
    pub conversions: Vec<Conversion>,
    /// How calls to its numbers of no pool are recorded, and which count. How long they are kept is a setting.
    #[serde(default)]
    pub records: RecordPolicy,
}

/// A picture of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is on the page: a CSS selector.
    pub selector: String,
    /// The target whose number it shows.
    pub target: TargetId,
    /// Where the picture of another number is: an address with `{number}` in it.
    pub url: String,
    /// It is an element's background rather than an `<img>`.
    pub background: bool,
}

/// A number that stands for one ad wherever it is printed; it is never leased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticNumber {
    /// The number.
    pub number: TrackingNumber,
    /// The ad: `Poster Shibuya 2026`.
    pub campaign: String,
    /// The channel to which its calls are credited: `print`.
    pub channel: String,
    /// Where its calls are sent; `None` if nobody said.
    pub destination: Option<TrackingNumber>,
    /// On whose behalf it is printed, on a portal.
    #[serde(default)]
    pub advertiser: Option<AdvertiserId>,
}

/// A number printed on the site that may be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The operator's name for it.
    pub id: TargetId,
    /// The number as printed; `None` if only its place is known.
    pub number: Option<TrackingNumber>,
    /// How the number is printed if it is another country's.
    #[serde(default)]
    pub form: NationalForm,
    /// Where the number is on the page: a CSS selector. `None`: wherever it is found.
    #[serde(default)]
    pub selector: Option<String>,
    /// The pool that replaces it; `None` if only channels have numbers for it.
    pub pool: Option<PoolId>,
    /// On whose behalf it is printed, on a portal; that of its pool, if it has one. A session has one number of a pool
    /// for all targets, so advertisers do not share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser: Option<AdvertiserId>,
}

/// A set of tracking numbers that are leased to the visitors of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The operator's name for it.
    pub id: PoolId,
    /// The site whose visitors it serves.
    pub site: SiteId,
    /// Where its calls are sent.
    pub destination: TrackingNumber,
    /// Shown to everybody when no number is free.
    pub overflow: Option<TrackingNumber>,
    /// The range of suffix numbers that it leases; none if its numbers are listed.
    #[serde(default)]
    pub suffixes: Option<SuffixRange>,
    /// Suffix numbers that the operator gave to something of his own (a listing, a shop), and what that is. Never leased.
    #[serde(default)]
    pub chosen: BTreeMap<TrackingNumber, String>,
    /// How its numbers are printed if they are another country's.
    #[serde(default)]
    pub form: NationalForm,
    /// How long its leases last.
    pub policy: LeasePolicy,
    /// How its visitors call, by which calls are attributed.
    #[serde(default)]
    pub calls: CallModel,
    /// On whose behalf its numbers are shown, on a portal.
    #[serde(default)]
    pub advertiser: Option<AdvertiserId>,
    /// Where its calls are sent, beyond the one destination.
    #[serde(default)]
    pub routing: Routing,
    /// How its calls are recorded, and which count.
    #[serde(default)]
    pub records: RecordPolicy,
}

/// A firm on whose behalf numbers are shown on a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advertiser {
    /// The operator's name for it.
    pub id: AdvertiserId,
    /// What a person calls it.
    pub name: String,
}

/// Everything an operator configured, save the numbers of the pools, which may be millions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// All sites, by id.
    pub sites: Vec<Site>,
    /// All pools, by id.
    pub pools: Vec<Pool>,
    /// All advertisers, by id.
    #[serde(default)]
    pub advertisers: Vec<Advertiser>,
    /// All opening hours, by id.
    #[serde(default)]
    pub schedules: Vec<Schedule>,
}

impl Pool {
    /// All numbers to which its calls may be sent.
    pub fn destinations(&self) -> impl Iterator<Item = &TrackingNumber> {
        std::iter::once(&self.destination).chain(self.routing.numbers())
    }
}

impl Site {
    /// Whether pages ask which of their numbers are targets, instead of being told all.
    pub fn discovers(&self) -> bool {
        self.conduct.discovery || self.targets.len() > MAX_INLINED_TARGETS
    }

    /// The numbers that stand on the site's pages and belong to no pool, and what each is there.
    pub fn uses(&self) -> impl Iterator<Item = (String, &TrackingNumber)> {
        let printed = self.targets.iter().filter_map(|target| {
            target.number.as_ref().map(|number| (format!("target {:?}", target.id.as_str()), number))
        });
        let of_channels = self.channels.iter().flat_map(|channel| {
            channel.numbers.iter().map(|(_, number)| (format!("channel {:?}", channel.name), number))
        });
        let of_ads = self.statics.iter().map(|ad| (format!("static number {:?}", ad.campaign), &ad.number));
        printed.chain(of_channels).chain(of_ads)
    }
}

impl Configuration {
    /// The site with this public key.
    pub fn site_by_key(&self, key: &SiteKey) -> Option<&Site> {
        self.sites.iter().find(|site| site.key == *key)
    }

    /// The site with this id.
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == *id)
    }

    /// The pool with this id.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == *id)
    }

    /// The sites on which an advertiser has numbers; one of them may come several times.
    pub fn sites_of(&self, advertiser: &AdvertiserId) -> impl Iterator<Item = &SiteId> {
        let is_its = move |other: Option<&AdvertiserId>| other == Some(advertiser);
        let of_pools = self.pools.iter().filter(move |pool| is_its(pool.advertiser.as_ref())).map(|pool| &pool.site);
        let printed = self.sites.iter().filter(move |site| {
            site.targets.iter().any(|target| is_its(target.advertiser.as_ref()))
                || site.statics.iter().any(|ad| is_its(ad.advertiser.as_ref()))
        });
        of_pools.chain(printed.map(|site| &site.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Configurations as versions without conduct, channels and numbers of other countries stored them.
    #[test]
    fn what_an_older_version_stored_is_read_with_the_defaults() {
        let policy = serde_json::to_string(&LeasePolicy::default()).expect("JSON");
        let json = format!(
            r#"{{"sites":[{{"id":"clinic","key":"st_clinic","name":"Clinic","origins":["https://clinic.example"],
            "session_cookie":null,"targets":[{{"id":"main","number":"0355500100","pool":"clinic-main"}}]}}],
            "pools":[{{"id":"clinic-main","site":"clinic","destination":"0355500100","overflow":null,"policy":{policy}}}]}}"#
        );
        let read: Configuration = serde_json::from_str(&json).expect("a configuration");
        let site = &read.sites[0];
        assert_eq!(site.conduct, Conduct::default());
        assert!(site.conduct.enabled && !site.discovers() && site.channels.is_empty() && site.images.is_empty());
        let target = &site.targets[0];
        assert_eq!(target.number.as_ref().map(TrackingNumber::key), Some("0355500100"));
        assert_eq!((&target.selector, target.pool.as_ref().map(PoolId::as_str)), (&None, Some("clinic-main")));
        assert_eq!(read.pools[0].form, NationalForm::default());
        assert_eq!(read.pools[0].calls, CallModel::default());
        assert_eq!((site.records, read.pools[0].records), (RecordPolicy::default(), RecordPolicy::default()));
        let written = serde_json::to_string(&read).expect("JSON");
        assert_eq!(serde_json::from_str::<Configuration>(&written).expect("a configuration"), read);
    }
}
