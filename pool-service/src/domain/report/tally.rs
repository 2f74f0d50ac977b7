//! What is counted of calls.

use super::rollup::Line;
use std::collections::HashSet;

/// What is counted of some calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls.
    pub calls: u64,
    /// Those that somebody answered.
    pub answered: u64,
    /// Those that count.
    pub valid: u64,
    /// Seconds talked.
    pub talk_seconds: u64,
    /// Who called, each once; callers who withheld their numbers cannot be told apart and are not among them.
    pub callers: HashSet<u64>,
}

/// A tally in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls.
    pub calls: u64,
    /// Those that somebody answered.
    pub answered: u64,
    /// Those that count.
    pub valid: u64,
    /// How many callers there were whose numbers are known.
    pub unique_callers: u64,
    /// Seconds talked.
    pub talk_seconds: u64,
}

impl Tally {
    /// In figures.
    pub fn counts(&self) -> Counts {
        Counts {
            calls: self.calls,
            answered: self.answered,
            valid: self.valid,
            unique_callers: self.callers.len() as u64,
            talk_seconds: self.talk_seconds,
        }
    }

    /// Counts these calls too.
    pub fn add(&mut self, line: &Line) {
        self.calls += line.calls;
        self.answered += if line.traits.answered { line.calls } else { 0 };
        self.valid += if line.traits.valid { line.calls } else { 0 };
        self.talk_seconds += line.talk_seconds;
        self.callers.extend(&line.callers);
    }
}
