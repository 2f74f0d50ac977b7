//! What strikes, when, and for how long: all of it from a seed, in milliseconds of the world's true time.

use crate::dice::Dice;
use std::collections::VecDeque;

/// What can go wrong below the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Redis gets `kill -9` while requests are under way, and is started again on its append-only file.
    KillRedis,
    /// Redis is stopped (`SIGSTOP`) while requests are under way, often for longer than a lease, and goes on.
    PauseRedis,
    /// The network between the service and Redis breaks and stays broken.
    CutNetwork,
    /// Redis does what it is asked; the next answers are lost with their connections.
    LoseAnswers,
    /// Redis takes no writes, since its memory is full.
    FullMemory,
    /// Redis forgets the scripts.
    FlushScripts,
    /// The service is started anew: one copy of two on Redis, by `kill -9` on the embedded store.
    RestartService,
    /// The store's clock is set back, by up to a minute or by up to three hours, and stays behind.
    ClockBack,
}

/// The faults of a back end.
pub const OF_REDIS: &[Fault] = &[
    Fault::KillRedis,
    Fault::PauseRedis,
    Fault::CutNetwork,
    Fault::LoseAnswers,
    Fault::FullMemory,
    Fault::FlushScripts,
    Fault::RestartService,
    Fault::ClockBack,
];
/// The same.
pub const OF_EMBEDDED: &[Fault] = &[Fault::RestartService, Fault::ClockBack];

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// When.
    pub at_ms: u64,
    /// What.
    pub fault: Fault,
    /// It begins, or it is over.
    pub begins: bool,
    /// How far, how many or which, as each fault needs it.
    pub size: u64,
}

/// Faults one after the other from early on until shortly before the end. Each seed begins with another one, so that a few
/// seeds have seen them all.
pub fn plan(seed: u64, faults: &[Fault], lasts_ms: u64) -> VecDeque<Stroke> {
    let mut dice = Dice::new(seed ^ 0xfa17);
    let mut strokes = VecDeque::new();
    let mut at_ms = dice.between(15_000, 40_000);
    let mut next = seed as usize % faults.len();
    while at_ms < lasts_ms * 9 / 10 {
        let (fault, size) = (faults[next], dice.below(10_800_000));
        strokes.push_back(Stroke { at_ms, fault, begins: true, size });
        // Some are over before the next heartbeat, some last longer than any lease.
        at_ms += if dice.percent(60) { dice.between(500, 15_000) } else { dice.between(45_000, 110_000) };
        strokes.push_back(Stroke { at_ms, fault, begins: false, size });
        at_ms += dice.between(2_000, 40_000);
        next = dice.below(faults.len() as u64) as usize;
    }
    strokes
}
