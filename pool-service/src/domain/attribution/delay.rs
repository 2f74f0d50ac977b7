//! The law of a pool's calls as rates: how many calls a second are to be expected of a session, and of nobody known.
//!
//! A session's calls come while its page is open, at first more than later, and after its last sign of life by a mixture of three
//! densities: exponential (who dials at once), log-normal (who does something else first), and one without a mean (who
//! calls the next day). Integrated over time, the rate of a session gives its expected calls: [`CallModel::calls`].

use super::{CallModel, TOLD_LEASES};
use crate::domain::{
    lease::Lease,
    policy::LeasePolicy,
    time::{Span, Timestamp},
};
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The spread of the log-normal part: standard deviation of the logarithm. Two thirds of its calls come between a third
/// and three times its median.
const LATER_SPREAD: f64 = 1.0;
/// A page that missed a heartbeat by more than this is not taken for open.
const HEARTBEAT_PATIENCE: Span = Span::from_seconds(10);

/// What a session's page was doing at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Open, since this long.
    Open(Span),
    /// Left, or not heard of any more, since this long.
    Silent(Span),
}

impl Page {
    /// What the page of a lease was doing at a moment.
    pub fn at(policy: &LeasePolicy, lease: &Lease, at: Timestamp) -> Self {
        let silent = at.since(lease.last_heartbeat_at);
        match lease.left_at {
            Some(left_at) if left_at <= at => Self::Silent(at.since(left_at)),
            _ if silent > policy.heartbeat + HEARTBEAT_PATIENCE => Self::Silent(silent),
            _ => Self::Open(at.since(lease.granted_at)),
        }
    }
}

impl CallModel {
    /// Calls a second to be expected of one session.
    pub fn session_rate(&self, page: Page) -> f64 {
        let of_call = match page {
            Page::Open(open) => self.while_open() * while_open(exact(open), seconds(self.visit)),
            Page::Silent(silence) => self.density(silence),
        };
        self.calls.as_fraction() * of_call
    }

    /// Calls a second to be expected on one number of nobody known.
    pub fn stray_rate(&self) -> f64 {
        1.0 / seconds(self.stray_interval)
    }

    /// Calls a second to be expected of holders that a cut history does not tell: as many before its oldest lease as
    /// since, each with what the model leaves for so late. `leases` are newest first.
    pub fn untold_rate(&self, leases: &[Lease], at: Timestamp) -> f64 {
        let Some(oldest) = leases.last().filter(|_| leases.len() >= TOLD_LEASES) else { return 0.0 };
        let told = at.since(oldest.granted_at);
        let grants_a_second = leases.len() as f64 / seconds(told);
        grants_a_second * self.calls.as_fraction() * self.left_after(told)
    }

    /// The density of a call at this silence, a second. Its integral is the share of calls after the page's end.
    pub fn density(&self, silence: Span) -> f64 {
        let silence = exact(silence);
        self.soon.as_fraction() * exponential(silence, seconds(self.soon_mean))
            + self.later.as_fraction() * log_normal(silence, seconds(self.later_median), LATER_SPREAD)
            + self.late.as_fraction() * heavy(silence, seconds(self.late_median))
    }

    /// The share of calls that come after a silence of this length.
    pub fn left_after(&self, silence: Span) -> f64 {
        let silence = exact(silence);
        let later_median = seconds(self.later_median);
        self.soon.as_fraction() * (-silence / seconds(self.soon_mean)).exp()
            + self.later.as_fraction() * log_normal_left(silence, later_median, LATER_SPREAD)
            + self.late.as_fraction() * seconds(self.late_median) / (seconds(self.late_median) + silence)
    }
}

fn exact(span: Span) -> f64 {
    span.as_millis() as f64 / 1_000.0
}

fn seconds(span: Span) -> f64 {
    exact(span).max(1.0)
}

/// The density of a call on a page that is open for so long, given that it still is. Visits are taken for exponential,
/// and calls come at any moment of theirs: `exp(x)·E₁(x) / mean` with `x = open / mean`, between whose two well-known
/// bounds this is the middle. A page that has been open for hours is rarely a visitor's who is about to call.
fn while_open(open: f64, mean: f64) -> f64 {
    let part = mean / open.max(1.0);
    0.5 * (part.ln_1p() + 0.5 * (2.0 * part).ln_1p()) / mean
}

fn exponential(x: f64, mean: f64) -> f64 {
    (-x / mean).exp() / mean
}

fn log_normal(x: f64, median: f64, spread: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let deviation = (x / median).ln() / spread;
    (-0.5 * deviation * deviation).exp() / (x * spread * TAU.sqrt())
}

fn log_normal_left(x: f64, median: f64, spread: f64) -> f64 {
    if x <= 0.0 { 1.0 } else { 0.5 * libm::erfc((x / median).ln() / spread * FRAC_1_SQRT_2) }
}

/// Lomax with shape 1: half of it lies before the median, a quarter before a third of it, a tenth after nine times.
fn heavy(x: f64, median: f64) -> f64 {
    median / (median + x).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trapezoids over steps that grow, up to a year.
    fn integral(density: impl Fn(f64) -> f64) -> f64 {
        let (mut sum, mut from, mut before) = (0.0, 0.0_f64, density(0.0));
        while from < 366.0 * 86_400.0 {
            let to = from + (from / 200.0).max(0.1);
            let now = density(to);
            sum += (to - from) * f64::midpoint(before, now);
            (from, before) = (to, now);
        }
        sum
    }

    fn span(seconds: f64) -> Span {
        Span::from_millis((seconds * 1_000.0) as u64)
    }

    #[test]
    fn what_a_session_calls_in_all_is_what_the_model_says() {
        let model = CallModel::default();
        let after = integral(|silence| model.density(span(silence)));
        assert!((after + model.while_open() - 1.0).abs() < 0.001, "{after}");
        let visit = seconds(model.visit);
        let open = integral(|age| (-age / visit).exp() * model.session_rate(Page::Open(span(age))));
        let expected = model.calls.as_fraction() * model.while_open();
        assert!((open / expected - 1.0).abs() < 0.01, "{open} instead of {expected}");
    }

    #[test]
    fn what_is_left_is_what_has_not_come_yet() {
        let model = CallModel::default();
        for after in [0.0, 30.0, 600.0, 7_200.0, 200_000.0] {
            let step = 0.5;
            let fallen = model.left_after(span(after)) - model.left_after(span(after + step));
            let density = model.density(span(after + step / 2.0));
            assert!((fallen / step - density).abs() <= 0.01 * density, "{fallen} and {density} after {after}");
        }
    }

    #[test]
    fn an_older_silence_is_never_likelier() {
        let model = CallModel::default();
        for page in [Page::Silent, Page::Open] {
            let mut before = f64::INFINITY;
            for step in 0..3_000_u32 {
                let rate = model.session_rate(page(Span::from_millis((f64::from(step) / 150.0).exp2() as u64 * 100)));
                assert!(rate <= before, "{rate} after {before} at step {step}");
                before = rate;
            }
        }
    }
}
