//! Restores and moves: for these nothing may run, since nothing else may be granted meanwhile.

use super::print;
use crate::{
    admin::{Refused, transfer},
    app::{
        open::{Opened, open},
        socket_path,
    },
    config::{Settings, StoreAddress},
    server::unix::is_alive,
};
use std::path::Path;

/// Fills the store that the settings name with a backup.
///
/// # Errors
/// What is wrong, one line each.
pub(super) async fn restore(settings: &Settings, file: &Path) -> Result<Vec<String>, String> {
    refuse_while_one_runs(settings)?;
    let Opened { store, .. } = open(settings).await.map_err(|error| error.to_string())?;
    done(transfer::restore(store.as_ref(), file, &|line| print::progress(&line)).await)
}

/// Moves everything from one store to another.
///
/// # Errors
/// What is wrong, one line each.
pub(super) async fn moved(settings: &Settings, target: &Settings) -> Result<Vec<String>, String> {
    refuse_while_one_runs(settings)?;
    if settings.store != StoreAddress::Embedded || target.store == StoreAddress::Embedded {
        return Err("a move goes from the embedded store to Redis; for other ways make a backup and restore it".into());
    }
    let from = open(settings).await.map_err(|error| error.to_string())?.store;
    let to = open(target).await.map_err(|error| error.to_string())?.store;
    let shown = target.effective.iter().find(|setting| setting.key == "store");
    let name = shown.map_or("another store", |setting| setting.value.trim_matches('"'));
    done(transfer::moved(from.as_ref(), to.as_ref(), name, &|line| print::progress(&line)).await)
}

fn refuse_while_one_runs(settings: &Settings) -> Result<(), String> {
    let path = socket_path(settings);
    if is_alive(&path) {
        return Err(format!("a service is running on {}: stop it first", path.display()));
    }
    Ok(())
}

fn done(outcome: Result<Vec<String>, Refused>) -> Result<Vec<String>, String> {
    outcome.map_err(|refused| refused.to_string())
}
