//! The Unix socket's file: for this user alone, never stolen from a living process, never left over by a dead one.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
};
use tokio::net::UnixListener;

/// A listening Unix socket; its file goes when this is dropped.
pub struct Socket {
    /// The listener; taken by the accept loop.
    pub listener: Option<UnixListener>,
    path: PathBuf,
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum NoSocket {
    /// Another process answers on it.
    #[error("a service is already running on {0}")]
    Taken(PathBuf),
    /// It cannot be made.
    #[error("socket {0}: {1}")]
    Io(PathBuf, io::Error),
}

/// Whether a process answers on this socket.
pub fn is_alive(path: &Path) -> bool {
    UnixStream::connect(path).is_ok()
}

/// The same for somebody who may not be allowed to know.
///
/// # Errors
/// When this user may not open the socket.
pub fn answers(path: &Path) -> io::Result<bool> {
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error),
        outcome => Ok(outcome.is_ok()),
    }
}

/// Listens on a Unix socket that only this user can open. The file of a dead process is replaced.
///
/// # Errors
/// When another process answers on it, or the file cannot be made.
pub fn bind(path: &Path) -> Result<Socket, NoSocket> {
    if is_alive(path) {
        return Err(NoSocket::Taken(path.to_owned()));
    }
    // Under its name only once nobody else can open it.
    let unfinished = path.with_extension("new");
    let listener = make(&unfinished, path).map_err(|error| NoSocket::Io(path.to_owned(), error))?;
    Ok(Socket { listener: Some(listener), path: path.to_owned() })
}

fn make(unfinished: &Path, path: &Path) -> io::Result<UnixListener> {
    if unfinished.exists() {
        fs::remove_file(unfinished)?;
    }
    let listener = UnixListener::bind(unfinished)?;
    fs::set_permissions(unfinished, Permissions::from_mode(0o600))?;
    fs::rename(unfinished, path)?;
    Ok(listener)
}

impl Drop for Socket {
    fn drop(&mut self) {
        // A file that is left is replaced at the next start.
        let _ = fs::remove_file(&self.path);
    }
}
