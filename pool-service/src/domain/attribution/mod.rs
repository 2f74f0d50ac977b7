//! Whose call a call is: judged from who held the number, when each was last heard of, and how long callers take.
//!
//! # Layout
//! - [`configured`]: the same with what the pool says of the number
//! - [`model`]: how long callers take, as an operator may set it for a pool
//! - [`delay`]: that law as densities
//! - [`mod@judge`]: the posterior over the holders, and the class that follows from it
//! - [`reason`]: why, for programs and for people
//! - [`state`]: what the number was doing
//!
//! The law and the classes are explained in `docs/ATTRIBUTION.md`.

pub mod configured;
pub mod delay;
pub mod judge;
pub mod model;
pub mod reason;
pub mod state;

pub use configured::judge_for;
pub use judge::judge;
pub use model::CallModel;
pub use state::state_at;

use super::{
    call::CallSpan,
    lease::{Lease, NumberState, Standing},
    number::TrackingNumber,
    time::Timestamp,
};
use reason::Reason;
use serde::{Deserialize, Serialize};

/// Leases in the history of a number that a store tells; if there are so many, there were others before.
pub const TOLD_LEASES: usize = 16;

/// What a store knows about one number around a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holders {
    /// The number.
    pub number: TrackingNumber,
    /// The store's clock when it answered.
    pub now: Timestamp,
    /// How the operator let it stand.
    pub standing: Standing,
    /// Whether it is the pool's overflow number; then `leases` are the sessions that were shown it.
    pub is_overflow: bool,
    /// Whether the store may have lost grants of that moment, as after a failover.
    pub is_doubtful: bool,
    /// Leases granted up to the moment asked about, newest first, within the pool's retention, at most
    /// [`TOLD_LEASES`].
    pub leases: Vec<Lease>,
    /// Calls on it that pinned it at the moment asked about.
    pub calls: Vec<CallSpan>,
}

/// How sure an attribution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Exactly one session held the number and was heard of, and hardly anybody else may be calling.
    Certain,
    /// One session is likelier than all others and nobody together.
    Likely,
    /// Several may have led to the call.
    Ambiguous,
    /// Nobody is known who is likely to be calling.
    None,
}

impl Class {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Ambiguous => "ambiguous",
            Self::None => "none",
        }
    }
}

/// A lease that may have led to a call, and how probably it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The lease.
    pub lease: Lease,
    /// From 0 to 1; those of all candidates and of nobody add up to at most 1.
    pub probability: f64,
}

/// A judgement on a call to a number at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// How sure it is.
    pub class: Class,
    /// What the number was doing.
    pub state: NumberState,
    /// Why, the most important first; at least one.
    pub reasons: Vec<Reason>,
    /// That the session of the first candidate is calling, from 0 to 1. Whether it is credited or not.
    pub probability: f64,
    /// That it is a call of nobody who is known, from 0 to 1: of strays, and of holders before those that are told.
    pub nobody: f64,
    /// All that may have led to the call, the likeliest first.
    pub candidates: Vec<Candidate>,
}

impl Attribution {
    /// The judgement on a number that nobody can hold.
    pub fn nobodys(reason: Reason) -> Self {
        Self {
            class: Class::None,
            state: NumberState::Rested,
            reasons: vec![reason],
            probability: 0.0,
            nobody: 1.0,
            candidates: Vec::new(),
        }
    }

    /// The lease that is credited, if one is: the likeliest.
    pub fn credited(&self) -> Option<&Candidate> {
        self.candidates.first().filter(|_| matches!(self.class, Class::Certain | Class::Likely))
    }
}
