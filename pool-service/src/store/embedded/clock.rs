//! The embedded store's clock: it never steps back, and no setting of the wall clock ends or prolongs anything, neither
//! under a running store nor while it was closed, as long as the machine stayed on.

use crate::{
    domain::time::{Span, Timestamp},
    store::clock::{ManualClock, wall},
};
use serde::{Deserialize, Serialize};
use std::{fmt::Debug, sync::Arc};

/// Where the embedded store takes the time from.
#[derive(Clone, Debug)]
pub enum EmbeddedClock {
    /// This machine's clocks.
    System,
    /// A machine that a test made up.
    Machine(Arc<dyn Machine>),
    /// A test's or an operator's clock.
    Manual(ManualClock),
}

/// What a machine knows of the time.
pub trait Machine: Debug + Send + Sync {
    /// The wall clock, which anybody may set.
    fn wall(&self) -> Timestamp;
    /// The time since the machine was started, its sleep included. Nobody can set it.
    fn since_start(&self) -> Span;
    /// A name that each start of the machine has for itself; `None` if it gives none.
    fn start_id(&self) -> Option<String>;
}

/// The machine this runs on.
#[derive(Debug)]
struct ThisMachine;

impl Machine for ThisMachine {
    fn wall(&self) -> Timestamp {
        wall()
    }

    fn since_start(&self) -> Span {
        #[cfg(target_os = "linux")]
        let clock = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let clock = rustix::time::ClockId::Monotonic;
        let time = rustix::time::clock_gettime(clock);
        let (seconds, nanos) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
        Span::from_millis(seconds.unwrap_or(0) * 1_000 + nanos.unwrap_or(0) / 1_000_000)
    }

    fn start_id(&self) -> Option<String> {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned()).filter(|id| !id.is_empty())
    }
}

/// One opening of the store, as it stands on disk while the store is open and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    /// Which start of the machine.
    start_id: Option<String>,
    /// The store's time…
    time: Timestamp,
    /// …so long after the machine's start.
    since_start: Span,
    /// Whether everything was synced at its end.
    is_closed: bool,
}

/// A clock that never steps back, not even over a restart.
#[derive(Clone)]
pub(super) struct SteadyClock {
    source: Source,
    high_water: Timestamp,
}

#[derive(Clone)]
enum Source {
    Machine { machine: Arc<dyn Machine>, time: Timestamp, at: Span },
    Manual(ManualClock),
}

impl SteadyClock {
    /// A clock that goes on from the last run, or from the largest value that the store has seen. `is_held` tells
    /// whether anybody holds a number at a moment.
    pub(super) fn start(
        clock: EmbeddedClock,
        high_water: Timestamp,
        last: Option<&Run>,
        is_held: impl FnOnce(Timestamp) -> bool,
    ) -> Self {
        let machine: Arc<dyn Machine> = match clock {
            EmbeddedClock::System => Arc::new(ThisMachine),
            EmbeddedClock::Machine(machine) => machine,
            EmbeddedClock::Manual(clock) => return Self { source: Source::Manual(clock), high_water },
        };
        let (at, wall) = (machine.since_start(), machine.wall().max(high_water));
        let same_start = last.filter(|run| run.start_id.is_some() && run.start_id == machine.start_id());
        let time = match same_start {
            Some(run) => {
                let counted = (run.time + at.since(run.since_start)).max(high_water);
                // A wall clock that was put right is followed as soon as that ends nobody's lease.
                if is_held(counted) { counted } else { counted.max(wall) }
            }
            None => wall,
        };
        Self { source: Source::Machine { machine, time, at }, high_water }
    }

    /// What to write down of this run; `None` for a clock that tests or operators move.
    pub(super) fn run(&self) -> Option<Run> {
        match &self.source {
            Source::Machine { machine, time, at } => {
                Some(Run { start_id: machine.start_id(), time: *time, since_start: *at, is_closed: false })
            }
            Source::Manual(_) => None,
        }
    }

    /// The time, for an operation that changes nothing.
    pub(super) fn read(&self) -> Timestamp {
        let now = match &self.source {
            Source::Machine { machine, time, at } => *time + machine.since_start().since(*at),
            Source::Manual(clock) => clock.now(),
        };
        now.max(self.high_water)
    }

    /// The time, for an operation that acts upon it: from then on the clock shows this or later.
    pub(super) fn advance(&mut self) -> Timestamp {
        self.high_water = self.read();
        self.high_water
    }

    /// Time has been this late elsewhere: it is no earlier here.
    pub(super) fn lift(&mut self, at_least: Timestamp) {
        self.high_water = self.high_water.max(at_least);
    }

    /// What to save, so that the next start does not step back.
    pub(super) fn high_water(&self) -> Timestamp {
        self.high_water
    }
}

impl Run {
    /// This run, once everything is synced.
    pub(super) fn closed(self) -> Self {
        Self { is_closed: true, ..self }
    }

    /// Whether the machine went down under this run: what was not synced may be lost.
    pub(super) fn was_cut_off(&self, now: &Self) -> bool {
        !self.is_closed && self.start_id.is_some() && now.start_id.is_some() && self.start_id != now.start_id
    }
}
