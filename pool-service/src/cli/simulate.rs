//! `hatsuban simulate`: options of the command line, and the report as lines.

use crate::{
    domain::time::Span,
    simulate::{Options, law::Law, report::Format, simulate},
};
use clap::Args;

/// What to simulate, and how to print it.
#[derive(Debug, Args)]
pub(super) struct Simulation {
    /// table, csv, svg or json
    #[arg(long, default_value = "table", value_parser = format)]
    format: Format,
    /// Where chance starts; the same seed gives the same report
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
    /// How many runs, each with visitors and calls of its own
    #[arg(long, default_value_t = Options::default().runs)]
    runs: u32,
    /// How many days a run lasts; the first two only warm up
    #[arg(long, default_value_t = Options::default().days)]
    days: u32,
    /// Visits an hour, on average over the day
    #[arg(long, default_value_t = Options::default().visits_per_hour)]
    visits_per_hour: f64,
    /// How long a visit lasts, on average
    #[arg(long, default_value_t = 3.0)]
    visit_minutes: f64,
    /// How many numbers the pools have
    #[arg(long, value_delimiter = ',', default_values_t = Options::default().pool_sizes)]
    pool_sizes: Vec<usize>,
    /// How long callers take: model, mixture, weibull, log-normal, hesitant; all but the last unless said
    #[arg(long, value_delimiter = ',', value_parser = law)]
    laws: Vec<Law>,
}

impl Simulation {
    /// Simulates, and gives the report.
    ///
    /// # Errors
    /// When the options make no sense.
    pub(super) fn lines(&self) -> Result<Vec<String>, String> {
        let options = Options {
            seed: self.seed,
            runs: self.runs,
            days: self.days,
            visits_per_hour: self.visits_per_hour,
            visit: Span::from_millis((self.visit_minutes * 60_000.0) as u64),
            pool_sizes: self.pool_sizes.clone(),
            laws: if self.laws.is_empty() { Options::default().laws } else { self.laws.clone() },
        };
        let report = simulate(&options).map_err(|impossible| impossible.to_string())?;
        Ok(report.lines(self.format))
    }
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "table" => Ok(Format::Table),
        "csv" => Ok(Format::Csv),
        "svg" => Ok(Format::Svg),
        "json" => Ok(Format::Json),
        _ => Err("must be table, csv, svg or json".to_owned()),
    }
}

fn law(text: &str) -> Result<Law, String> {
    let known = Law::ALL.map(Law::name).join(", ");
    Law::ALL.into_iter().find(|law| law.name() == text).ok_or_else(|| format!("must be one of {known}"))
}
