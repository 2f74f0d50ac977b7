//! What the pool service answers, and what pages are told of it.

use crate::number::Number;
use alloc::{string::String, vec::Vec};

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Ask again after this many milliseconds.
    pub heartbeat_ms: u64,
    /// A hidden page goes on asking this long.
    pub hidden_hold_ms: u64,
    /// One row a target, by its index.
    pub rows: Vec<(usize, Row)>,
}

/// What one target may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A number for this visitor alone.
    Leased {
        /// The tracking number.
        number: Number,
        /// For how long it may be shown, counted from when the request was sent.
        lease_for_ms: u64,
        /// Restores the lease if the service loses it.
        token: String,
    },
    /// The shared number of an empty pool.
    Overflow {
        /// The overflow number.
        number: Number,
        /// As in [`Row::Leased`].
        lease_for_ms: u64,
    },
    /// No number is free.
    Exhausted,
    /// The lease token was refused.
    TokenRefused,
    /// The service cannot say; what is held stays.
    Unavailable,
    /// The target was refused for good.
    Refused,
}

/// What pages are told about a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A number is shown, for so many milliseconds from now.
    Leased(Number, u64),
    /// The shared number is shown.
    Overflow(Number, u64),
    /// No number is free; the page's own is shown.
    Exhausted,
    /// The time of the number has passed; the page's own is shown.
    Expired,
    /// The service refused the target or could not answer for it.
    Problem,
}
