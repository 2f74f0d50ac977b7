//! The embedded store: one process, one data directory, nothing else to run.
//!
//! One thread (`writer`) owns everything. Pools live in memory (`ledger`) and on disk (`disk`); an acknowledged
//! lease survives the end of the process, an acknowledged call or setting survives the loss of power. After a failed
//! write the store answers errors until it could open its files again (`heal`). After a loss of power, which may have
//! taken leases with it, its pools grant nothing new until those have run out.
//!
//! Not for several processes: the data directory is locked while a store is open.

mod admin;
mod administration;
mod calls;
mod changes;
mod clock;
mod disk;
mod documents;
mod flow;
mod heal;
mod keys;
mod leases;
mod ledger;
mod load;
mod number_key;
mod records;
mod snapshot;
mod token_keys;
mod transfer;
mod unwritten;
mod upgrade;
mod writer;

pub use clock::{EmbeddedClock, Machine};

use super::{StoreError, records::Survives};
use disk::Disk;
use std::{path::Path, thread};
use tokio::sync::{mpsc, oneshot};
use writer::{State, Turn, Writer};

/// How many operations wait before callers are held up.
const MAX_WAITING: usize = 4_096;

/// A store in a directory of its own.
pub struct EmbeddedStore {
    turns: Option<mpsc::Sender<Turn>>,
    writer: Option<thread::JoinHandle<()>>,
}

impl EmbeddedStore {
    /// Opens the data directory, creating it if need be. Dropping the store writes everything out and gives the
    /// directory free.
    ///
    /// # Errors
    /// `Unsuitable` when another process has the directory, a newer version wrote it, or a restore did not end;
    /// `Full` when there is no room.
    pub fn open(path: &Path, clock: EmbeddedClock) -> Result<Self, StoreError> {
        let disk = Disk::open(path)?;
        let writer = Writer::new(path, State::open(disk, clock)?);
        let (turns, waiting) = mpsc::channel(MAX_WAITING);
        let writer = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(waiting))
            .map_err(|error| StoreError::Unavailable(format!("no thread could be started: {error}")))?;
        Ok(Self { turns: Some(turns), writer: Some(writer) })
    }

    /// Lets an operation change something; answers when that is safe.
    async fn write<T: Send + 'static>(
        &self,
        survives: Survives,
        operation: impl FnOnce(&mut State) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let turn = Turn::Write(
            survives,
            Box::new(move |state| {
                let outcome = state.and_then(operation);
                Box::new(move |committed| {
                    // Nobody waits any more: the operation took place all the same.
                    let _ = reply.send(committed.clone().and(outcome));
                })
            }),
        );
        self.send(turn, answer).await
    }

    /// Lets an operation look at what is committed.
    async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&State) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let turn = Turn::Read(Box::new(move |state| {
            let _ = reply.send(state.and_then(operation));
        }));
        self.send(turn, answer).await
    }

    async fn send<T>(&self, turn: Turn, answer: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
        let stopped = || StoreError::Unavailable("the store's writer stopped; restart".to_owned());
        let turns = self.turns.as_ref().ok_or_else(stopped)?;
        turns.send(turn).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        self.turns = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the store's writer had panicked");
        }
    }
}
