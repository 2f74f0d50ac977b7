//! `GET /v1/numbers/{number}/attribution?at=`: the call system's side.

use crate::{Number, visitor::Visitor};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Whose call a call to this number at this moment is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AttributionAnswer {
    /// The number that was asked about.
    pub number: Number,
    /// What was dialled of a suffix number; absent for other numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<SuffixDialled>,
    /// The site that shows it.
    pub site: String,
    /// The pool that leases it.
    pub pool: String,
    /// The moment asked about, RFC 3339 in UTC.
    pub at: String,
    /// How sure the answer is.
    pub attribution: AttributionClass,
    /// What the number was doing at that moment.
    pub number_state: NumberState,
    /// One sentence that says why: that of the first of `reasons`.
    pub reason: String,
    /// Why, the most important first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// That the session of the first candidate is calling, from 0 to 1, whether it is credited or not.
    #[serde(default)]
    pub probability: f64,
    /// That it is a call of nobody who is known, from 0 to 1.
    #[serde(default)]
    pub nobody_probability: f64,
    /// The lease that the call is credited to; absent when the class is `ambiguous` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseHeld>,
    /// Every lease that may have led to the call, the likeliest first, the credited one included.
    pub candidates: Vec<LeaseHeld>,
}

/// A suffix number (任意番号) as it was dialled: a base number and digits behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SuffixDialled {
    /// The base number, national digits.
    pub base: String,
    /// The digits behind it; absent when the caller stopped before the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// What the operator gave this suffix to (a listing, a shop); absent for those that are leased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_for: Option<String>,
}

/// One thing that led to an attribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reason {
    /// What it is, for programs; later versions may know more of them.
    pub code: String,
    /// The same in a sentence.
    pub text: String,
}

/// How sure an attribution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributionClass {
    /// Exactly one session held the number and was heard of, and hardly anybody else may be calling.
    Certain,
    /// One session is likelier than all others and nobody together.
    Likely,
    /// Several sessions may have led to the call; nobody is credited.
    Ambiguous,
    /// No session is known.
    None,
}

/// What a number is doing at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NumberState {
    /// Held by a session that was heard of within the lease life.
    Leased,
    /// Still promised to a session that left or fell silent.
    Held,
    /// A call on it is in progress.
    Pinned,
    /// Free for less than the pool's cooldown.
    Cooling,
    /// Free for longer, or never leased.
    Rested,
    /// Shared by everybody while the pool is empty.
    Overflow,
    /// Taken out of use; present holders keep it to the end of their lease.
    Draining,
    /// Taken out of use at once.
    Disabled,
}

/// One lease, as a call system sees it. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseHeld {
    /// The visitor session.
    pub session: String,
    /// Counts the grants of the pool; 0 for the shared overflow number.
    pub generation: u64,
    /// When the session got the number.
    pub granted_at: String,
    /// When its page was last heard of.
    pub last_heartbeat_at: String,
    /// When its page was left, if it said so and did not come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<String>,
    /// Until when the number was promised to this session.
    pub held_until: String,
    /// Milliseconds from the last heartbeat to the moment asked about; 0 if it came later.
    pub silent_for_ms: u64,
    /// That this lease led to the call, from 0 to 1.
    #[serde(default)]
    pub probability: f64,
    /// What is known of the visitor.
    pub visitor: Visitor,
}
