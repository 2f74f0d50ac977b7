//! Hatsuban's pool service: leases tracking numbers to visitor sessions, ends the leases in time, and tells call
//! systems which session and which ad click a call belongs to.
//!
//! # Layout
//! - [`domain`]: the rules, without I/O; imports nothing of this crate
//! - [`store`]: three traits (leases, records, administration), two back ends (embedded, Redis)

pub mod domain;
pub mod store;
