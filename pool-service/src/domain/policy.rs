//! How long a pool's leases last.

use super::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The times of a pool's leases; see `docs/LEASES.md` for what each one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeasePolicy {
    /// Pages ask again this often.
    pub heartbeat: Span,
    /// A number stays with its session this long after the last heartbeat.
    pub lease_life: Span,
    /// A number stays with its session at least this long after the grant.
    pub min_hold: Span,
    /// A freed number rests this long, unless nothing older waits.
    pub cooldown: Span,
    /// A session that comes back within this time gets its own number again, if nobody else was granted it.
    pub affinity: Span,
    /// Who held a number is remembered this long.
    pub retention: Span,
    /// A number stays pinned this long after a call on it ended.
    pub after_call: Span,
    /// A call pins its number at most this long in all.
    pub max_call: Span,
    /// Hidden pages go on asking this long.
    pub hidden_hold: Span,
}

impl Default for LeasePolicy {
    fn default() -> Self {
        Self {
            heartbeat: Span::from_seconds(60),
            lease_life: Span::from_seconds(150),
            min_hold: Span::from_seconds(300),
            cooldown: Span::from_seconds(1_800),
            affinity: Span::from_seconds(7 * 86_400),
            retention: Span::from_seconds(7 * 86_400),
            after_call: Span::from_seconds(300),
            max_call: Span::from_seconds(7_200),
            hidden_hold: Span::from_seconds(600),
        }
    }
}

/// Why a set of times makes no sense together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPolicy {
    /// A span is zero that must not be.
    #[error("{0}_seconds must be at least 1")]
    Zero(&'static str),
    /// A page would lose its number while it waits for the answer to a heartbeat.
    #[error(
        "lease_life_seconds ({life}) must be at least heartbeat_seconds ({heartbeat}) plus 10, or pages lose their number \
         while they wait for an answer"
    )]
    LifeWithinHeartbeat {
        /// The lease life, in seconds.
        life: u64,
        /// The heartbeat, in seconds.
        heartbeat: u64,
    },
    /// A span is so long that it must be a mistake.
    #[error("{0}_seconds must be at most 366 days")]
    TooLong(&'static str),
}

/// What a page needs beyond a heartbeat: its margin, and the time it waits for an answer.
const ANSWER_TIME: Span = Span::from_seconds(10);

impl LeasePolicy {
    /// When the last grant that somebody else may have made until now has run out.
    pub fn unknown_grants_end(&self, now: Timestamp) -> Timestamp {
        now + self.lease_life.max(self.min_hold)
    }

    /// Checks that the times make sense together.
    ///
    /// # Errors
    /// Names the first setting that does not.
    pub fn validated(self) -> Result<Self, InvalidPolicy> {
        let spans = [
            ("heartbeat", self.heartbeat, true),
            ("lease_life", self.lease_life, true),
            ("min_hold", self.min_hold, false),
            ("cooldown", self.cooldown, false),
            ("affinity", self.affinity, false),
            ("retention", self.retention, true),
            ("after_call", self.after_call, false),
            ("max_call", self.max_call, true),
            ("hidden_hold", self.hidden_hold, false),
        ];
        for (name, span, must_be_positive) in spans {
            if must_be_positive && span.as_seconds() == 0 {
                return Err(InvalidPolicy::Zero(name));
            }
            if span.as_seconds() > 366 * 86_400 {
                return Err(InvalidPolicy::TooLong(name));
            }
        }
        if self.lease_life < self.heartbeat + ANSWER_TIME {
            return Err(InvalidPolicy::LifeWithinHeartbeat {
                life: self.lease_life.as_seconds(),
                heartbeat: self.heartbeat.as_seconds(),
            });
        }
        Ok(self)
    }
}
