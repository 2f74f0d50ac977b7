//! Ranges of suffix numbers among everything else that is configured.

use super::{
    plan::Current,
    validate::{Desired, Findings},
};
use crate::domain::{
    number::TrackingNumber,
    site::{Configuration, Pool},
    suffix::SuffixRange,
};

/// No number of a range is leased by another pool, shared, printed on a site or called in the end.
pub(super) fn have_one_use(desired: &Desired, kept: &Configuration, findings: &mut Findings) {
    let pools = || desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools);
    for pool in pools() {
        let Some(range) = &pool.suffixes else { continue };
        let place = format!("pool {:?}", pool.id.as_str());
        for other in pools().filter(|other| other.id < pool.id) {
            if other.suffixes.as_ref().is_some_and(|other| begin_alike(range, other)) {
                let text = format!("base {} and that of pool {:?} begin alike", range.base(), other.id.as_str());
                findings.add(&place, text);
            }
        }
        for (what, number) in uses(desired, kept, pool).filter(|(_, number)| number.key().starts_with(range.base())) {
            findings.add(&place, format!("base {}: {what} {number} begins with it", range.base()));
        }
    }
}

/// A call could not be told apart.
fn begin_alike(one: &SuffixRange, other: &SuffixRange) -> bool {
    one.base().starts_with(other.base()) || other.base().starts_with(one.base())
}

fn uses<'a>(
    desired: &'a Desired,
    kept: &'a Configuration,
    pool: &'a Pool,
) -> impl Iterator<Item = (String, &'a TrackingNumber)> {
    let sites = desired.sites.iter().chain(&kept.sites);
    let printed = sites.flat_map(|site| site.uses().map(|(place, number)| (format!("{place} prints"), number)));
    let pools = desired.pools.iter().map(|wanted| &wanted.pool).chain(&kept.pools);
    let of_pools = pools.flat_map(|pool| {
        let overflow = pool.overflow.iter().map(|number| ("the overflow".to_owned(), number));
        overflow.chain(pool.destinations().map(|number| ("the destination".to_owned(), number)))
    });
    let others = desired.pools.iter().filter(|wanted| wanted.pool.id != pool.id);
    let listed = others.flat_map(|wanted| {
        wanted.numbers.keys().map(|number| (format!("pool {:?} leases", wanted.pool.id.as_str()), number))
    });
    printed.chain(of_pools).chain(listed)
}

/// What callers may still dial, and what history is kept of, does not change its meaning.
///
/// # Errors
/// A line for each pool whose range would.
pub(super) fn stay(current: &Current, desired: &Desired) -> Result<(), Vec<String>> {
    let changed = desired.pools.iter().filter_map(|wanted| {
        let pool = &wanted.pool;
        let old = current.configuration.pool(&pool.id)?;
        (old.suffixes != pool.suffixes).then(|| {
            let shown = |range: &Option<SuffixRange>| match range {
                Some(range) => format!("base {} with {} digits", range.base(), range.digits()),
                None => "a list of numbers".to_owned(),
            };
            format!(
                "pool {:?} has {} and cannot have {}: callers go on dialling the old ones. Make a new pool",
                pool.id.as_str(),
                shown(&old.suffixes),
                shown(&pool.suffixes)
            )
        })
    });
    let changed: Vec<String> = changed.collect();
    if changed.is_empty() { Ok(()) } else { Err(changed) }
}
