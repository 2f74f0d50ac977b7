//! Carries an apply out: reads what the store says, plans, does.

use super::{
    Progress, Refused,
    document::Document,
    patience::patiently,
    plan::{Current, Plan, plan},
    ranges, records,
    validate::{desired, kept},
};
use crate::{
    domain::{ids::PoolId, number::TrackingNumber, site::Configuration},
    store::{Store, StoreError},
};
use std::collections::BTreeMap;

/// Numbers given to the store in one call.
const CHUNK: usize = 5_000;
/// Findings about numbers that belong to another pool are cut off here.
const MAX_FINDINGS: usize = 20;

/// Makes the store say what a document says. A second time there is nothing to do.
///
/// # Errors
/// Everything that is wrong with the document, or what the store said.
pub async fn apply(
    store: &dyn Store,
    text: &str,
    dry_run: bool,
    prune: bool,
    progress: Progress<'_>,
) -> Result<Vec<String>, Refused> {
    let document = Document::parse(text).map_err(Refused::because)?;
    let mut current = read(store, &document).await?;
    let kept = kept(&document, &current, prune);
    let mut desired = desired(&document, &kept).map_err(Refused::Invalid)?;
    records::count_versions(&current, &mut desired);
    // The store keeps sites and pools by id; the order in which an operator wrote them is not a change.
    current.configuration.sites.sort_by(|a, b| a.id.cmp(&b.id));
    current.configuration.pools.sort_by(|a, b| a.id.cmp(&b.id));
    current.configuration.schedules.sort_by(|a, b| a.id.cmp(&b.id));
    current.configuration.advertisers.sort_by(|a, b| a.id.cmp(&b.id));
    ranges::stay(&current, &desired).map_err(Refused::Invalid)?;
    let plan = plan(&current, &desired, &kept);
    numbers_are_free(store, &plan, progress).await?;
    if dry_run {
        return Ok(plan.report.into_iter().map(|line| format!("would be done: {line}")).collect());
    }
    carry_out(store, current.version, &plan, progress).await?;
    Ok(plan.report)
}

async fn read(store: &dyn Store, document: &Document) -> Result<Current, StoreError> {
    let (version, configuration) = store.configuration().await?;
    let named = document.pools.iter().filter_map(|entry| PoolId::parse(&entry.id).ok());
    let pools: Vec<PoolId> = configuration.pools.iter().map(|pool| pool.id.clone()).chain(named).collect();
    let mut current = Current { version, configuration, ..Current::default() };
    for pool in pools {
        if current.numbers.contains_key(&pool) {
            continue;
        }
        let numbers = match store.numbers(&pool).await {
            Ok(numbers) => numbers.into_iter().collect(),
            // A pool that was never applied; one that was pruned still has its numbers.
            Err(StoreError::UnknownPool(_)) => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        current.numbers.insert(pool, numbers);
    }
    Ok(current)
}

/// A number belongs to one pool for good: calls to it are credited by that pool's history.
async fn numbers_are_free(store: &dyn Store, plan: &Plan, progress: Progress<'_>) -> Result<(), Refused> {
    let mut findings = Vec::new();
    for (pool, numbers) in &plan.added {
        let mut checked = 0;
        for some in numbers.chunks(CHUNK) {
            for (number, owner) in some.iter().zip(store.pools_of(some).await?) {
                if let Some(owner) = owner.filter(|owner| owner != pool) {
                    findings.push(format!(
                        "pool {:?}: number {number} belongs to pool {:?}, whose history it carries",
                        pool.as_str(),
                        owner.as_str()
                    ));
                }
            }
            if findings.len() >= MAX_FINDINGS {
                findings.truncate(MAX_FINDINGS);
                return Err(Refused::Invalid(findings));
            }
            checked += some.len();
            if is_worth_telling(checked, numbers.len()) {
                progress(format!("pool {pool}: {checked} of {} numbers checked", numbers.len()));
            }
        }
    }
    if let Some(configuration) = &plan.configuration {
        uses_are_outside(store, configuration, &mut findings).await?;
    }
    if findings.is_empty() { Ok(()) } else { Err(Refused::Invalid(findings)) }
}

/// Printed numbers and destinations must not be leased, also not by pools that the document does not name.
async fn uses_are_outside(
    store: &dyn Store,
    configuration: &Configuration,
    findings: &mut Vec<String>,
) -> Result<(), StoreError> {
    let shown = configuration.sites.iter().flat_map(|site| {
        site.uses().map(move |(place, number)| (format!("site {:?}, {place}", site.id.as_str()), number))
    });
    let destinations = configuration
        .pools
        .iter()
        .flat_map(|pool| pool.destinations().map(|number| (format!("pool {:?}", pool.id.as_str()), number)));
    let uses: Vec<(String, &TrackingNumber)> = shown.chain(destinations).collect();
    let numbers: Vec<TrackingNumber> = uses.iter().map(|(_, number)| (*number).clone()).collect();
    for ((place, number), owner) in uses.iter().zip(store.pools_of(&numbers).await?) {
        if let Some(owner) = owner {
            findings.push(format!("{place}: number {number} is a tracking number of pool {:?}", owner.as_str()));
        }
    }
    Ok(())
}

async fn carry_out(store: &dyn Store, version: u64, plan: &Plan, progress: Progress<'_>) -> Result<(), Refused> {
    for pool in &plan.pools {
        store.put_pool(pool).await?;
    }
    for (pool, standing, numbers) in &plan.numbers {
        let mut done = 0;
        for chunk in numbers.chunks(CHUNK) {
            // Repeating what may have happened changes nothing more.
            patiently(|| store.put_numbers(pool, chunk, *standing)).await?;
            done += chunk.len();
            if is_worth_telling(done, numbers.len()) {
                progress(format!("pool {pool}: {done} of {} numbers", numbers.len()));
            }
        }
    }
    if let Some(configuration) = &plan.configuration {
        let put = store.put_configuration(version, configuration).await?;
        put.ok_or_else(|| Refused::because("somebody else changed the configuration meanwhile: apply again"))?;
    }
    Ok(())
}

/// Some twenty lines for a list that takes more than one call, none for a shorter one.
fn is_worth_telling(done: usize, of: usize) -> bool {
    let step = (of / 20).next_multiple_of(CHUNK).max(CHUNK);
    of > CHUNK && done.is_multiple_of(step)
}
