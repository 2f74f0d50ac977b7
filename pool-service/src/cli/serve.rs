//! Runs a service until a signal ends it: SIGTERM with grace, SIGINT at once, SIGHUP reads the certificates again.

use super::print;
use crate::{
    app::serve::{Signal, serve as run},
    config::Settings,
};
use std::io;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

/// Runs a service and prints its address once it takes requests.
///
/// # Errors
/// When it cannot start.
pub(super) async fn serve(settings: &Settings) -> Result<(), String> {
    let signals = signals().map_err(|error| format!("signals: {error}"))?;
    let announce = |address: &str| {
        // It serves as well where nobody reads this.
        let _ = print::lines([format!("listening on {address}")]);
    };
    run(settings, signals, announce).await.map_err(|error| error.to_string())
}

fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(async move {
        loop {
            let wanted = tokio::select! {
                Some(()) = terminate.recv() => Signal::Stop,
                Some(()) = interrupt.recv() => Signal::StopNow,
                Some(()) = hang_up.recv() => Signal::Reload,
                else => return,
            };
            if sender.send(wanted).await.is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}
