//! Feeds the engine whatever bytes: configuration and text, see `promise.rs`.
#![no_main]

#[path = "../promise.rs"]
mod promise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promise::holds(bytes));
