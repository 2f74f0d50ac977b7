//! The ways of giving out numbers, and of crediting calls, that are compared.

use crate::domain::time::Span;

/// Which of the free numbers is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The one that became free last: a stack.
    Newest,
    /// Any.
    Random,
    /// The one that has rested longest.
    Oldest,
}

/// Who is credited with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credit {
    /// Whoever was given the number last.
    LastHolder,
    /// Whom the attribution credits: nobody when it is ambiguous.
    Judged,
}

/// One way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is called in reports.
    pub name: &'static str,
    /// Which free number is given out.
    pub order: Order,
    /// Numbers are kept this long after the last sign of life, whoever else waits; `None`: as leases are.
    pub hard_hold: Option<Span>,
    /// Takes the number of the page that has been silent longest when none is free.
    pub steals: bool,
    /// Gives a session that comes back its own number, if nobody else was given it.
    pub has_affinity: bool,
    /// Who is credited.
    pub credit: Credit,
}

const OURS: Policy = Policy {
    name: "hatsuban",
    order: Order::Oldest,
    hard_hold: None,
    steals: false,
    has_affinity: true,
    credit: Credit::Judged,
};
const LRU: Policy = Policy { name: "lru", has_affinity: false, credit: Credit::LastHolder, ..OURS };
const RANDOM: Policy = Policy { name: "random", order: Order::Random, ..LRU };
const LIFO: Policy = Policy { name: "lifo", order: Order::Newest, ..LRU };
const HARD: Policy = Policy { name: "hard 30 min", hard_hold: Some(Span::from_seconds(1_800)), ..LRU };

/// All that are compared, ours first.
pub const POLICIES: [Policy; 9] = [
    OURS,
    LRU,
    RANDOM,
    LIFO,
    HARD,
    Policy { name: "lru, stealing", steals: true, ..LRU },
    Policy { name: "random, stealing", steals: true, ..RANDOM },
    Policy { name: "lifo, stealing", steals: true, ..LIFO },
    Policy { name: "hard 30 min, stealing", steals: true, ..HARD },
];
