//! Log lines on standard error; standard output belongs to what commands answer.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Sends log lines of this process to standard error from here on, as text or as one JSON object a line. A second call
/// changes nothing.
pub fn start(level: &str, as_json: bool) {
    let filter = level.parse().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    // It fails only when logging is on already.
    let _ = if as_json { lines.json().flatten_event(true).try_init() } else { lines.with_target(false).try_init() };
}
