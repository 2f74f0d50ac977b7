//! An embedded store that loses its process: what `kill -9` leaves is what was handed to the operating system, which is
//! what a copy of the files has.

use super::plan::{Fault, Stroke};
use pool_service::store::{
    Store,
    clock::ManualClock,
    embedded::{EmbeddedClock, EmbeddedStore},
};
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;

pub(super) struct OnDisk {
    store: Arc<dyn Store>,
    clock: ManualClock,
    lives: u32,
    directory: TempDir,
}

impl OnDisk {
    pub(super) fn start(clock: ManualClock) -> Self {
        let directory = TempDir::new().expect("a directory");
        let store = open(&directory.path().join("0"), &clock);
        Self { store, clock, lives: 0, directory }
    }

    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Only while nothing is under way: a copy of many files is made at no one moment.
    pub(super) fn strike(&mut self, stroke: Stroke) {
        if stroke.fault == Fault::RestartService && stroke.begins {
            let path = |life: u32| self.directory.path().join(life.to_string());
            let (killed, next) = (path(self.lives), path(self.lives + 1));
            copy(&killed, &next);
            self.lives += 1;
            self.store = open(&next, &self.clock);
            fs::remove_dir_all(killed).expect("removed");
        }
    }
}

fn open(path: &Path, clock: &ManualClock) -> Arc<dyn Store> {
    Arc::new(EmbeddedStore::open(path, EmbeddedClock::Manual(clock.clone())).expect("a store"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}
