//! What both stores promise, one test for each promise and store. The numbers in the module docs are the rules of
//! `docs/LEASES.md`.

#[path = "../support/mod.rs"]
mod support;
mod world;

mod administration;
mod allocation;
mod batches;
mod calls;
mod claims;
mod clocks;
mod documents;
mod foreign;
mod history;
mod leaving;
mod overflow;
mod own_number;
mod records;
mod standing;
mod states;
mod suffixes;
mod sweeping;
