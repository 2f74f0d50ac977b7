//! Working again after a write failed: the engine takes no writes any more after its first failure, and rightly so, since
//! nobody knows what of it reached the disk. The directory is opened again once there is room, as after a crash.
//!
//! For the writer thread only.

use super::disk::{Disk, full};
use crate::store::StoreError;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Less room than this is not worth trying.
const PROBE_BYTES: usize = 1024 * 1024;

/// Whether files can be written: one is.
pub(super) fn probe(directory: &Path) -> Result<(), StoreError> {
    let path = directory.join("probe");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0x5a; PROBE_BYTES])?;
        file.sync_all()
    });
    // A probe that is left is written over by the next.
    let _ = fs::remove_file(&path);
    written.map_err(|error| told(&error))
}

/// Opens the directory after a failure.
pub(super) fn reopen(directory: &Path) -> Result<Disk, StoreError> {
    // Opening cuts off what was written half.
    drop(Disk::open(directory)?);
    write_journals_anew(directory).map_err(|error| told(&error))?;
    Disk::open(directory)
}

/// After a sync that failed, the system may hold what the disk does not, and take it for written. What is written into
/// new files is synced for certain.
fn write_journals_anew(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "jnl") {
            continue;
        }
        let copy = path.with_extension("anew");
        let written = fs::copy(&path, &copy).and_then(|_| File::open(&copy)?.sync_all());
        let renamed = written.and_then(|()| fs::rename(&copy, &path));
        if renamed.is_err() {
            let _ = fs::remove_file(&copy);
        }
        renamed?;
    }
    File::open(directory)?.sync_all()
}

fn told(error: &io::Error) -> StoreError {
    full(error).unwrap_or_else(|| StoreError::Unavailable(format!("the data directory cannot be written ({error})")))
}
