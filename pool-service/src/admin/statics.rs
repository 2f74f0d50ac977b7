//! The `[[site.static]]`s of a site and the `[[advertiser]]`s of a document as domain values.

use super::{
    document::{AdvertiserEntry, SiteEntry, StaticEntry},
    validate::{Desired, Findings},
};
use crate::domain::{
    ids::AdvertiserId,
    number::TrackingNumber,
    site::{Advertiser, Configuration, StaticNumber, Target},
};
use std::collections::{HashMap, HashSet};

const MAX_NAME: usize = 100;
/// The channel of numbers whose entry names none.
const CHANNEL: &str = "static";

/// Reads the numbers of a site's ads; what is wrong goes to the findings.
pub(super) fn read_all(
    entry: &SiteEntry,
    targets: &[Target],
    place: &str,
    findings: &mut Findings,
) -> Vec<StaticNumber> {
    let targets: HashMap<&str, &Target> = targets.iter().map(|target| (target.id.as_str(), target)).collect();
    entry.statics.iter().filter_map(|ad| read(ad, &targets, place, findings)).collect()
}

fn read(
    ad: &StaticEntry,
    targets: &HashMap<&str, &Target>,
    place: &str,
    findings: &mut Findings,
) -> Option<StaticNumber> {
    let place = format!("{place}, static number {:?}", ad.name);
    check_name(&ad.name, "name", &place, findings);
    let channel = ad.channel.clone().unwrap_or_else(|| CHANNEL.to_owned());
    check_name(&channel, "channel", &place, findings);
    let number = findings.take(&place, TrackingNumber::parse(&ad.number));
    let destination = match (&ad.destination, &ad.target) {
        (Some(destination), None) => {
            findings.take(&format!("{place}: destination"), TrackingNumber::parse(destination))
        }
        (None, Some(id)) => {
            let number = targets.get(id.as_str()).and_then(|target| target.number.clone());
            if number.is_none() {
                findings.add(&place, format!("the site has no target {id:?} with a number to send its calls to"));
            }
            number
        }
        _ => {
            findings.add(&place, "needs a destination or a target: where its calls are sent");
            None
        }
    };
    if destination.is_some() && destination == number {
        findings.add(&place, "its destination is itself: calls would go in circles");
    }
    let advertiser = ad.advertiser.as_deref().map(AdvertiserId::parse);
    let advertiser = advertiser.and_then(|read| findings.take(&place, read));
    Some(StaticNumber { number: number?, campaign: ad.name.clone(), channel, destination, advertiser })
}

/// Reads the advertisers of a document; what is wrong goes to the findings.
pub(super) fn advertisers(entries: &[AdvertiserEntry], findings: &mut Findings) -> Vec<Advertiser> {
    let mut advertisers: Vec<Advertiser> = Vec::with_capacity(entries.len());
    for entry in entries {
        let place = format!("advertiser {:?}", entry.id);
        let name = entry.name.clone().unwrap_or_else(|| entry.id.clone());
        check_name(&name, "name", &place, findings);
        let Some(id) = findings.take(&place, AdvertiserId::parse(&entry.id)) else { continue };
        if advertisers.iter().any(|other| other.id == id) {
            findings.add(&place, "there are two advertisers with this id");
        }
        advertisers.push(Advertiser { id, name });
    }
    advertisers
}

/// Whoever names an advertiser must mean one; and no two things share a static number.
pub(super) fn fit(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    let known: HashSet<&AdvertiserId> =
        desired.advertisers.iter().chain(&kept.advertisers).map(|advertiser| &advertiser.id).collect();
    let of_pools = desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools);
    let of_pools = of_pools.map(|pool| (format!("pool {:?}", pool.id.as_str()), pool.advertiser.as_ref()));
    let sites = || desired.sites.iter().chain(&kept.sites);
    let of_ads = sites().flat_map(|site| {
        site.statics.iter().map(move |ad| {
            (format!("site {:?}, static number {:?}", site.id.as_str(), ad.campaign), ad.advertiser.as_ref())
        })
    });
    let of_targets = sites().flat_map(|site| {
        let place = |target: &Target| format!("site {:?}, target {:?}", site.id.as_str(), target.id.as_str());
        let named = site.targets.iter().filter(|target| target.advertiser.is_some());
        named.map(move |target| (place(target), target.advertiser.as_ref()))
    });
    for (place, advertiser) in of_pools.chain(of_ads).chain(of_targets) {
        if let Some(id) = advertiser.filter(|id| !known.contains(id)) {
            findings.add(&place, format!("there is no advertiser {:?}", id.as_str()));
        }
    }
    let mut uses: HashMap<&TrackingNumber, String> = HashMap::new();
    for site in sites() {
        let ads: HashSet<&TrackingNumber> = site.statics.iter().map(|ad| &ad.number).collect();
        for (place, number) in site.uses() {
            let place = format!("site {:?}, {place}", site.id.as_str());
            // One number of a site may well be printed as several targets, on several sites.
            if let Some(other) = uses.get(number).filter(|_| ads.contains(number)) {
                findings.add(&place, format!("number {number} is already that of {other}"));
            }
            uses.insert(number, place);
        }
    }
}

fn check_name(name: &str, what: &str, place: &str, findings: &mut Findings) {
    if !(1..=MAX_NAME).contains(&name.trim().chars().count()) || name.contains(char::is_control) {
        findings.add(place, format!("{what} must be 1 to {MAX_NAME} characters that can be printed"));
    }
}
