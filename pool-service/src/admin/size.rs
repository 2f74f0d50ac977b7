//! How many numbers a pool needs, with the formula, from expected visits or from what a pool has been carrying.

use super::Refused;
use crate::{
    domain::{
        counted::counted,
        ids::PoolId,
        policy::LeasePolicy,
        sizing::{TIGHT, erlang_b, holding_seconds, load, numbers_needed, offered},
        time::Span,
    },
    live::Live,
    load::Measured,
    store::Store,
};

const FORMULA: [&str; 3] = [
    "  B(A, N) = (A^N / N!) / (A^0/0! + A^1/1! + … + A^N/N!)   share of visitors who find all N numbers in use (Erlang B)",
    "  A       = visits per hour × mean holding time in hours    numbers in use at once (Little's law)",
    "  visits are taken for random; use those of your busiest hour",
];

/// Advice from expected visits, with the default times of a pool or those of `policy`.
pub fn of_visits(policy: &LeasePolicy, visits_per_hour: f64, visit: Span, target: f64) -> Vec<String> {
    let holding = holding_seconds(policy, visit);
    let offered = load(visits_per_hour, holding);
    let resting = load(visits_per_hour, holding + seconds(policy.cooldown));
    let mut lines = vec![
        format!(
            "mean holding time: {:.2} min for visits of {:.2} min (lease_life {} s, min_hold {} s)",
            holding / 60.0,
            seconds(visit) / 60.0,
            policy.lease_life.as_seconds(),
            policy.min_hold.as_seconds()
        ),
        format!("A = {visits_per_hour} × {:.2} / 60 = {offered:.2}", holding / 60.0),
    ];
    lines.extend(advice(offered, target));
    lines.push(format!(
        "{:.0} numbers and more: late calls are told best, for each number rests its cooldown of {} s (A with it: {resting:.2})",
        resting.ceil(),
        policy.cooldown.as_seconds()
    ));
    lines.extend(FORMULA.map(str::to_owned));
    lines
}

/// Advice from what a pool has been carrying.
///
/// # Errors
/// When no service runs, it does not know the pool, or has not sampled it yet.
pub async fn of_pool(store: &dyn Store, live: Option<&Live>, pool: &str, target: f64) -> Result<Vec<String>, Refused> {
    let live = live.ok_or_else(|| {
        Refused::because(
            "only a running service has measured its pools; start it, or give --visits-per-hour and --visit-minutes",
        )
    })?;
    let id = PoolId::parse(pool).map_err(|error| Refused::because(error.to_string()))?;
    if live.now().pool(&id).is_none() {
        return Err(Refused::because(format!("there is no pool {pool:?}")));
    }
    let measured = live.loads().measured(&id).ok_or_else(|| {
        Refused::because(format!(
            "pool {pool:?} has not been sampled yet: ask again after a minute, better after a week"
        ))
    })?;
    let numbers = store.occupancy(&id).await?.active();
    let mut lines = carried(&measured, numbers);
    let carried = measured.busiest.carried();
    match offered(carried, measured.busiest.numbers) {
        Some(load) => {
            lines.push(format!("A = {load:.2}, from A × (1 − B(A, {})) = {carried:.2}", measured.busiest.numbers));
            lines.push(format!("with {}, {:.2} % of visitors find none", counted(numbers, "number"), 100.0 * erlang_b(load, numbers)));
            lines.extend(advice(load, target));
        }
        None => lines.push(format!(
            "nearly all {} numbers were in use, so that nobody knows how many more were wanted: double them and ask again",
            measured.busiest.numbers
        )),
    }
    lines.extend(FORMULA.map(str::to_owned));
    Ok(lines)
}

fn carried(measured: &Measured, numbers: u64) -> Vec<String> {
    let hour = measured.busiest;
    let utilisation = 100.0 * hour.utilisation();
    let mut lines = vec![format!(
        "busiest of {}: {:.2} of {} in use on average ({utilisation:.0} %), {} at most",
        counted(measured.hours, "hour"),
        hour.carried(),
        counted(hour.numbers, "number"),
        hour.most
    )];
    if hour.granted > 0 {
        // Little's law read backwards; only this process's grants are known.
        let minutes = 60.0 * hour.carried() / hour.granted as f64;
        lines.push(format!(
            "leases begun in that hour by this process: {}, each held {minutes:.2} min by Little's law",
            hour.granted
        ));
    }
    let totals = measured.totals;
    lines.push(format!(
        "since this process began: {}, {} of them before the cooldown was over; {} with the overflow number, {} without any",
        counted(totals.granted, "lease"),
        totals.short_cooldown,
        counted(totals.overflow, "answer"),
        totals.exhausted
    ));
    if hour.utilisation() >= TIGHT {
        lines.push(format!("WARNING: more than {:.0} % in use: add numbers", 100.0 * TIGHT));
    }
    if numbers != hour.numbers {
        lines.push(format!("the pool has {} now", counted(numbers, "number")));
    }
    lines
}

/// How many numbers keep to the target, and how many to half and a tenth of it.
fn advice(load: f64, target: f64) -> Vec<String> {
    let line = |target: f64| match numbers_needed(load, target) {
        Some(needed) => {
            let utilisation = if needed == 0 { 0.0 } else { load * (1.0 - erlang_b(load, needed)) / needed as f64 };
            let warning = if utilisation >= TIGHT { ", which is above the 75 % that are warned about" } else { "" };
            format!(
                "{}: at most {}% of visitors find none; {:.0} % are in use on average{warning}",
                counted(needed, "number"),
                percent(target),
                100.0 * utilisation
            )
        }
        None => "more than a million numbers would be needed: is that load right?".to_owned(),
    };
    let mut lines = vec![line(target), line(target / 10.0)];
    let roomy = (load / TIGHT).ceil();
    if numbers_needed(load, target).is_some_and(|needed| (needed as f64) < roomy) {
        lines.push(format!("{roomy:.0} numbers: fewer than 75 % are in use on average"));
    }
    lines
}

fn percent(share: f64) -> String {
    let text = format!("{:.3}", 100.0 * share);
    format!("{} ", text.trim_end_matches('0').trim_end_matches('.'))
}

fn seconds(span: Span) -> f64 {
    span.as_millis() as f64 / 1_000.0
}
