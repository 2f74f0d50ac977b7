//! `POST /v1/leases`, `/v1/leases/left` and `/v1/leases/release`: the snippet's side.

use crate::{Number, problem::Problem, visitor::Visitor};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/leases`: acquire or renew for all targets of a page. Sent as `text/plain`, which needs no CORS
/// preflight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseRequest {
    /// The site key of the tag; no secret.
    pub site: String,
    /// The visitor session: 16 to 64 characters of `[A-Za-z0-9_-]`.
    #[cfg_attr(feature = "schema", schema(min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9_-]+$"))]
    pub session: String,
    /// The page's URL without its fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// What is known of the visitor.
    #[serde(default)]
    pub visitor: Visitor,
    /// One row a target found on the page, answered in this order; 1 to 100.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 100))]
    pub leases: Vec<LeaseWanted>,
}

/// One target that wants a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseWanted {
    /// The target's id in the site's configuration.
    pub target: String,
    /// The token of the lease that the page holds. Not needed to renew; it restores a lease that the store has lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Answer of `POST /v1/leases`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseAnswer {
    /// Ask again after this many milliseconds.
    pub heartbeat_ms: u64,
    /// A hidden page goes on asking for this many milliseconds, then stops.
    pub hidden_hold_ms: u64,
    /// One row a wanted lease, in the order of the request.
    pub leases: Vec<LeaseRow>,
}

/// What one target may show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaseRow {
    /// The target's id, as asked.
    pub target: String,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: LeaseOutcome,
}

/// The outcome for one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum LeaseOutcome {
    /// The number belongs to this session alone.
    Leased {
        /// The tracking number to show.
        number: Number,
        /// The page may show it for this many milliseconds, counted from the moment it *sent* the request.
        lease_for_ms: u64,
        /// Counts the grants of the pool; a new value is a new lease.
        generation: u64,
        /// Restores this lease if the store loses it.
        token: String,
        /// The number had rested for less than the pool's cooldown: a late call of its last holder is possible.
        #[serde(default, skip_serializing_if = "is_false")]
        short_cooldown: bool,
    },
    /// The pool is empty; this number is shared by everybody and credited to nobody.
    Overflow {
        /// The overflow number to show.
        number: Number,
        /// As in `leased`.
        lease_for_ms: u64,
    },
    /// The pool is empty and has no overflow number: the page keeps its own.
    Exhausted,
    /// This row was refused, the others stand.
    Problem {
        /// Why, and what to do.
        problem: Problem,
    },
}

/// Body of `POST /v1/leases/left` (the page was left: heartbeats stop, the lease runs on) and of
/// `POST /v1/leases/release` (the leases end now).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveRequest {
    /// The site key of the tag.
    pub site: String,
    /// The visitor session.
    #[cfg_attr(feature = "schema", schema(min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9_-]+$"))]
    pub session: String,
    /// The targets' ids; 1 to 100.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 100))]
    pub targets: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}
