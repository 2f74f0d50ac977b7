//! Calls from a carrier's log: a table of calls that are over.

pub mod columns;
mod durations;
pub mod encoding;
mod lines;
mod moments;
mod row;
mod spelling;
