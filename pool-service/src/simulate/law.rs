//! How long callers take. A simulation that knew only the law of the attribution model would prove nothing, so there are
//! others, of another form and counted from another moment.

use crate::domain::attribution::CallModel;
use rand::{Rng, RngExt};
use rand_distr::{Exp1, StandardNormal};

/// A law of the time from a visit to its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// The model's own, with its default parameters.
    Model,
    /// Counted from the arrival: 65 % exponential (150 s), 28 % log-normal (median 20 min), 7 % evenly by the logarithm
    /// between 2 and 72 hours.
    Arrival,
    /// From the arrival: Weibull with shape 0.5 and scale 10 min. Many at once, half within 5 min, and a long tail.
    Weibull,
    /// From the arrival: log-normal with median 5 min and spread 1.6. No part of it is exponential, none comes at once.
    LogNormal,
    /// The same Weibull law from the end of the visit: nobody calls while looking at the number.
    Hesitant,
}

impl Law {
    /// Laws that sites may have, the model's own first.
    pub const USUAL: [Self; 4] = [Self::Model, Self::Arrival, Self::Weibull, Self::LogNormal];
    /// All laws: one that is hard on every pool that is too small, too.
    pub const ALL: [Self; 5] = [Self::Model, Self::Arrival, Self::Weibull, Self::LogNormal, Self::Hesitant];

    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Arrival => "mixture",
            Self::Weibull => "weibull",
            Self::LogNormal => "log-normal",
            Self::Hesitant => "hesitant",
        }
    }

    /// Whether it is another than the attribution model's own.
    pub fn is_foreign(self) -> bool {
        self != Self::Model
    }

    /// When the visitor of a visit that lasts so many seconds calls, in seconds after the arrival.
    pub fn sample(self, visit: f64, chance: &mut impl Rng) -> f64 {
        match self {
            Self::Model => model(visit, chance),
            Self::Arrival => match chance.random::<f64>() {
                part if part < 0.65 => exponential(chance, 150.0),
                part if part < 0.93 => log_normal(chance, 1_200.0, 1.0),
                _ => 7_200.0 * 36.0_f64.powf(chance.random()),
            },
            // The square of an exponential is Weibull with shape 1/2.
            Self::Weibull => 600.0 * exponential(chance, 1.0).powi(2),
            Self::Hesitant => visit + 600.0 * exponential(chance, 1.0).powi(2),
            Self::LogNormal => log_normal(chance, 300.0, 1.6),
        }
    }
}

fn model(visit: f64, chance: &mut impl Rng) -> f64 {
    let model = CallModel::default();
    let seconds = |span: crate::domain::time::Span| span.as_millis() as f64 / 1_000.0;
    let (soon, later) = (model.soon.as_fraction(), model.later.as_fraction());
    match chance.random::<f64>() - model.while_open() {
        part if part < 0.0 => visit * chance.random::<f64>(),
        part if part < soon => visit + exponential(chance, seconds(model.soon_mean)),
        part if part < soon + later => visit + log_normal(chance, seconds(model.later_median), 1.0),
        _ => {
            let share: f64 = chance.random();
            visit + seconds(model.late_median) * share / (1.0 - share).max(1e-9)
        }
    }
}

/// Exponential with this mean.
pub fn exponential(chance: &mut impl Rng, mean: f64) -> f64 {
    mean * chance.sample::<f64, _>(Exp1)
}

/// Log-normal with this median and this standard deviation of the logarithm.
pub fn log_normal(chance: &mut impl Rng, median: f64, spread: f64) -> f64 {
    median * (spread * chance.sample::<f64, _>(StandardNormal)).exp()
}
