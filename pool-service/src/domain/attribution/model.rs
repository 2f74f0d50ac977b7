//! How callers behave, as far as it decides whose call a call is. Each pool may have its own; the defaults are those of
//! `docs/ATTRIBUTION.md`.

use crate::domain::time::Span;
use serde::{Deserialize, Serialize};

/// A share in ten-thousandths: 100 % is 10,000. Whole numbers, so that configurations compare and travel exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(u16);

impl Share {
    /// All of it.
    pub const ALL: Self = Self(10_000);

    /// So many hundredths.
    pub const fn percent(percent: u16) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// The nearest share to a percentage; `None` outside 0 to 100.
    pub fn from_percent(percent: f64) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then(|| Self((percent * 100.0).round() as u16))
    }

    /// From 0 to 1.
    pub fn as_fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// How often visitors call, and how long after their page was last heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallModel {
    /// Visits that lead to a call.
    pub calls: Share,
    /// How long a visit lasts, on average.
    pub visit: Span,
    /// Calls within minutes of the page's end; what `soon`, `later` and `late` leave of all calls comes while it is open.
    pub soon: Share,
    /// After how long those come, on average.
    pub soon_mean: Span,
    /// Calls of visitors who do something else first.
    pub later: Share,
    /// After how long half of those have come.
    pub later_median: Span,
    /// Calls of hours and days after, those of callers who call again included.
    pub late: Share,
    /// After how long half of those have come.
    pub late_median: Span,
    /// A number is called by nobody known (wrong numbers, notes older than the retention) this rarely, on average.
    pub stray_interval: Span,
    /// A lease is credited as `likely` from this probability on.
    pub likely_from: Share,
    /// A lease is credited as `certain` only from this probability on.
    pub certain_from: Share,
}

impl Default for CallModel {
    fn default() -> Self {
        Self {
            calls: Share::percent(5),
            visit: Span::from_seconds(180),
            soon: Share::percent(20),
            soon_mean: Span::from_seconds(120),
            later: Share::percent(32),
            later_median: Span::from_seconds(900),
            late: Share::percent(16),
            late_median: Span::from_seconds(18_000),
            stray_interval: Span::from_seconds(30 * 86_400),
            likely_from: Share::percent(50),
            certain_from: Share::percent(90),
        }
    }
}

/// Why such a model makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidModel {
    /// A span is zero, or so long that it must be a mistake.
    #[error("attribution.{0}_seconds must be 1 second to 366 days")]
    Span(&'static str),
    /// Nobody would ever be credited.
    #[error("attribution.calls_percent must be more than 0")]
    NoCalls,
    /// The parts are more than the whole.
    #[error("attribution: soon_percent, later_percent and late_percent must add up to at most 100")]
    TooMuch,
    /// Somebody would be credited who is not the likeliest.
    #[error("attribution.likely_percent must be at least 50: below, another may be as likely")]
    LikelyTooLow,
    /// A certain attribution would be less sure than a likely one.
    #[error("attribution.certain_percent must not be below likely_percent")]
    CertainBelowLikely,
}

impl CallModel {
    /// Calls that come while the page is open.
    pub fn while_open(&self) -> f64 {
        (1.0 - self.soon.as_fraction() - self.later.as_fraction() - self.late.as_fraction()).max(0.0)
    }

    /// Checks that the parameters make sense together.
    ///
    /// # Errors
    /// Names the first that does not.
    pub fn validated(self) -> Result<Self, InvalidModel> {
        for (name, span) in [
            ("visit", self.visit),
            ("soon_mean", self.soon_mean),
            ("later_median", self.later_median),
            ("late_median", self.late_median),
            ("stray_interval", self.stray_interval),
        ] {
            if !(1..=366 * 86_400).contains(&span.as_seconds()) {
                return Err(InvalidModel::Span(name));
            }
        }
        match self {
            _ if self.calls == Share::default() => Err(InvalidModel::NoCalls),
            _ if self.soon.plus(self.later).plus(self.late) > Share::ALL => Err(InvalidModel::TooMuch),
            _ if self.likely_from < Share::percent(50) => Err(InvalidModel::LikelyTooLow),
            _ if self.certain_from < self.likely_from => Err(InvalidModel::CertainBelowLikely),
            _ => Ok(self),
        }
    }
}
