//! What the page's own language does around the keeper, for tests without one: it holds numbers and tokens by target,
//! adopts what an answer offers only where the keeper says so, and speaks the keeper's lists of numbers.
#![allow(dead_code, reason = "each promise uses its own part")]

use snippet_core::keeper::{Keeper, event, kind, op, outcome};
use std::collections::BTreeMap;

/// `performance.now()` and `Date.now()`, read together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) monotonic_ms: u64,
    pub(crate) wall_ms: u64,
}

/// What happened on the page.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Started { visible: bool, stored: Option<Stored> },
    Found(usize),
    Answered(u32, Answer),
    Failed(u32),
    Refused(u32),
    Woke,
    Visible,
    Hidden,
    Leaving,
    Released,
    Forgotten,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) heartbeat_ms: u64,
    pub(crate) hidden_hold_ms: u64,
    pub(crate) rows: Vec<(usize, Row)>,
}

/// What one target may show.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    Leased { number: String, lease_for_ms: u64, token: String },
    Overflow { number: String, lease_for_ms: u64 },
    Exhausted,
    TokenRefused,
    Unavailable,
    Refused,
}

/// What is kept for the visitor's next page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stored {
    pub(crate) heartbeat_ms: f64,
    pub(crate) hidden_hold_ms: f64,
    pub(crate) leases: Vec<StoredLease>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredLease {
    pub(crate) target: usize,
    pub(crate) number: String,
    pub(crate) token: String,
    pub(crate) sent_wall_ms: f64,
    pub(crate) lease_for_ms: f64,
}

/// What pages are told about a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Leased(u64),
    Overflow(u64),
    Exhausted,
    Expired,
    Problem,
}

/// What is to be done, with the numbers and tokens put in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    /// Only if it is another than the one that is shown.
    Show(usize, String),
    PutBack(usize),
    Send(u32, Vec<(usize, Option<String>)>),
    SendLeft(Vec<usize>),
    SendRelease(Vec<usize>),
    Store(Stored),
    Forget,
    WakeIn(u64),
    Report(usize, Outcome),
}

/// A number that was offered, and the token that came with it.
type Offer = (String, Option<String>);

/// A keeper, and what its page holds for it.
pub(crate) struct Glue {
    pub(crate) keeper: Keeper,
    offered: BTreeMap<usize, Offer>,
    shown: BTreeMap<usize, String>,
    tokens: BTreeMap<usize, String>,
}

impl Glue {
    pub(crate) fn new() -> Self {
        Self { keeper: Keeper::new(), offered: BTreeMap::new(), shown: BTreeMap::new(), tokens: BTreeMap::new() }
    }

    /// The number that stands on the page instead of the target's own.
    pub(crate) fn shown(&self, target: usize) -> Option<&String> {
        self.shown.get(&target)
    }

    pub(crate) fn step(&mut self, moment: Moment, event: Event) -> Vec<Command> {
        let ends = matches!(event, Event::Released | Event::Forgotten);
        let mut input = vec![moment.monotonic_ms as f64, moment.wall_ms as f64];
        self.say(event, &mut input);
        let output = self.keeper.step(&input);
        let mut words = Words(output.into_iter());
        let mut commands = Vec::new();
        while let Some(op) = words.0.next() {
            commands.extend(self.hear(op as i32, &mut words));
        }
        self.offered.clear();
        if ends {
            self.tokens.clear();
            assert!(self.shown.is_empty(), "an end puts every number back");
        }
        commands
    }

