//! What the system's promises are checked with: browsers without a browser, and checkers over what they displayed.
//!
//! # Layout
//! - [`dice`]: seeded chance, so that a failing history is told by its number
//! - [`faults`]: what strikes a store while visitors use it
//! - [`world`]: many visitors with tabs, sleep and bad networks, driving the snippet's real keeper against a real store
//! - [`history`]: what was granted and what was displayed, and whether the invariants hold over it

pub mod dice;
pub mod faults;
pub mod history;
pub mod world;
