//! The one thread that owns all state. It takes what waits, lets each operation act upon the pools in memory, commits
//! all they changed as one batch, and only then answers: an answer means that the operating system has the change,
//! and, where power loss must not undo it, the disk.
//!
//! For [`super::EmbeddedStore`] only.

use super::{
    administration::Administration,
    changes,
    clock::{EmbeddedClock, SteadyClock},
    disk::Disk,
    keys,
    ledger::Ledger,
    load,
};
use crate::{
    domain::{ids::PoolId, time::Timestamp},
    store::StoreError,
};
use fjall::OwnedWriteBatch;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// How many operations share a commit at most.
const MAX_TURNS: usize = 256;

/// What must not undo an operation once it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Survives {
    /// The end of this process.
    Crash,
    /// The end of the machine's power.
    PowerLoss,
}

/// Sends an operation's answer, given how the commit went.
pub(super) type Answer = Box<dyn FnOnce(&Result<(), StoreError>) + Send>;

/// Changes something, unless the store has failed.
pub(super) type Write = Box<dyn FnOnce(Result<&mut State, StoreError>) -> Answer + Send>;

/// Looks at something, unless the store has failed.
pub(super) type Read = Box<dyn FnOnce(Result<&State, StoreError>) + Send>;

/// An operation.
pub(super) enum Turn {
    /// Changes something.
    Write(Survives, Write),
    /// Sees what is committed.
    Read(Read),
}

/// What operations act upon.
pub(super) struct State {
    pub(super) disk: Disk,
    pub(super) clock: SteadyClock,
    /// Goes to disk with the changes of the pools.
    pub(super) batch: OwnedWriteBatch,
    pub(super) administration: Administration,
    pools: BTreeMap<PoolId, Ledger>,
    touched: Vec<PoolId>,
}

impl State {
    /// Everything as it was at the last commit.
    pub(super) fn load(disk: Disk, clock: EmbeddedClock) -> Result<Self, StoreError> {
        let high_water = disk.admin_row(keys::CLOCK)?.unwrap_or_default();
        Ok(Self {
            clock: SteadyClock::start(clock, high_water),
            batch: disk.batch(),
            administration: Administration::load(&disk)?,
            pools: load::pools(&disk)?,
            touched: Vec::new(),
            disk,
        })
    }

    /// A pool to look at.
    pub(super) fn pool(&self, id: &PoolId) -> Result<&Ledger, StoreError> {
        self.pools.get(id).ok_or_else(|| StoreError::UnknownPool(id.clone()))
    }

    /// All pools, by id.
    pub(super) fn pools(&self) -> impl Iterator<Item = (&PoolId, &Ledger)> {
        self.pools.iter()
    }

    /// A pool to change, the time at which to change it, and what is on disk.
    pub(super) fn change(&mut self, id: &PoolId) -> Result<(&mut Ledger, Timestamp, &Disk), StoreError> {
        let ledger = self.pools.get_mut(id).ok_or_else(|| StoreError::UnknownPool(id.clone()))?;
        self.touched.push(id.clone());
        Ok((ledger, self.clock.advance(), &self.disk))
    }

    /// Makes sure that there is such a pool.
    pub(super) fn create(&mut self, id: &PoolId) {
        self.pools.entry(id.clone()).or_default();
    }

    fn commit(&mut self, survives: Survives) -> Result<(), StoreError> {
        let mut batch = std::mem::replace(&mut self.batch, self.disk.batch());
        self.touched.sort_unstable();
        self.touched.dedup();
        for id in &self.touched {
            if let Some(ledger) = self.pools.get_mut(id) {
                changes::note(&self.disk, &mut batch, id, ledger)?;
            }
        }
        batch.insert(&self.disk.admin, keys::CLOCK, self.clock.high_water().as_millis().to_string());
        self.disk.commit(batch, survives == Survives::PowerLoss)?;
        for id in self.touched.drain(..) {
            if let Some(ledger) = self.pools.get_mut(&id) {
                ledger.forget_past_calls(self.clock.high_water());
            }
        }
        Ok(())
    }
}

/// Works until every sender is gone, then makes everything survive power loss.
pub(super) fn run(mut state: State, mut turns: mpsc::Receiver<Turn>) {
    let mut health = Ok(());
    while let Some(first) = turns.blocking_recv() {
        let mut waiting = vec![first];
        while waiting.len() < MAX_TURNS
            && let Ok(next) = turns.try_recv()
        {
            waiting.push(next);
        }
        take_turns(&mut state, waiting, &mut health);
    }
    if let Err(error) = state.disk.sync() {
        tracing::error!(%error, "the data directory could not be synced at the end");
    }
}

/// After a failed commit the pools in memory are ahead of the disk. Nothing is promised from then on.
fn take_turns(state: &mut State, waiting: Vec<Turn>, health: &mut Result<(), StoreError>) {
    let (mut answers, mut reads) = (Vec::new(), Vec::new());
    let mut survives = Survives::Crash;
    for turn in waiting {
        match turn {
            Turn::Read(read) => reads.push(read),
            Turn::Write(required, write) => {
                if required == Survives::PowerLoss {
                    survives = required;
                }
                answers.push(write(health.clone().map(|()| &mut *state)));
            }
        }
    }
    if !answers.is_empty() && health.is_ok() {
        *health = state.commit(survives);
        if let Err(error) = health {
            tracing::error!(%error, "a commit failed; the store refuses to work until it is opened again");
        }
    }
    for answer in answers {
        answer(health);
    }
    // Reads come after the commit, so that they find on disk what they do not find in memory.
    for read in reads {
        read(health.clone().map(|()| &*state));
    }
}