    fn say(&mut self, event: Event, input: &mut Vec<f64>) {
        let code = match &event {
            Event::Started { .. } => event::STARTED,
            Event::Found(_) => event::FOUND,
            Event::Answered(..) => event::ANSWERED,
            Event::Failed(_) => event::FAILED,
            Event::Refused(_) => event::REFUSED,
            Event::Woke => event::WOKE,
            Event::Visible => event::VISIBLE,
            Event::Hidden => event::HIDDEN,
            Event::Leaving => event::LEAVING,
            Event::Released => event::RELEASED,
            Event::Forgotten => event::FORGOTTEN,
        };
        input.push(f64::from(code));
        match event {
            Event::Started { visible, stored } => {
                input.push(f64::from(u8::from(visible)));
                let stored = stored.unwrap_or(Stored { heartbeat_ms: 0.0, hidden_hold_ms: 0.0, leases: Vec::new() });
                input.extend([stored.heartbeat_ms, stored.hidden_hold_ms]);
                for lease in stored.leases {
                    input.extend([lease.target as f64, lease.sent_wall_ms, lease.lease_for_ms]);
                    // The token is good even if the time of the number has passed.
                    self.tokens.insert(lease.target, lease.token.clone());
                    self.offered.insert(lease.target, (lease.number, Some(lease.token)));
                }
            }
            Event::Found(target) => input.push(target as f64),
            Event::Answered(request, answer) => {
                input.extend([f64::from(request), answer.heartbeat_ms as f64, answer.hidden_hold_ms as f64]);
                for (target, row) in answer.rows {
                    let (kind, lease_for_ms, offer) = match row {
                        Row::Leased { number, lease_for_ms, token } => {
                            (kind::LEASED, lease_for_ms, Some((number, Some(token))))
                        }
                        Row::Overflow { number, lease_for_ms } => (kind::OVERFLOW, lease_for_ms, Some((number, None))),
                        Row::Exhausted => (kind::EXHAUSTED, 0, None),
                        Row::TokenRefused => (kind::TOKEN_REFUSED, 0, None),
                        Row::Unavailable => (kind::UNAVAILABLE, 0, None),
                        Row::Refused => (kind::REFUSED, 0, None),
                    };
                    input.extend([target as f64, f64::from(kind), lease_for_ms as f64]);
                    self.offered.extend(offer.map(|offer| (target, offer)));
                }
            }
            Event::Failed(request) | Event::Refused(request) => input.push(f64::from(request)),
            _ => {}
        }
    }

    /// Does one op. `None` if there is nothing to be seen of it.
    fn hear(&mut self, op: i32, words: &mut Words) -> Option<Command> {
        let command = match op {
            op::SHOW => {
                let target = words.index();
                let (number, token) = self.offered.get(&target).cloned().expect("only what was offered is shown");
                if let Some(token) = token {
                    self.tokens.insert(target, token);
                }
                let before = self.shown.insert(target, number.clone());
                if before.as_ref() == Some(&number) {
                    return None;
                }
                Command::Show(target, number)
            }
            op::PUT_BACK => {
                let target = words.index();
                self.shown.remove(&target).expect("only what is shown is put back");
                Command::PutBack(target)
            }
            op::SEND => {
                let request = words.integer() as u32;
                let targets = words.targets().into_iter();
                Command::Send(request, targets.map(|target| (target, self.tokens.get(&target).cloned())).collect())
            }
            op::LEFT => Command::SendLeft(words.targets()),
            op::RELEASE => Command::SendRelease(words.targets()),
            op::STORE => Command::Store(self.stored(words)),
            op::FORGET => Command::Forget,
            op::WAKE_IN => Command::WakeIn(words.integer()),
            op::REPORT => {
                let (target, outcome, shown_for_ms) = (words.index(), words.integer() as i32, words.integer());
                Command::Report(
                    target,
                    match outcome {
                        outcome::LEASED => Outcome::Leased(shown_for_ms),
                        outcome::OVERFLOW => Outcome::Overflow(shown_for_ms),
                        outcome::EXHAUSTED => Outcome::Exhausted,
                        outcome::EXPIRED => Outcome::Expired,
                        outcome::PROBLEM => Outcome::Problem,
                        _ => panic!("{outcome} is no outcome"),
                    },
                )
            }
            op::DROP_TOKEN => {
                self.tokens.remove(&words.index());
                return None;
            }
            _ => panic!("{op} is no op"),
        };
        Some(command)
    }

    fn stored(&self, words: &mut Words) -> Stored {
        let (heartbeat_ms, hidden_hold_ms, count) = (words.next(), words.next(), words.index());
        let leases = (0..count).map(|_| {
            let target = words.index();
            StoredLease {
                target,
                number: self.shown[&target].clone(),
                token: self.tokens[&target].clone(),
                sent_wall_ms: words.next(),
                lease_for_ms: words.next(),
            }
        });
        Stored { heartbeat_ms, hidden_hold_ms, leases: leases.collect() }
    }
}

/// The words that the keeper said and nobody has read.
struct Words(std::vec::IntoIter<f64>);

impl Words {
    fn next(&mut self) -> f64 {
        self.0.next().expect("an op is said whole")
    }

    fn integer(&mut self) -> u64 {
        let word = self.next();
        assert!(word >= 0.0 && word.fract() == 0.0, "{word} is none");
        word as u64
    }

    fn index(&mut self) -> usize {
        self.integer() as usize
    }

    fn targets(&mut self) -> Vec<usize> {
        let count = self.index();
        (0..count).map(|_| self.index()).collect()
    }
}
