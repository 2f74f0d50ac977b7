//! A call as far as its number cares: it pins the number while it lasts.

use super::key::CallKey;
use crate::domain::{number::TrackingNumber, policy::LeasePolicy, time::Timestamp};
use serde::{Deserialize, Serialize};

/// A call on a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSpan {
    /// Which call.
    pub key: CallKey,
    /// The dialled number.
    pub number: TrackingNumber,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; `None` while it lasts.
    pub ended_at: Option<Timestamp>,
}

impl CallSpan {
    /// Until when this call keeps its number from being granted to others.
    pub fn pins_until(&self, policy: &LeasePolicy) -> Timestamp {
        let at_most = self.began_at + policy.max_call;
        match self.ended_at {
            None => at_most,
            Some(ended_at) => (ended_at + policy.after_call).min(at_most),
        }
    }

    /// Until when this call, which ends `now` and pinned its number until `pinned_until`, goes on pinning it. A pin
    /// that is over stays over, whatever the policy has become; one that lasts ends now at the earliest.
    pub fn pins_after_end(&self, policy: &LeasePolicy, pinned_until: Timestamp, now: Timestamp) -> Timestamp {
        if pinned_until <= now { pinned_until } else { self.pins_until(policy).max(now) }
    }
}
