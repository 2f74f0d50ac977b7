//! `hatsuban size`: options of the command line, and the advice from expected visits.

use crate::{
    admin::{Command, size},
    domain::{policy::LeasePolicy, time::Span},
};
use clap::Args;

/// What is expected, or which pool has been measured.
#[derive(Debug, Args)]
pub(super) struct Sizing {
    /// From what this pool of the running service has been carrying
    #[arg(long, value_name = "ID", conflicts_with_all = ["visits_per_hour", "visit_minutes"])]
    pool: Option<String>,
    /// Visits in the busiest hour, of visitors who are shown a number
    #[arg(long, value_parser = positive, requires = "visit_minutes")]
    visits_per_hour: Option<f64>,
    /// How long a visit lasts, on average
    #[arg(long, value_parser = positive, requires = "visits_per_hour")]
    visit_minutes: Option<f64>,
    /// The share of visitors that may find no number, as in 1% or 0.5%
    #[arg(long, default_value = "1%", value_parser = share)]
    target_blocking: u16,
    #[arg(long, help = "The pool's lease_life_seconds", default_value_t = LeasePolicy::default().lease_life.as_seconds())]
    lease_life_seconds: u64,
    #[arg(long, help = "The pool's min_hold_seconds", default_value_t = LeasePolicy::default().min_hold.as_seconds())]
    min_hold_seconds: u64,
    #[arg(long, help = "The pool's cooldown_seconds", default_value_t = LeasePolicy::default().cooldown.as_seconds())]
    cooldown_seconds: u64,
}

impl Sizing {
    /// What to ask the running service; `None` if it needs none.
    pub(super) fn command(&self) -> Option<Command> {
        let pool = self.pool.clone()?;
        Some(Command::Size { pool, target_blocking: self.target_blocking })
    }

    /// The advice from expected visits.
    ///
    /// # Errors
    /// When nothing is expected, or a span is out of range.
    pub(super) fn lines(&self) -> Result<Vec<String>, String> {
        let (Some(visits_per_hour), Some(visit_minutes)) = (self.visits_per_hour, self.visit_minutes) else {
            return Err("say --visits-per-hour and --visit-minutes, or --pool of a running service".to_owned());
        };
        let policy = LeasePolicy {
            lease_life: Span::from_seconds(self.lease_life_seconds),
            min_hold: Span::from_seconds(self.min_hold_seconds),
            cooldown: Span::from_seconds(self.cooldown_seconds),
            ..LeasePolicy::default()
        };
        let policy = policy.validated().map_err(|error| error.to_string())?;
        let visit = Span::from_millis((visit_minutes * 60_000.0) as u64);
        let target = f64::from(self.target_blocking) / 10_000.0;
        Ok(size::of_visits(&policy, visits_per_hour, visit, target))
    }
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value| (0.001..=1e7).contains(value)).ok_or_else(|| "must be a number above 0".to_owned())
}

/// A percentage, in ten-thousandths.
fn share(text: &str) -> Result<u16, String> {
    let percent = text.trim().trim_end_matches('%').trim_end().parse::<f64>().ok();
    let share =
        percent.filter(|percent| (0.01..=99.0).contains(percent)).map(|percent| (percent * 100.0).round() as u16);
    share.ok_or_else(|| "must be a percentage from 0.01% to 99%".to_owned())
}
