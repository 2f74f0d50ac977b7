//! Reports: how many calls there were, and which of them counted, by day or channel and so on. Pure.
//!
//! # Layout
//! - [`filter`]: which calls are asked for
//! - [`traits`]: what of a call reports tell apart
//! - [`buckets`]: hours, days and months of a time zone
//! - [`rollup`]: the calls of an hour in short
//! - [`tally`]: what is counted
//! - [`sums`]: groups and their tallies

pub mod buckets;
pub mod filter;
pub mod rollup;
pub mod sums;
pub mod tally;
pub mod traits;

pub use filter::CallFilter;
pub use sums::{By, Sums};
pub use traits::{Touch, Traits};
