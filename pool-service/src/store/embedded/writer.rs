//! The one thread that owns all state. It takes what waits, lets each operation act upon the pools in memory, commits
//! all they changed as one batch, and only then answers: an answer means that the operating system has the change,
//! and, where power loss must not undo it, the disk.
//!
//! When a commit fails, the writer stops answering, and goes on by itself once the disk can be written again.
//!
//! For [`super::EmbeddedStore`] only.

use super::{
    administration::Administration,
    changes,
    clock::{EmbeddedClock, Run, SteadyClock},
    disk::{Disk, to_json},
    flow::Flow,
    heal, keys,
    ledger::Ledger,
    load,
    unwritten::Unwritten,
};
use crate::{
    domain::{ids::PoolId, time::Timestamp},
    store::{StoreError, clock::ManualClock, records::Survives},
};
use fjall::OwnedWriteBatch;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How many operations share a commit at most.
const MAX_TURNS: usize = 256;
/// How long a store that cannot write waits before it tries to again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

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
    /// Rows of the keyspace `records` that go to disk with the next commit.
    pub(super) unwritten: Unwritten,
    pub(super) flows: BTreeMap<PoolId, Flow>,
    pools: BTreeMap<PoolId, Ledger>,
    touched: Vec<PoolId>,
}

impl State {
    /// Everything as it was when the store was last open, under a clock that goes on from there.
    pub(super) fn open(disk: Disk, clock: EmbeddedClock) -> Result<Self, StoreError> {
        let last: Option<Run> = disk.admin_row(keys::RUN)?;
        let high_water = disk.admin_row(keys::CLOCK)?.unwrap_or_default();
        let at_rest =
            SteadyClock::start(EmbeddedClock::Manual(ManualClock::at(high_water)), high_water, None, |_| false);
        let mut state = Self::of(disk, at_rest)?;
        let is_held = |now| state.pools.values().any(|ledger| ledger.is_held(now));
        state.clock = SteadyClock::start(clock, high_water, last.as_ref(), is_held);
        let Some(run) = state.clock.run() else { return Ok(state) };
        if last.is_some_and(|last| last.was_cut_off(&run)) {
            tracing::warn!(
                "the machine went down under the store: nothing new is granted until lost leases have ended"
            );
            let now = state.clock.advance();
            for (id, ledger) in &mut state.pools {
                ledger.doubt(now);
                state.touched.push(id.clone());
            }
        }
        state.batch.insert(&state.disk.admin, keys::RUN, to_json(&run)?);
        state.commit(Survives::PowerLoss)?;
        Ok(state)
    }

    /// Everything as it was at the last commit.
    pub(super) fn of(disk: Disk, clock: SteadyClock) -> Result<Self, StoreError> {
        Ok(Self {
            clock,
            batch: disk.batch(),
            administration: Administration::load(&disk)?,
            unwritten: Unwritten::default(),
            flows: load::flows(&disk)?,
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

    /// Whether there is such a pool.
    pub(super) fn has_pool(&self, id: &PoolId) -> bool {
        self.pools.contains_key(id)
    }

    /// Makes sure that there is such a pool.
    pub(super) fn create(&mut self, id: &PoolId) {
        self.pools.entry(id.clone()).or_default();
    }

    /// Whether there is any pool.
    pub(super) fn has_pools(&self) -> bool {
        !self.pools.is_empty()
    }

    fn commit(&mut self, survives: Survives) -> Result<(), StoreError> {
        let mut batch = std::mem::replace(&mut self.batch, self.disk.batch());
        self.unwritten.write(&self.disk, &mut batch);
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

/// The thread: works until every sender is gone, then makes everything survive power loss.
pub(super) struct Writer {
    path: PathBuf,
    work: Work,
}

enum Work {
    Goes(Box<State>),
    Stopped(Stopped),
}

/// A commit failed: the pools in memory are ahead of the disk, and nothing is promised until it was opened again.
struct Stopped {
    why: StoreError,
    clock: SteadyClock,
    /// Keeps other processes out of the directory until it is opened again.
    keeps: Option<Box<State>>,
    tried_at: Option<Instant>,
}

impl Writer {
    /// A writer of the directory at `path`, in which everything was found as in `state`.
    pub(super) fn new(path: &Path, state: State) -> Self {
        Self { path: path.to_owned(), work: Work::Goes(Box::new(state)) }
    }

    /// Takes turns until nobody can ask any more.
    pub(super) fn run(mut self, mut turns: mpsc::Receiver<Turn>) {
        while let Some(first) = turns.blocking_recv() {
            let mut waiting = vec![first];
            while waiting.len() < MAX_TURNS
                && let Ok(next) = turns.try_recv()
            {
                waiting.push(next);
            }
            self.take(waiting);
        }
        if let Work::Goes(state) = &self.work
            && let Err(error) = state.disk.close()
        {
            tracing::error!(%error, "the data directory could not be synced at the end");
        }
    }

    fn take(&mut self, waiting: Vec<Turn>) {
        if let Work::Stopped(stopped) = &mut self.work
            && let Some(state) = stopped.try_again(&self.path)
        {
            tracing::info!("the store works again");
            self.work = Work::Goes(state);
        }
        let (mut answers, mut reads) = (Vec::new(), Vec::new());
        let mut survives = Survives::Crash;
        for turn in waiting {
            match turn {
                Turn::Read(read) => reads.push(read),
                Turn::Write(required, write) => {
                    if required == Survives::PowerLoss {
                        survives = required;
                    }
                    answers.push(write(self.work.state()));
                }
            }
        }
        let outcome = if answers.is_empty() { Ok(()) } else { self.commit(survives) };
        for answer in answers {
            answer(&outcome);
        }
        // Reads come after the commit, so that they find on disk what they do not find in memory.
        for read in reads {
            read(self.work.state().map(|state| &*state));
        }
    }

    fn commit(&mut self, survives: Survives) -> Result<(), StoreError> {
        let outcome = self.work.state().and_then(|state| state.commit(survives));
        if let (Err(why), Work::Goes(state)) = (&outcome, &self.work) {
            tracing::error!(error = %why, "a commit failed; the store refuses to work until it can write again");
            let stopped = Stopped { why: why.clone(), clock: state.clock.clone(), keeps: None, tried_at: None };
            if let Work::Goes(state) = std::mem::replace(&mut self.work, Work::Stopped(stopped))
                && let Work::Stopped(stopped) = &mut self.work
            {
                stopped.keeps = Some(state);
            }
        }
        outcome
    }
}

impl Work {
    fn state(&mut self) -> Result<&mut State, StoreError> {
        match self {
            Self::Goes(state) => Ok(state),
            Self::Stopped(stopped) => Err(stopped.why.clone()),
        }
    }
}

impl Stopped {
    /// Opens the directory again, if it can be written again; at most once in a while.
    fn try_again(&mut self, path: &Path) -> Option<Box<State>> {
        if self.tried_at.is_some_and(|tried_at| tried_at.elapsed() < TRY_AGAIN_AFTER) {
            return None;
        }
        let again = heal::probe(path).and_then(|()| {
            self.keeps = None;
            let disk = heal::reopen(path)?;
            let mut state = State::of(disk, self.clock.clone())?;
            state.commit(Survives::PowerLoss).map(|()| Box::new(state))
        });
        self.tried_at = Some(Instant::now());
        again.inspect_err(|why| self.why = why.clone()).ok()
    }
}
