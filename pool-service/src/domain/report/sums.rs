//! Groups of calls and their tallies.

use super::{
    buckets::Every,
    filter::Range,
    rollup::Line,
    tally::{Counts, Tally},
    traits::Touch,
};
use crate::domain::{
    ids::{AdvertiserId, PoolId, SiteId},
    time::Timestamp,
    zone::Zone,
};
use std::collections::BTreeMap;

/// What calls are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// When they began.
    Time(Every),
    /// The channel of the credited visitor.
    Channel,
    /// The campaign.
    Campaign,
    /// The pool of the dialled number.
    Pool,
    /// The site.
    Site,
    /// Where they were sent.
    Destination,
    /// On whose behalf.
    Advertiser,
}

impl By {
    /// All, for messages.
    pub const ALL: [Self; 9] = [
        Self::Time(Every::Hour),
        Self::Time(Every::Day),
        Self::Time(Every::Month),
        Self::Channel,
        Self::Campaign,
        Self::Pool,
        Self::Site,
        Self::Destination,
        Self::Advertiser,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time(Every::Hour) => "hour",
            Self::Time(Every::Day) => "day",
            Self::Time(Every::Month) => "month",
            Self::Channel => "channel",
            Self::Campaign => "campaign",
            Self::Pool => "pool",
            Self::Site => "site",
            Self::Destination => "destination",
            Self::Advertiser => "advertiser",
        }
    }

    /// What has this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What a report is made of: groups and their tallies, and all together.
#[derive(Clone, Debug)]
pub struct Sums {
    by: By,
    touch: Touch,
    zone: Zone,
    groups: BTreeMap<Key, Tally>,
    total: Tally,
    /// The stretch that was asked for last: calls come in the order of time.
    last: Option<Range>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Time(Timestamp),
    // Calls without come last.
    Named(String),
    Without,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its calls have in common: a day, a channel; `None` for those that have none.
    pub name: Option<String>,
    /// When it began and ended, if it is one of time.
    pub range: Option<Range>,
    /// Its calls.
    pub counts: Counts,
}

impl Sums {
    /// No calls yet.
    pub fn new(by: By, touch: Touch, zone: Zone) -> Self {
        Self { by, touch, zone, groups: BTreeMap::new(), total: Tally::default(), last: None }
    }

    /// Counts calls of a pool that began at this moment, or within a slot that begins then.
    pub fn add(&mut self, pool: &PoolId, at: Timestamp, line: &Line) {
        let named = |name: Option<&str>| name.map_or(Key::Without, |name| Key::Named(name.to_owned()));
        let key = match self.by {
            By::Time(every) => Key::Time(self.stretch(every, at).from),
            By::Channel => named(line.traits.channel(self.touch)),
            By::Campaign => named(line.traits.campaign(self.touch)),
            By::Pool => named(Some(pool.as_str()).filter(|_| *pool != PoolId::none())),
            By::Site => named(line.traits.site.as_ref().map(SiteId::as_str)),
            By::Destination => named(line.traits.destination.as_deref()),
            By::Advertiser => named(line.traits.advertiser.as_ref().map(AdvertiserId::as_str)),
        };
        self.groups.entry(key).or_default().add(line);
        self.total.add(line);
    }

    /// Whether all moments of a slot belong to one group.
    pub fn keeps_whole(&mut self, slot: Range) -> bool {
        let By::Time(every) = self.by else { return true };
        self.stretch(every, slot.from).until >= slot.until
    }

    fn stretch(&mut self, every: Every, at: Timestamp) -> Range {
        match self.last {
            Some(last) if last.contains(at) => last,
            _ => *self.last.insert(every.around(&self.zone, at)),
        }
    }

    /// All calls together.
    pub fn total(&self) -> Counts {
        self.total.counts()
    }

    /// The groups. Those of time come in its order, also those without calls; others in the order of their names. `None`
    /// if there would be more than `limit` of time.
    pub fn groups(&self, asked: Range, limit: usize) -> Option<Vec<Group>> {
        let By::Time(every) = self.by else {
            return Some(self.groups.iter().map(|(key, tally)| named(key, tally)).collect());
        };
        let stretches = every.all(&self.zone, asked, limit)?;
        let group = |stretch: Range| Group {
            name: Some(every.name(&self.zone, stretch)),
            range: Some(stretch),
            counts: self.groups.get(&Key::Time(stretch.from)).map(Tally::counts).unwrap_or_default(),
        };
        Some(stretches.into_iter().map(group).collect())
    }
}

fn named(key: &Key, tally: &Tally) -> Group {
    let name = match key {
        Key::Named(name) => Some(name.clone()),
        Key::Time(_) | Key::Without => None,
    };
    Group { name, range: None, counts: tally.counts() }
}
