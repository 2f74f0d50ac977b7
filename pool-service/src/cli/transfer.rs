//! Restores and moves: for these nothing may run, since nothing else may be granted meanwhile.

use super::{operate::actor, print};
use crate::{
    admin::{Refused, audit::Noted, transfer},
    app::{
        open::{Opened, open},
        socket_path,
    },
    config::{Settings, StoreAddress},
    domain::audit::Outcome,
    server::unix::is_alive,
    store::Store,
};
use std::path::Path;

/// Fills the store that the settings name with a backup.
///
/// # Errors
/// What is wrong, one line each.
pub(super) async fn restore(settings: &Settings, file: &Path) -> Result<Vec<String>, String> {
    refuse_while_one_runs(settings)?;
    let Opened { store, .. } = open(settings).await.map_err(|error| error.to_string())?;
    let lines = done(transfer::restore(store.as_ref(), file, &|line| print::progress(&line)).await)?;
    note(store.as_ref(), "restore", &file.display().to_string(), &lines).await;
    Ok(lines)
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
    let lines = done(transfer::moved(from.as_ref(), to.as_ref(), name, &|line| print::progress(&line)).await)?;
    note(to.as_ref(), "move", &format!("to {name}"), &lines).await;
    Ok(lines)
}

/// Writes into the audit log what was done. Before it there was no log to write into: the store was empty.
async fn note(store: &dyn Store, action: &str, asked: &str, lines: &[String]) {
    let noted = async {
        let noted = Noted::begin(store, &actor(), action, asked).await.map_err(|refused| refused.to_string())?;
        noted.end(store, Outcome::Done, lines).await.map_err(|error| error.to_string())
    };
    if let Err(error) = noted.await {
        print::progress(&format!("it was done, but the audit log does not say so: {error}"));
    }
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
