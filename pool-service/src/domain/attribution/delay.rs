//! The law of a pool's calls as rates: how many calls a second are to be expected of a session, and of nobody known.
//!
//! A session's calls come at an even rate while its page is open, and after its last sign of life by a mixture of three
//! densities: exponential (who dials at once), log-normal (who does something else first), and one without a mean (who
//! calls the next day). Integrated over time, the rate of a session gives its expected calls: [`CallModel::calls`].

use super::CallModel;
use crate::domain::{
    lease::Lease,
    policy::LeasePolicy,
    time::{Span, Timestamp},
};
use std::f64::consts::TAU;

/// The spread of the log-normal part: standard deviation of the logarithm. Two thirds of its calls come between a third
/// and three times its median.
const LATER_SPREAD: f64 = 1.0;
/// A page that missed a heartbeat by more than this is not taken for open.
const HEARTBEAT_PATIENCE: Span = Span::from_seconds(10);

/// How long a session had given no sign of life at a moment; `None` while its page is to be taken for open.
pub fn silence(policy: &LeasePolicy, lease: &Lease, at: Timestamp) -> Option<Span> {
    match lease.left_at {
        Some(left_at) if left_at <= at => Some(at.since(left_at)),
        _ => Some(at.since(lease.last_heartbeat_at)).filter(|silent| *silent > policy.heartbeat + HEARTBEAT_PATIENCE),
    }
}

impl CallModel {
    /// Calls a second to be expected of one session; `silence` as [`silence`] says.
    pub fn session_rate(&self, silence: Option<Span>) -> f64 {
        let per_visit = match silence {
            None => self.while_open() / seconds(self.visit),
            Some(silence) => self.density(silence),
        };
        self.calls.as_fraction() * per_visit
    }

    /// Calls a second to be expected on one number of nobody known.
    pub fn stray_rate(&self) -> f64 {
        1.0 / seconds(self.stray_interval)
    }

    /// The density of a call at this silence, a second. Its integral is the share of calls after the page's end.
    pub fn density(&self, silence: Span) -> f64 {
        let silence = silence.as_millis() as f64 / 1_000.0;
        self.soon.as_fraction() * exponential(silence, seconds(self.soon_mean))
            + self.later.as_fraction() * log_normal(silence, seconds(self.later_median), LATER_SPREAD)
            + self.late.as_fraction() * heavy(silence, seconds(self.late_median))
    }
}

fn seconds(span: Span) -> f64 {
    (span.as_millis() as f64 / 1_000.0).max(1.0)
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

/// Lomax with shape 1: half of it lies before the median, a quarter before a third of it, a tenth after nine times.
fn heavy(x: f64, median: f64) -> f64 {
    median / (median + x).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_session_calls_in_all_is_what_the_model_says() {
        let model = CallModel::default();
        // Trapezoids over steps that grow, up to a year.
        let (mut sum, mut from, mut before) = (0.0, 0.0_f64, model.density(Span::default()));
        while from < 366.0 * 86_400.0 {
            let to = from + (from / 200.0).max(0.5);
            let density = model.density(Span::from_millis((to * 1_000.0) as u64));
            sum += (to - from) * f64::midpoint(before, density);
            (from, before) = (to, density);
        }
        let all = sum + model.while_open();
        assert!((all - 1.0).abs() < 0.001, "{all}");
        let open = seconds(model.visit) * model.session_rate(None);
        assert!((open - 0.02).abs() < 1e-9, "{open}");
    }

    #[test]
    fn an_older_silence_is_never_likelier() {
        let model = CallModel::default();
        let mut before = model.session_rate(None);
        for step in 0..3_000_u32 {
            let silence = Span::from_millis((f64::from(step) / 150.0).exp2() as u64 * 100);
            let rate = model.session_rate(Some(silence));
            assert!(rate <= before, "{rate} after {before} at {silence:?}");
            before = rate;
        }
    }
}
