//! Carries a command out: through the running service if there is one, on the store itself if nothing runs.

use super::{print, socket};
use crate::{
    admin::{Command, Office},
    app::{
        open::{Opened, embedded_directory, lone_call_desk, open},
        public_url, socket_path,
    },
    config::{Settings, StoreAddress},
    domain::audit::Actor,
    http::admin::Order,
    server::unix::answers,
};
use std::{io, path::Path, sync::Arc};

/// Carries a command out and gives the lines of its answer.
///
/// # Errors
/// What is wrong, one line each.
pub(super) async fn operate(settings: &Settings, command: Command) -> Result<Vec<String>, String> {
    let path = socket_path(settings);
    if answers(&path).map_err(|error| forbidden(&path, &error))? {
        return socket::send(&path, &Order { by: actor(), command }).await;
    }
    is_there(settings, &command)?;
    let Opened { store, manual_clock } = open(settings).await.map_err(|error| error.to_string())?;
    let public_url = public_url(settings, settings.http.listen);
    let calls = if command.needs_calls() {
        Some(Arc::new(lone_call_desk(settings, Arc::clone(&store)).await.map_err(|error| error.to_string())?))
    } else {
        None
    };
    let office = Office { store, live: None, calls, public_url, manual_clock };
    office.carry_out(&command, &actor(), &|line| print::progress(&line)).await.map_err(|refused| refused.to_string())
}

/// Only a configuration begins an installation. Any other command would make one by mistake in a directory that no service
/// uses: a token from there would be refused everywhere.
fn is_there(settings: &Settings, command: &Command) -> Result<(), String> {
    if settings.store != StoreAddress::Embedded || matches!(command, Command::Apply { .. }) {
        return Ok(());
    }
    let store = embedded_directory(settings);
    match store.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "there is no store in {}, and no service runs there: name the service's directory (--data-directory) or settings \
             (--config), or begin with `hatsuban apply` or `hatsuban serve`",
            settings.data_directory.display()
        )),
        Err(error) => Err(forbidden(&store, &error)),
    }
}

fn forbidden(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}: give the command as the user that runs the service", path.display())
}

/// Who sits at this command line.
pub(super) fn actor() -> Actor {
    let user = whoami::username().unwrap_or_else(|_| "somebody".to_owned());
    // With sudo the system knows only root; who that was stands here.
    let user = match std::env::var("SUDO_USER") {
        Ok(before) if !before.is_empty() && before != user => format!("{before} as {user}"),
        _ => user,
    };
    Actor::CommandLine { user }
}
