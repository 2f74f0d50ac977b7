//! What a simulation came to, for people and for programs.

use super::{
    Options, csv,
    law::Law,
    statistics::{Difference, Stated, brier, brier_of_constant, mean, share_so},
    svg, table,
};
use serde::Serialize;

/// All that came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Where chance started.
    pub seed: u64,
    /// How many runs are behind each row.
    pub runs: u32,
    /// How many days each run lasted.
    pub days: u32,
    /// Visits an hour.
    pub visits_per_hour: f64,
    /// How long visits last, on average, in seconds.
    pub visit_seconds: u64,
    /// One for each law and pool size.
    pub rows: Vec<Row>,
    /// One for each law.
    pub trust: Vec<Trust>,
}

/// A law and a pool size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The law.
    pub law: &'static str,
    /// How many numbers the pool has.
    pub numbers: usize,
    /// One for each policy, ours first.
    pub cells: Vec<Cell>,
}

/// What one policy made of it, in percent of the visitors' calls; the mean of all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The policy.
    pub policy: &'static str,
    /// Credited to the visitor who called.
    pub right: f64,
    /// Credited to another.
    pub wrong: f64,
    /// Credited to nobody.
    pub untracked: f64,
    /// Right less wrong.
    pub score: f64,
    /// How far our score is ahead of this one's.
    pub ahead: Difference,
}

/// How far the stated probabilities can be trusted under a law, over all pool sizes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trust {
    /// The law.
    pub law: &'static str,
    /// It is another than the model's own.
    pub is_foreign: bool,
    /// Calls of which something was stated.
    pub calls: usize,
    /// How often the likeliest session was calling, from 0 to 1.
    pub is_so: f64,
    /// The Brier score of the stated probabilities.
    pub brier: f64,
    /// That of the best constant guess.
    pub constant: f64,
    /// By class, then by tenths of the stated probability.
    pub bins: Vec<Bin>,
}

/// Calls of which much the same was stated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Which.
    pub name: String,
    /// How many.
    pub calls: usize,
    /// What was stated, on average.
    pub stated: f64,
    /// How often it was so.
    pub is_so: f64,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For spreadsheets.
    Csv,
    /// A picture.
    Svg,
    /// For programs.
    Json,
}

impl Cell {
    /// Whether it beats ours, and not by chance.
    pub fn beats_ours(&self) -> bool {
        self.ahead.mean + self.ahead.half_width < 0.0
    }
}

impl Row {
    /// Whether no other policy beats ours.
    pub fn is_won(&self) -> bool {
        !self.cells.iter().any(Cell::beats_ours)
    }
}

impl Trust {
    pub(super) fn of(law: Law, stated: &[Stated]) -> Self {
        let class = |one: &Stated| match (one.is_certain, one.is_credited) {
            (true, _) => "certain",
            (false, true) => "likely",
            (false, false) => "not credited",
        };
        let classes = ["certain", "likely", "not credited"]
            .map(|name| Bin::of(name.to_owned(), stated.iter().filter(|one| class(one) == name)));
        let tenths = (0..10).map(|tenth| {
            let is_in = |one: &&Stated| ((one.probability * 10.0) as usize).min(9) == tenth;
            Bin::of(format!("{}–{} %", tenth * 10, tenth * 10 + 10), stated.iter().filter(is_in))
        });
        Self {
            law: law.name(),
            is_foreign: law.is_foreign(),
            calls: stated.len(),
            is_so: share_so(stated.iter()),
            brier: brier(stated),
            constant: brier_of_constant(stated),
            bins: classes.into_iter().chain(tenths).collect(),
        }
    }

    /// The Brier score as a share of the best constant's: below 1, more is known than how often it is so.
    pub fn ratio(&self) -> f64 {
        self.brier / self.constant
    }
}

impl Bin {
    fn of<'a>(name: String, stated: impl Iterator<Item = &'a Stated>) -> Self {
        let stated: Vec<&Stated> = stated.collect();
        let probabilities: Vec<f64> = stated.iter().map(|one| one.probability).collect();
        Self { name, calls: stated.len(), stated: mean(&probabilities), is_so: share_so(stated.into_iter()) }
    }
}

impl Report {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            seed: options.seed,
            runs: options.runs,
            days: options.days,
            visits_per_hour: options.visits_per_hour,
            visit_seconds: options.visit.as_seconds(),
            rows: Vec::new(),
            trust: Vec::new(),
        }
    }

    /// The share of rows in which no other policy beats ours.
    pub fn wins(&self) -> f64 {
        self.rows.iter().filter(|row| row.is_won()).count() as f64 / self.rows.len().max(1) as f64
    }

    /// The Brier score of the stated probabilities, and that of the best constant guess, over all calls by laws that are
    /// not the model's own.
    pub fn foreign_brier(&self) -> (f64, f64) {
        let foreign = || self.trust.iter().filter(|trust| trust.is_foreign);
        let calls = foreign().map(|trust| trust.calls).sum::<usize>().max(1) as f64;
        let over_calls =
            |value: fn(&Trust) -> f64| foreign().map(|trust| value(trust) * trust.calls as f64).sum::<f64>() / calls;
        let share = over_calls(|trust| trust.is_so);
        (over_calls(|trust| trust.brier), share * (1.0 - share))
    }

    /// The report as lines of text.
    pub fn lines(&self, format: Format) -> Vec<String> {
        match format {
            Format::Table => table::lines(self),
            Format::Csv => csv::lines(self),
            Format::Svg => svg::lines(self),
            Format::Json => vec![self.json()],
        }
    }

    fn json(&self) -> String {
        let (brier, constant) = self.foreign_brier();
        let wins = self.wins();
        serde_json::json!({ "report": self, "wins": wins, "foreign_brier": brier, "foreign_constant": constant })
            .to_string()
    }
}
