//! The judgement with what the pool itself says of the number and the moment.

use super::{Attribution, Holders, judge, reason::Code};
use crate::domain::{site::Pool, time::Timestamp};

/// Judges a call to a number of this pool that began at `at`. A moment before everything that is remembered is not one at
/// which nobody held the number.
pub fn judge_for(pool: &Pool, holders: &Holders, at: Timestamp) -> Attribution {
    let mut judged = judge(&pool.policy, &pool.calls, holders, at);
    if let Some(label) = pool.chosen.get(&holders.number) {
        let text = format!("The operator gave this suffix to {label}; it is not leased.");
        judged.reasons.insert(0, Code::Chosen.because(text));
    }
    if at + pool.policy.retention < holders.now && judged.candidates.is_empty() {
        let days = pool.policy.retention.as_seconds() / 86_400;
        let text = format!("Holders are remembered for {days} days; this moment lies further back.");
        judged.reasons = vec![Code::Forgotten.because(text)];
    }
    judged
}
