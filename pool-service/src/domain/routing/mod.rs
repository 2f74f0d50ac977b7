//! Where a call goes while it rings: decided from what the operator configured, who calls and what the time is. Pure.
//!
//! # Layout
//! - [`address`]: what can be called: a number or a SIP URI
//! - [`plan`]: how a pool's calls are routed, as configured
//! - [`block`]: callers that are refused
//! - [`withheld`]: callers of whom no number is known
//! - [`schedule`], [`hours`], [`holidays`]: opening hours, and whether it is open now
//! - [`speech`]: what callers and those who answer are told
//! - [`decision`]: what was decided, as it is stored and rendered
//! - [`order`]: which destination is called first
//! - [`mod@decide`]: the decision

pub mod address;
pub mod block;
pub mod decide;
pub mod decision;
pub mod holidays;
pub mod hours;
pub mod order;
pub mod plan;
pub mod schedule;
pub mod speech;
pub mod withheld;

pub use address::{Gateway, SendTo, SipUri};
pub use block::BlockList;
pub use decide::{Asked, decide, without_store};
pub use decision::{Action, Decision, Leg};
pub use plan::{Absence, Destination, Routing, Strategy};
pub use schedule::Schedule;
pub use speech::{Language, Speech};
pub use withheld::is_withheld;
