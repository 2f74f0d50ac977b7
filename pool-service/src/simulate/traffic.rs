//! Visits and calls of some days, by chance: the same for every policy.

use super::{
    Options, WARM_UP_DAYS,
    law::{Law, exponential, log_normal},
};
use crate::domain::{
    ids::{InvalidId, SessionId},
    time::Timestamp,
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
/// Visits by hour of day, midnight first, around 1: a site of the day with a second peak in the evening.
const BY_HOUR: [f64; 24] = [
    0.35, 0.20, 0.12, 0.10, 0.12, 0.25, 0.50, 0.80, 1.20, 1.60, 1.80, 1.65, 1.50, 1.45, 1.50, 1.45, 1.35, 1.30, 1.30,
    1.40, 1.45, 1.20, 0.85, 0.56,
];
const BUSIEST: f64 = 1.80;

/// Visits that are no person's: a page that is kept open and never calls.
const BOTS: f64 = 0.03;
const BOT_STAYS: f64 = 1_800.0;
/// Visits that lead to another one of the same session, and after how long half of them do.
const RETURNS: f64 = 0.20;
const RETURN_AFTER: f64 = 5.0 * HOUR;
/// Visits that lead to a call.
const CALLS: f64 = 0.05;
/// Callers who call the same number again, and after how long half of them do.
const CALLS_AGAIN: f64 = 0.15;
const AGAIN_AFTER: f64 = 3.0 * HOUR;
/// How long a call lasts, on average.
const TALKS: f64 = 180.0;
/// Visitors whose browser tells that the page was left.
const TELLS_LEAVING: f64 = 0.9;
/// How often a number is called by nobody who ever saw it: not as often as the model believes.
const STRAY_EVERY: f64 = 20.0 * DAY;

/// One visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Whose: an index of [`Traffic::sessions`].
    pub session: usize,
    /// When its page is opened.
    pub begins: Timestamp,
    /// When it is closed.
    pub ends: Timestamp,
    /// Whether its browser tells the end.
    pub tells_leaving: bool,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caller {
    /// The visitor of a visit, who calls the number that its page showed: an index of [`Traffic::visits`].
    Visitor(usize),
    /// Somebody else, who calls the number at this share of the pool.
    Stray(f64),
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// When it rings.
    pub at: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// Some days of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// In order of time.
    pub visits: Vec<Visit>,
    /// In order of time. Those of strays are as many as the largest pool attracts, and thinned out for smaller ones.
    pub calls: Vec<Call>,
    /// Names of the sessions.
    pub sessions: Vec<SessionId>,
    /// Calls before this moment only warm up.
    pub counts_from: Timestamp,
    /// What numbers the strays were made for.
    pub largest_pool: usize,
    /// Where chance of policies starts.
    pub seed: u64,
}

impl Traffic {
    /// The days of one run.
    ///
    /// # Errors
    /// Never: the sessions' names are valid.
    pub fn new(options: &Options, law: Law, run: u32) -> Result<Self, InvalidId> {
        let seed = options.seed.wrapping_mul(1_000_003).wrapping_add(u64::from(run));
        let chance = |stream: u64| {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            chance.set_stream(stream);
            chance
        };
        let until = f64::from(options.days) * DAY;
        let (visits, sessions) = visits(options, until, &mut chance(1));
        let mut calls = calls(&visits, law, until, &mut chance(2));
        let largest_pool = options.pool_sizes.iter().copied().max().unwrap_or(1);
        calls.extend(strays(largest_pool, until, &mut chance(3)));
        calls.sort_by_key(|call| call.at);
        Ok(Self {
            visits: visits.into_iter().map(|(visit, _)| visit).collect(),
            calls,
            sessions: (0..sessions)
                .map(|index| SessionId::parse(&format!("visitor-{index:010}")))
                .collect::<Result<_, _>>()?,
            counts_from: moment(f64::from(WARM_UP_DAYS) * DAY),
            largest_pool,
            seed,
        })
    }
}

/// Seconds from the start as a moment.
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1_000.0) as u64)
}

/// Visits with whether they are a person's, in order of time, and how many sessions there are.
fn visits(options: &Options, until: f64, chance: &mut ChaCha8Rng) -> (Vec<(Visit, bool)>, usize) {
    let stays = options.visit.as_millis() as f64 / 1_000.0;
    // Returning visitors come on top of the first visits.
    let rate = options.visits_per_hour * (1.0 - RETURNS) / HOUR;
    let (mut visits, mut sessions, mut at) = (Vec::new(), 0, 0.0);
    loop {
        at += exponential(chance, 1.0 / (rate * BUSIEST));
        if at >= until {
            break;
        }
        let hour = (at % DAY / HOUR) as usize;
        if chance.random::<f64>() * BUSIEST > BY_HOUR.get(hour).copied().unwrap_or(1.0) {
            continue;
        }
        let is_person = chance.random::<f64>() >= BOTS;
        let mut begins = at;
        while begins < until {
            let ends = begins + exponential(chance, if is_person { stays } else { BOT_STAYS });
            let tells_leaving = chance.random::<f64>() < TELLS_LEAVING;
            let visit = Visit { session: sessions, begins: moment(begins), ends: moment(ends), tells_leaving };
            visits.push((visit, is_person));
            if !is_person || chance.random::<f64>() >= RETURNS {
                break;
            }
            begins = ends + log_normal(chance, RETURN_AFTER, 1.2);
        }
        sessions += 1;
    }
    visits.sort_by_key(|(visit, _)| (visit.begins, visit.session));
    (visits, sessions)
}

fn calls(visits: &[(Visit, bool)], law: Law, until: f64, chance: &mut ChaCha8Rng) -> Vec<Call> {
    let mut calls = Vec::new();
    for (index, (visit, is_person)) in visits.iter().enumerate() {
        if !is_person || chance.random::<f64>() >= CALLS {
            continue;
        }
        let begins = visit.begins.as_millis() as f64 / 1_000.0;
        let mut at = begins + law.sample(visit.ends.since(visit.begins).as_millis() as f64 / 1_000.0, chance);
        let rings = if chance.random::<f64>() < CALLS_AGAIN { 2 } else { 1 };
        for _ in 0..rings {
            let ends = at + exponential(chance, TALKS);
            if at < until {
                calls.push(Call { caller: Caller::Visitor(index), at: moment(at), ends: moment(ends) });
            }
            at = ends + log_normal(chance, AGAIN_AFTER, 1.5);
        }
    }
    calls
}

fn strays(numbers: usize, until: f64, chance: &mut ChaCha8Rng) -> Vec<Call> {
    let (mut calls, mut at) = (Vec::new(), 0.0);
    loop {
        at += exponential(chance, STRAY_EVERY / numbers as f64);
        if at >= until {
            return calls;
        }
        let (number, talks) = (chance.random(), exponential(chance, TALKS));
        calls.push(Call { caller: Caller::Stray(number), at: moment(at), ends: moment(at + talks) });
    }
}
