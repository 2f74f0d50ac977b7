//! What the service tells about itself: log lines ([`logging`]) and metrics ([`metrics`]).
//!
//! Imports nothing of the crate; `app`, `http` and `sweeper` count, only `cli` turns
//! logging on.

pub mod logging;
pub mod metrics;
