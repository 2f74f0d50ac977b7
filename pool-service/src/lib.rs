//! Hatsuban's pool service: leases tracking numbers to visitor sessions, ends the leases in time, and tells call
//! systems which session and which ad click a call belongs to.
//!
//! # Layout
//! - [`domain`]: the rules, without I/O; imports nothing of this crate
//! - [`store`]: a few traits (leases, records, administration, transfer), two back ends (embedded, Redis)
//! - [`config`]: the settings of an installation, from `config.default.toml` to the command line
//! - [`live`]: sites and pools in memory, where every request looks
//! - [`calls`]: call records, from the first ring to what came of them
//! - [`load`]: what the pools have been carrying, hour by hour
//! - [`admin`]: what operators do: apply a configuration, make tokens, print tags
//! - [`assets`]: the browser program that is handed out
//! - [`http`]: the routes for browsers, call systems and machines, and the admin socket
//! - [`server`]: accepts connections and speaks HTTP on them
//! - [`simulate`]: visitors and calls by chance, to compare ways of giving out numbers
//! - [`sweeper`]: announces leases that ended
//! - [`telemetry`]: log lines and metrics
//! - [`app`]: puts a running service together
//! - [`cli`]: the program `hatsuban`

pub mod admin;
pub mod app;
pub mod assets;
pub mod calls;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod live;
pub mod load;
pub mod server;
pub mod simulate;
pub mod store;
pub mod sweeper;
pub mod telemetry;
