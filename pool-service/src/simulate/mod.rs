//! `hatsuban simulate`: visitors, their pages and their calls, by chance but seeded, and what several ways of giving out
//! numbers would have made of the same ones. Needs no service, no store and no clock.
//!
//! Every policy meets the same visitors and the same calls, so that differences are the policies' own. Ours follows the
//! rules of `docs/LEASES.md` and is credited by the real [`judge`](crate::domain::attribution::judge()). What comes out,
//! and what it stands on, is in `docs/ATTRIBUTION.md`. Imports `domain` only.
//!
//! # Layout
//! - [`law`]: how long callers take: the model's own law, and others
//! - [`traffic`]: visits and calls of some days
//! - [`policy`]: the ways of giving out numbers that are compared
//! - `pool`: the numbers of one pool under one policy
//! - `run`: one pool, one policy, some days
//! - [`statistics`]: means, intervals, Brier scores
//! - [`report`]: what came out; `table`, `csv` and `svg` print it

mod csv;
pub mod law;
pub mod policy;
mod pool;
pub mod report;
mod run;
pub mod statistics;
mod svg;
mod table;
pub mod traffic;

use crate::domain::{ids::InvalidId, time::Span};
use law::Law;
use policy::POLICIES;
use report::{Cell, Report, Row, Trust};
use run::{Outcome, Shares};
use statistics::{mean, paired};
use traffic::Traffic;

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where chance starts; the same seed gives the same report.
    pub seed: u64,
    /// How many times, each with visitors and calls of its own.
    pub runs: u32,
    /// How many days each run lasts; calls of the first two only warm up.
    pub days: u32,
    /// Visits an hour, on average over the day.
    pub visits_per_hour: f64,
    /// How long visits last, on average.
    pub visit: Span,
    /// How many numbers the pools have.
    pub pool_sizes: Vec<usize>,
    /// How long callers take: each in turn.
    pub laws: Vec<Law>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            runs: 20,
            days: 7,
            visits_per_hour: 60.0,
            visit: Span::from_seconds(180),
            pool_sizes: vec![8, 20, 40, 100],
            laws: Law::USUAL.to_vec(),
        }
    }
}

/// Days whose calls are not counted: numbers have no past yet.
pub const WARM_UP_DAYS: u32 = 2;

/// Why nothing can be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// An interval needs several runs.
    #[error("--runs must be 2 to 10000")]
    Runs,
    /// Nothing would be counted, or it would take for ever.
    #[error("--days must be 3 to 60: the first two only warm up")]
    Days,
    /// No visits, or too many to keep.
    #[error("--visits-per-hour must be more than 0 and at most 10000")]
    Visits,
    /// No pages, or pages open for ever.
    #[error("--visit-minutes must be more than 0 and at most 1440")]
    Visit,
    /// No numbers.
    #[error("--pool-sizes must be numbers from 1 to 10000, separated by commas")]
    PoolSizes,
    /// A name that the simulation made up is none.
    #[error(transparent)]
    Name(#[from] InvalidId),
}

impl Options {
    fn check(&self) -> Result<(), Impossible> {
        let visit = self.visit.as_millis();
        match self {
            _ if !(2..=10_000).contains(&self.runs) => Err(Impossible::Runs),
            _ if !(WARM_UP_DAYS + 1..=60).contains(&self.days) => Err(Impossible::Days),
            _ if !(self.visits_per_hour > 0.0 && self.visits_per_hour <= 10_000.0) => Err(Impossible::Visits),
            _ if !(1..=86_400_000).contains(&visit) => Err(Impossible::Visit),
            _ if self.pool_sizes.is_empty() => Err(Impossible::PoolSizes),
            _ if self.pool_sizes.iter().any(|size| !(1..=10_000).contains(size)) => Err(Impossible::PoolSizes),
            _ => Ok(()),
        }
    }
}

/// Simulates all laws and pool sizes.
///
/// # Errors
/// When the options make no sense.
pub fn simulate(options: &Options) -> Result<Report, Impossible> {
    options.check()?;
    let mut report = Report::new(options);
    for law in options.laws.iter().copied() {
        let mut stated = Vec::new();
        let traffics = (0..options.runs).map(|run| Traffic::new(options, law, run)).collect::<Result<Vec<_>, _>>()?;
        for size in &options.pool_sizes {
            let outcomes: Vec<Vec<Outcome>> = POLICIES
                .iter()
                .map(|policy| traffics.iter().map(|traffic| run::run(traffic, policy, *size)).collect())
                .collect();
            report.rows.push(row(law, *size, &outcomes));
            stated.extend(outcomes.iter().flatten().flat_map(|outcome| outcome.stated.iter().copied()));
        }
        report.trust.push(Trust::of(law, &stated));
    }
    Ok(report)
}

/// One law and pool size; `outcomes` by policy and run, ours first.
fn row(law: Law, size: usize, outcomes: &[Vec<Outcome>]) -> Row {
    let scores = |runs: &[Outcome]| runs.iter().map(|outcome| outcome.shares.score()).collect::<Vec<_>>();
    let ours = outcomes.first().map(|runs| scores(runs)).unwrap_or_default();
    let share = |runs: &[Outcome], part: fn(&Shares) -> f64| {
        mean(&runs.iter().map(|outcome| part(&outcome.shares)).collect::<Vec<_>>())
    };
    let cells = POLICIES.iter().zip(outcomes).map(|(policy, runs)| Cell {
        policy: policy.name,
        right: share(runs, |shares| shares.right),
        wrong: share(runs, |shares| shares.wrong),
        untracked: share(runs, |shares| shares.untracked),
        score: mean(&scores(runs)),
        ahead: paired(&ours, &scores(runs)),
    });
    Row { law: law.name(), numbers: size, cells: cells.collect() }
}
