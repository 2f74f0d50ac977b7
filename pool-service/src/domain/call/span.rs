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

    /// Until when this call, told `now`, keeps its number; `before` says until when it did as far as it was known.
    /// However late or early its begin is told to be, that is at most `max_call` from now. A pin that is over stays over,
    /// whatever else is told; one that runs ends now at the earliest.
    pub fn pins_from(&self, policy: &LeasePolicy, before: Option<Timestamp>, now: Timestamp) -> Timestamp {
        let until = self.pins_until(policy).min(now + policy.max_call);
        match before {
            None => until,
            Some(before) if before <= now => before,
            Some(_) => until.max(now),
        }
    }
}
