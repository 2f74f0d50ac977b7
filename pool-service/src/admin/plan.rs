//! What to change in the store so that it says what a document says. Pure: the same inputs give the same plan.

use super::validate::{Desired, DesiredPool};
use crate::domain::{
    call::validity::ValidityRule,
    counted::counted,
    ids::{AdvertiserId, PoolId},
    lease::Standing,
    number::TrackingNumber,
    site::{Configuration, Pool},
    suffix::SuffixRange,
};
use std::collections::{BTreeMap, HashMap};

/// What the store says now.
#[derive(Clone, Debug, Default)]
pub struct Current {
    /// Changes whenever the configuration does.
    pub version: u64,
    /// Sites and pools.
    pub configuration: Configuration,
    /// The numbers of every pool that the plan may touch.
    pub numbers: HashMap<PoolId, BTreeMap<TrackingNumber, Standing>>,
}

/// What to do, in this order, and what to tell about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Pools to make known.
    pub pools: Vec<Pool>,
    /// Numbers that are new to their pool.
    pub added: Vec<(PoolId, Vec<TrackingNumber>)>,
    /// Numbers and how they shall stand.
    pub numbers: Vec<(PoolId, Standing, Vec<TrackingNumber>)>,
    /// The configuration to put last, so that no page asks for a pool that is not there yet; `None` if it stays.
    pub configuration: Option<Configuration>,
    /// One line for each thing that changes or is left.
    pub report: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.pools.is_empty() && self.numbers.is_empty() && self.configuration.is_none()
    }
}

/// Plans the way from what is to what a document wants; `kept` stays although the document does not name it.
pub fn plan(current: &Current, desired: &Desired, kept: &Configuration) -> Plan {
    let mut plan = Plan::default();
    plan.sites(current, desired, kept);
    plan.schedules(current, desired, kept);
    plan.advertisers(current, desired, kept);
    for wanted in &desired.pools {
        plan.pool(current, wanted);
    }
    let removed = current
        .configuration
        .pools
        .iter()
        .filter(|old| kept.pool(&old.id).is_none() && desired.pools.iter().all(|wanted| wanted.pool.id != old.id));
    for old in removed {
        plan.report.push(format!("pool {}: removed", old.id));
        plan.stand(current, &old.id, None, &BTreeMap::new());
    }
    for old in &kept.pools {
        plan.report.push(format!("pool {}: not in the file, left as it is (--prune removes it)", old.id));
    }
    let mut next = Configuration {
        sites: desired.sites.iter().chain(&kept.sites).cloned().collect(),
        pools: desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools).cloned().collect(),
        advertisers: desired.advertisers.iter().chain(&kept.advertisers).cloned().collect(),
        schedules: desired.schedules.iter().chain(&kept.schedules).cloned().collect(),
    };
    next.sites.sort_by(|a, b| a.id.cmp(&b.id));
    next.pools.sort_by(|a, b| a.id.cmp(&b.id));
    next.schedules.sort_by(|a, b| a.id.cmp(&b.id));
    next.advertisers.sort_by(|a, b| a.id.cmp(&b.id));
    // Other copies of the service learn by the configuration's version that there are numbers to be read.
    plan.configuration = (next != current.configuration || !plan.added.is_empty()).then_some(next);
    if plan.is_empty() {
        plan.report.push("unchanged".to_owned());
    }
    plan
}

impl Plan {
    fn sites(&mut self, current: &Current, desired: &Desired, kept: &Configuration) {
        for site in &desired.sites {
            let old = current.configuration.site(&site.id);
            let before = old.map(|old| old.records.validity);
            self.rule(&format!("site {}", site.id), before, site.records.validity);
            match old {
                None => self.report.push(format!("site {}: added, {}", site.id, counted(site.targets.len(), "target"))),
                Some(old) if old != site => self.report.push(format!("site {}: changed", site.id)),
                Some(_) => {}
            }
        }
        for old in &current.configuration.sites {
            if kept.site(&old.id).is_some() {
                self.report.push(format!("site {}: not in the file, left as it is (--prune removes it)", old.id));
            } else if desired.sites.iter().all(|site| site.id != old.id) {
                self.report.push(format!("site {}: removed", old.id));
            }
        }
    }

