//! What Hatsuban is about, without I/O, clocks or wire formats. A value that exists is valid.
//!
//! Imports nothing of the crate; everybody may import it.

pub mod access;
pub mod address;
pub mod attribution;
pub mod audit;
pub mod call;
pub mod channel;
pub mod conduct;
pub mod conversion;
pub mod counted;
pub mod country;
pub mod csv_cell;
pub mod ids;
pub mod lease;
pub mod number;
pub mod policy;
pub mod report;
pub mod routing;
pub mod settlement;
pub mod site;
pub mod sizing;
pub mod suffix;
pub mod time;
pub mod token;
pub mod visitor;
pub mod zone;
