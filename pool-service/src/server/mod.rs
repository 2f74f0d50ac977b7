//! Accepts connections and speaks HTTP on them; knows nothing of what is served.
//!
//! An accept loop of its own, since `axum::serve` sets no deadline for request heads, has no connection cap, and its
//! graceful shutdown waits for half-sent heads. Listener, certificates and shutdown are arguments. Imports nothing of
//! the crate.
//!
//! # Layout
//! - [`accept`]: the accept loops, on TCP with or without TLS, and on a Unix socket
//! - `connections`: the open ones, of which idle ones make room
//! - `connection`: one connection, from its first byte to its last
//! - [`files`]: how many may be open
//! - [`tls`]: certificate files, reloaded without a restart
//! - [`unix`]: the Unix socket's file

pub mod accept;
mod connection;
mod connections;
pub mod files;
pub mod tls;
pub mod unix;

use ipnet::IpNet;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How connections are treated.
#[derive(Clone)]
pub struct Limits {
    /// Open connections: at this many, idle ones are closed to make room, and if there are none, others wait.
    pub max_connections: usize,
    /// What one address may have of them.
    pub per_address: Option<PerAddress>,
    /// The deadline of request heads.
    pub header_read: Duration,
    /// The largest request head, in bytes.
    pub max_head_bytes: usize,
    /// A connection without a request for this long is closed.
    pub idle: Duration,
    /// Once the service drains, requests under way get this long.
    pub drain: Duration,
}

/// How many connections one address may have.
#[derive(Clone)]
pub struct PerAddress {
    /// Above this many its idle ones are closed, and if there are none, the new one.
    pub most: usize,
    /// The addresses that count as one; `None` for one that may have as many as it likes.
    pub network: Arc<dyn Fn(IpAddr) -> Option<IpNet> + Send + Sync>,
    /// Is told of every connection that had to go, by the reason.
    pub count: Arc<dyn Fn(&'static str) + Send + Sync>,
}

/// Returns once the service drains, also when nobody is left to say so.
async fn begun(draining: &mut watch::Receiver<bool>) {
    let _ = draining.wait_for(|is_draining| *is_draining).await;
}
