//! The running service, put together: a store, the configuration in memory, listeners, the sweeper, and their end.
//!
//! Signals and the place to announce the address are arguments, so that a test or another program can run one.
//!
//! # Layout
//! - `limits`: the limits that the settings name
//! - [`open`]: the store that the settings name; only here and in `cli` back ends have names
//! - `signers`: the secrets by which webhooks are signed
//! - `awaited`: a store that is away at the start
//! - [`serve`]: a service from its start to its end

mod awaited;
mod limits;
pub mod open;
pub mod serve;
mod signers;

use crate::{
    config::{Settings, StoreAddress},
    domain::zone::UnknownZone,
    server::unix::NoSocket,
    store::StoreError,
};
use std::{io, net::SocketAddr, path::PathBuf};

/// Why a service or a command cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data directory cannot be made.
    #[error("data directory {0}: {1}")]
    DataDirectory(PathBuf, io::Error),
    /// The store cannot be opened.
    #[error("store {store}: {why}")]
    Store {
        /// Which, without its password.
        store: String,
        /// What it said.
        why: StoreError,
    },
    /// The address cannot be listened on.
    #[error("http.listen {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The certificate files cannot be used.
    #[error("http.tls: {0}")]
    Tls(String),
    /// The key of callers' numbers cannot be used.
    #[error("calls: {0}")]
    CallerKey(String),
    /// The time zone of reports is not known.
    #[error("reports.{0}")]
    Zone(#[from] UnknownZone),
    /// The admin socket cannot be made.
    #[error(transparent)]
    Socket(#[from] NoSocket),
    /// The browser program's directory cannot be used.
    #[error("assets_directory: {0}")]
    Assets(io::Error),
}

/// Where the admin socket of an installation is.
pub fn socket_path(settings: &Settings) -> PathBuf {
    settings.data_directory.join("hatsuban.sock")
}

/// How browsers reach a service that listens on this address.
pub fn public_url(settings: &Settings, listening: SocketAddr) -> String {
    let scheme = if settings.http.tls.is_some() { "https" } else { "http" };
    settings.http.public_url.clone().unwrap_or_else(|| {
        // No browser can go to 0.0.0.0.
        if listening.ip().is_unspecified() {
            format!("{scheme}://localhost:{}", listening.port())
        } else {
            format!("{scheme}://{listening}")
        }
    })
}

/// The store's name in messages: a setting as it may be shown.
fn store_name(settings: &Settings) -> String {
    match &settings.store {
        StoreAddress::Embedded => open::embedded_directory(settings).display().to_string(),
        StoreAddress::Redis(_) => {
            let shown = settings.effective.iter().find(|setting| setting.key == "store");
            shown.map_or_else(|| "redis".to_owned(), |setting| setting.value.trim_matches('"').to_owned())
        }
    }
}
