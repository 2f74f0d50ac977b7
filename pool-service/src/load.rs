//! What the pools have been carrying, hour by hour, in the memory of this process: for sizing advice and warnings.
//!
//! How many numbers are in use is sampled from the store, so it is the whole pool's; grants are counted where they are
//! answered, so they are this process's. Nothing is kept over a restart. Imports `domain` only.

use crate::domain::{
    ids::PoolId,
    sizing::TIGHT,
    time::{Span, Timestamp},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Hours that are remembered: a week, so that the busiest hour of the busiest day is among them.
const HOURS: usize = 168;
const HOUR: u64 = 3_600_000;
/// A pool is sampled this often.
const SAMPLE_EVERY: Span = Span::from_seconds(60);
/// A warning is over only below this share, so that it does not come and go.
const EASED: f64 = 0.70;

/// The load of all pools.
#[derive(Debug, Default)]
pub struct Load(Mutex<HashMap<PoolId, PoolLoad>>);

#[derive(Debug, Default)]
struct PoolLoad {
    hours: VecDeque<Hour>,
    sampled_at: Option<Timestamp>,
    is_tight: bool,
    totals: Totals,
}

/// One hour of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hour {
    /// Hours since 1970.
    pub hour: u64,
    /// How often it was sampled.
    pub samples: u64,
    /// Numbers in use, summed over the samples.
    pub in_use: u64,
    /// The most that were in use at once.
    pub most: u64,
    /// Numbers that may be given out, as last sampled.
    pub numbers: u64,
    /// Leases that began.
    pub granted: u64,
}

/// What was answered since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Leases that began.
    pub granted: u64,
    /// Of these, on numbers that had rested for less than the cooldown.
    pub short_cooldown: u64,
    /// Answers with the overflow number; pages ask again at each heartbeat.
    pub overflow: u64,
    /// Answers without a number; the same.
    pub exhausted: u64,
}

/// A change that is to be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Told {
    /// So large a share of the numbers is in use that more are needed.
    Tight(f64),
    /// It is no longer so.
    Eased(f64),
}

/// What a pool carried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The hour in which most numbers were in use, on average.
    pub busiest: Hour,
    /// How many hours have been sampled.
    pub hours: usize,
    /// What was answered.
    pub totals: Totals,
}

impl Hour {
    /// Numbers in use, on average.
    pub fn carried(&self) -> f64 {
        self.in_use as f64 / self.samples.max(1) as f64
    }

    /// The share of the numbers that was in use, on average; 0 without numbers.
    pub fn utilisation(&self) -> f64 {
        if self.numbers == 0 { 0.0 } else { self.carried() / self.numbers as f64 }
    }
}

impl Load {
    /// Counts answered rows of a pool.
    pub fn count(&self, pool: &PoolId, now: Timestamp, counted: Totals) {
        let mut pools = self.pools();
        let load = pools.entry(pool.clone()).or_default();
        load.totals.granted += counted.granted;
        load.totals.short_cooldown += counted.short_cooldown;
        load.totals.overflow += counted.overflow;
        load.totals.exhausted += counted.exhausted;
        if counted.granted > 0 {
            load.hour(now).granted += counted.granted;
        }
    }

    /// Whether a pool is to be sampled again.
    pub fn is_due(&self, pool: &PoolId, now: Timestamp) -> bool {
        let pools = self.pools();
        let sampled_at = pools.get(pool).and_then(|load| load.sampled_at);
        sampled_at.is_none_or(|sampled_at| now.since(sampled_at) >= SAMPLE_EVERY)
    }

    /// Notes how many of a pool's numbers are in use, of those that may be given out.
    pub fn sample(&self, pool: &PoolId, now: Timestamp, in_use: u64, numbers: u64) -> Option<Told> {
        let mut pools = self.pools();
        let load = pools.entry(pool.clone()).or_default();
        load.sampled_at = Some(now);
        let hour = load.hour(now);
        hour.samples += 1;
        hour.in_use += in_use;
        hour.most = hour.most.max(in_use);
        hour.numbers = numbers;
        let share = if numbers == 0 { 0.0 } else { in_use as f64 / numbers as f64 };
        match load.is_tight {
            false if share >= TIGHT => {
                load.is_tight = true;
                Some(Told::Tight(share))
            }
            true if share < EASED => {
                load.is_tight = false;
                Some(Told::Eased(share))
            }
            _ => None,
        }
    }

    /// What a pool carried; `None` before it was sampled.
    pub fn measured(&self, pool: &PoolId) -> Option<Measured> {
        let pools = self.pools();
        let load = pools.get(pool)?;
        let sampled = || load.hours.iter().filter(|hour| hour.samples > 0);
        let busiest = sampled().max_by(|a, b| a.carried().total_cmp(&b.carried()))?;
        Some(Measured { busiest: *busiest, hours: sampled().count(), totals: load.totals })
    }

    /// What was answered for a pool.
    pub fn totals(&self, pool: &PoolId) -> Totals {
        self.pools().get(pool).map(|load| load.totals).unwrap_or_default()
    }

    fn pools(&self) -> MutexGuard<'_, HashMap<PoolId, PoolLoad>> {
        // Counters are never half-written in a way that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PoolLoad {
    fn hour(&mut self, now: Timestamp) -> &mut Hour {
        let hour = now.as_millis() / HOUR;
        if self.hours.back().is_none_or(|last| last.hour < hour) {
            if self.hours.len() >= HOURS {
                self.hours.pop_front();
            }
            self.hours.push_back(Hour { hour, ..Hour::default() });
        }
        let last = self.hours.len() - 1;
        &mut self.hours[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000) + Span::from_seconds(60 * minutes)
    }

    #[test]
    fn a_warning_comes_once_and_goes_only_when_there_is_room_again() {
        let (load, pool) = (Load::default(), PoolId::parse("main").expect("an id"));
        let told: Vec<_> = [7, 8, 9, 8, 7, 8, 6, 8]
            .into_iter()
            .enumerate()
            .map(|(minute, in_use)| load.sample(&pool, at(minute as u64), in_use, 10))
            .collect();
        let (none, tight) = (None, Some(Told::Tight(0.8)));
        assert_eq!(told, [none, tight, none, none, none, none, Some(Told::Eased(0.6)), tight]);
    }

    #[test]
    fn the_busiest_hour_of_a_week_is_remembered() {
        let (load, pool) = (Load::default(), PoolId::parse("main").expect("an id"));
        for minute in 0..3 * 60 {
            assert!(load.is_due(&pool, at(minute)));
            load.sample(&pool, at(minute), if minute / 60 == 1 { 6 } else { 2 }, 10);
            assert!(!load.is_due(&pool, at(minute)));
        }
        load.count(&pool, at(90), Totals { granted: 4, ..Totals::default() });
        let measured = load.measured(&pool).expect("samples");
        assert_eq!((measured.busiest.carried(), measured.busiest.most, measured.hours), (6.0, 6, 3));
        for hour in 3..3 + HOURS as u64 {
            load.sample(&pool, at(60 * hour), 1, 10);
        }
        let measured = load.measured(&pool).expect("samples");
        assert_eq!((measured.busiest.carried(), measured.hours), (1.0, HOURS));
    }
}
