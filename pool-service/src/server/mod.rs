//! Accepts connections and speaks HTTP on them; knows nothing of what is served.
//!
//! An accept loop of its own, since `axum::serve` sets no deadline for request heads, has no connection cap, and its
//! graceful shutdown waits for half-sent heads. Listener, certificates and shutdown are arguments. Imports nothing of
//! the crate.
//!
//! # Layout
//! - [`accept`]: the accept loops, on TCP with or without TLS, and on a Unix socket
//! - `connection`: one connection, from its first byte to its last
//! - [`tls`]: certificate files, reloaded without a restart
//! - [`unix`]: the Unix socket's file

pub mod accept;
mod connection;
pub mod tls;
pub mod unix;

use std::time::Duration;
use tokio::sync::watch;

/// How connections are treated.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections above this many wait.
    pub max_connections: usize,
    /// The deadline of request heads.
    pub header_read: Duration,
    /// Once the service drains, requests under way get this long.
    pub drain: Duration,
}

/// Returns once the service drains, also when nobody is left to say so.
async fn begun(draining: &mut watch::Receiver<bool>) {
    let _ = draining.wait_for(|is_draining| *is_draining).await;
}