    fn schedules(&mut self, current: &Current, desired: &Desired, kept: &Configuration) {
        for schedule in &desired.schedules {
            match current.configuration.schedules.iter().find(|old| old.id == schedule.id) {
                None => self.report.push(format!("schedule {}: added", schedule.id)),
                Some(old) if old != schedule => self.report.push(format!("schedule {}: changed", schedule.id)),
                Some(_) => {}
            }
        }
        for old in &current.configuration.schedules {
            if kept.schedules.iter().any(|kept| kept.id == old.id) {
                let line = format!("schedule {}: not in the file, left as it is (--prune removes it)", old.id);
                self.report.push(line);
            } else if desired.schedules.iter().all(|schedule| schedule.id != old.id) {
                self.report.push(format!("schedule {}: removed", old.id));
            }
        }
    }

    fn advertisers(&mut self, current: &Current, desired: &Desired, kept: &Configuration) {
        let old = &current.configuration.advertisers;
        for wanted in &desired.advertisers {
            match old.iter().find(|old| old.id == wanted.id) {
                None => self.report.push(format!("advertiser {}: added", wanted.id)),
                Some(old) if old != wanted => self.report.push(format!("advertiser {}: changed", wanted.id)),
                Some(_) => {}
            }
        }
        let stays = |id: &AdvertiserId| kept.advertisers.iter().chain(&desired.advertisers).any(|one| one.id == *id);
        self.report
            .extend(old.iter().filter(|old| !stays(&old.id)).map(|old| format!("advertiser {}: removed", old.id)));
    }

    fn pool(&mut self, current: &Current, wanted: &DesiredPool) {
        let pool = &wanted.pool;
        let line = match current.configuration.pool(&pool.id) {
            None => Some("added"),
            Some(old) if old != pool => Some("changed"),
            Some(_) => None,
        };
        let before = current.configuration.pool(&pool.id).map(|old| old.records.validity);
        self.rule(&format!("pool {}", pool.id), before, pool.records.validity);
        if let Some(line) = line {
            self.report.push(format!("pool {}: {line}", pool.id));
            self.pools.push(pool.clone());
        }
        self.stand(current, &pool.id, pool.suffixes.as_ref(), &wanted.numbers);
    }

    /// Says that calls are judged by another rule from now on.
    fn rule(&mut self, whose: &str, before: Option<ValidityRule>, rule: ValidityRule) {
        let Some(before) = before.map(|before| before.version).filter(|before| *before != rule.version) else { return };
        let now = rule.version;
        self.report.push(format!(
            "{whose}: another rule for which calls count, version {now} after {before} (`hatsuban calls rejudge` applies it to calls of before)"
        ));
    }

    /// Brings the numbers of a pool to how they shall stand; what is not wanted any more drains.
    fn stand(
        &mut self,
        current: &Current,
        pool: &PoolId,
        range: Option<&SuffixRange>,
        wanted: &BTreeMap<TrackingNumber, Standing>,
    ) {
        let nothing = BTreeMap::new();
        let old = current.numbers.get(pool).unwrap_or(&nothing);
        let mut changes: BTreeMap<(u8, &str), (Standing, Vec<TrackingNumber>)> = BTreeMap::new();
        let mut added = Vec::new();
        for (number, standing) in wanted {
            let said = match (old.get(number), standing) {
                (Some(before), now) if before == now => continue,
                (None, Standing::Active) => (0, "added"),
                (Some(_), Standing::Active) => (1, "in use again"),
                (_, Standing::Disabled) => (2, "disabled"),
                (_, Standing::Draining) => (3, "draining"),
            };
            if !old.contains_key(number) {
                added.push(number.clone());
            }
            changes.entry(said).or_insert((*standing, Vec::new())).1.push(number.clone());
        }
        for (number, standing) in old.iter().filter(|(number, _)| !wanted.contains_key(*number)) {
            let is_suffix = range.is_some_and(|range| range.contains(number));
            let (said, next) = match standing {
                // All numbers of a range are its pool's, named or not.
                Standing::Active if is_suffix => continue,
                _ if is_suffix => ((1, "in use again"), Standing::Active),
                Standing::Active => ((3, "draining"), Standing::Draining),
                // A disabled number that is not wanted any more stays disabled: draining would let its holder keep it.
                _ => continue,
            };
            changes.entry(said).or_insert((next, Vec::new())).1.push(number.clone());
        }
        for ((_, said), (standing, numbers)) in changes {
            self.report.push(format!("pool {pool}: {} {said}", counted(numbers.len(), "number")));
            self.numbers.push((pool.clone(), standing, numbers));
        }
        if !added.is_empty() {
            self.added.push((pool.clone(), added));
        }
    }
}
