//! Calls summed up for a report: from hourly roll-ups where they are current, from the records where they are not.
//!
//! A roll-up counts as long as the stamp of its hour is the one that was read before its calls were, so that whatever is
//! told late of a call makes the next report read that hour again, and no other. Roll-ups of hours that are just over are
//! written in the background, all others by the reports that miss them; losing one loses time only.

use super::{
    CallDesk,
    read::{Calls, Order, Wish, in_time},
};
use crate::{
    domain::{
        ids::PoolId,
        report::{
            By, CallFilter, Sums, Touch,
            filter::Range,
            rollup::{HOUR, Line, RollUp, Rolling, SLOT},
        },
        time::{Span, Timestamp},
        zone::Zone,
    },
    store::{
        StoreError,
        records::{DocumentKind, RecordStore},
    },
};
use futures_util::{StreamExt, stream};
use std::{collections::HashMap, sync::Arc};

/// Hours that are looked up at once.
const HOURS_AT_ONCE: usize = 500;
/// Roll-ups that are written at once, and so share a turn of the store's disk.
const WRITES_AT_ONCE: usize = 32;
/// One report writes no more of them: whoever asks first after years were imported does not wait for all of them.
const WRITTEN_AT_MOST: usize = 1_000;
/// So far back hours are rolled up though nobody asks.
const IN_ADVANCE: Span = Span::from_seconds(48 * 3_600);
/// An hour that has just ended still changes with every call that goes on: no roll-up is written of it.
const SETTLES: Span = HOUR;
/// A roll-up that no report has made anew is forgotten after this time.
const KEPT: Span = Span::from_seconds(400 * 86_400);

/// An hour, its stamp, and what is known of it.
struct Hour {
    at: Timestamp,
    stamp: u64,
    rolled: Option<RollUp>,
    /// A roll-up that is current was there, whether it says enough or not.
    is_rolled: bool,
}

/// Adds the calls of these pools that a filter admits.
///
/// # Errors
/// When the store does not answer, or a record is none of this version.
pub async fn sum_up(
    store: &Arc<dyn RecordStore>,
    pools: &[PoolId],
    range: Range,
    filter: &CallFilter,
    now: Timestamp,
    sums: &mut Sums,
) -> Result<(), StoreError> {
    let mut room = WRITTEN_AT_MOST;
    for pool in pools {
        // Stamps are read before roll-ups and calls.
        let hours = match in_time(store.hours(pool, range.from, range.until)).await {
            Err(StoreError::UnknownPool(_)) => continue,
            hours => hours?,
        };
        for hours in hours.chunks(HOURS_AT_ONCE) {
            let mut counting = Counting { store, pool, range, filter, now, sums, written: Vec::new() };
            counting.hours(hours).await?;
            counting.written.truncate(room);
            room -= counting.written.len();
            counting.write().await;
        }
    }
    Ok(())
}

impl CallDesk {
    /// Writes the roll-ups of the last two days that are missing or not current any more.
    ///
    /// # Errors
    /// When the store does not answer, or a record is none of this version.
    pub async fn roll_up(&self) -> Result<(), StoreError> {
        let now = self.store.now().await?;
        let until = hour_of(now);
        let range = Range { from: until - IN_ADVANCE, until };
        let records = Arc::clone(&self.store) as Arc<dyn RecordStore>;
        for pool in self.pools().await? {
            let mut sums = Sums::new(By::Pool, Touch::Last, Zone::utc());
            sum_up(&records, &[pool], range, &CallFilter::default(), now, &mut sums).await?;
        }
        Ok(())
    }
}

/// The parts of a range in which calls of a pool began that a filter may admit, in order: hours of which a current roll-up
/// tells of none are left out.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn worth_reading(
    store: &dyn RecordStore,
    pool: &PoolId,
    range: Range,
    filter: &CallFilter,
) -> Result<Vec<Range>, StoreError> {
    let hours = match in_time(store.hours(pool, range.from, range.until)).await {
        Err(StoreError::UnknownPool(_)) => return Ok(Vec::new()),
        hours => hours?,
    };
    let mut found: Vec<Range> = Vec::new();
    for hours in hours.chunks(HOURS_AT_ONCE) {
        for (hour, rolled) in current(store, pool, hours).await? {
            let admits = |rolled: RollUp| rolled.lines(hour).any(|(_, line)| filter.admits_traits(&line.traits));
            if !rolled.is_none_or(admits) {
                continue;
            }
            let part = range.and(Range { from: hour, until: hour + HOUR });
            match found.last_mut().filter(|last| last.until == part.from) {
                Some(last) => last.until = part.until,
                None => found.push(part),
            }
        }
    }
    Ok(found)
}

/// Hours with their roll-ups, as far as these are current.
async fn current(
    store: &dyn RecordStore,
    pool: &PoolId,
    hours: &[(Timestamp, u64)],
) -> Result<Vec<(Timestamp, Option<RollUp>)>, StoreError> {
    let (Some((first, _)), Some((last, _))) = (hours.first(), hours.last()) else { return Ok(Vec::new()) };
    let (from, until) = (key(pool, *first), key(pool, *last + HOUR));
    let kept = in_time(store.documents(DocumentKind::RollUp, &from, &until, false, HOURS_AT_ONCE)).await?;
    let mut kept: HashMap<String, String> = kept.into_iter().map(|kept| (kept.key, kept.text)).collect();
    let known = hours.iter().map(|(at, stamp)| {
        let rolled = kept.remove(&key(pool, *at)).and_then(|text| RollUp::read(&text, *stamp));
        (*at, rolled)
    });
    Ok(known.collect())
}

/// Makes sure that nothing of an hour's callers stays in a roll-up, as when a call is erased.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(store: &dyn RecordStore, pool: &PoolId, began_at: Timestamp) -> Result<(), StoreError> {
    store.remove_document(DocumentKind::RollUp, &key(pool, hour_of(began_at))).await
}

fn hour_of(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis() - at.as_millis() % HOUR.as_millis())
}

struct Counting<'a> {
    store: &'a Arc<dyn RecordStore>,
    pool: &'a PoolId,
    range: Range,
    filter: &'a CallFilter,
    now: Timestamp,
    sums: &'a mut Sums,
    written: Vec<(Timestamp, RollUp)>,
}

impl Counting<'_> {
    async fn hours(&mut self, hours: &[(Timestamp, u64)]) -> Result<(), StoreError> {
        let mut hours = self.known(hours).await?.into_iter().peekable();
        while let Some(hour) = hours.next() {
            if let Some(rolled) = &hour.rolled {
                self.add_rolled(hour.at, rolled);
                continue;
            }
            // As many hours as follow one another unknown are read as one.
            let mut unknown = vec![hour];
            while let Some(next) = hours.next_if(|next| next.rolled.is_none()) {
                unknown.push(next);
            }
            self.read(&unknown).await?;
        }
        Ok(())
    }

    /// The hours with their roll-ups, as far as these are current and say enough.
    async fn known(&mut self, hours: &[(Timestamp, u64)]) -> Result<Vec<Hour>, StoreError> {
        let known = current(self.store.as_ref(), self.pool, hours).await?;
        let known = known.into_iter().zip(hours).map(|((at, rolled), (_, stamp))| {
            let is_rolled = rolled.is_some();
            Hour { at, stamp: *stamp, rolled: rolled.filter(|_| self.is_enough(at)), is_rolled }
        });
        Ok(known.collect())
    }

    /// Whether a roll-up tells of this hour all that is asked: each slot must be wholly in or out, and in one group.
    fn is_enough(&mut self, hour: Timestamp) -> bool {
        let mut slots = (0..HOUR.as_millis() / SLOT.as_millis()).map(|slot| {
            let from = hour + Span::from_millis(slot * SLOT.as_millis());
            Range { from, until: from + SLOT }
        });
        slots.all(|slot| {
            let asked = self.range.and(slot);
            (asked.is_empty() || asked == slot) && self.sums.keeps_whole(slot)
        })
    }

    fn add_rolled(&mut self, hour: Timestamp, rolled: &RollUp) {
        for (at, line) in rolled.lines(hour) {
            if self.range.contains(at) {
                self.add(at, line);
            }
        }
    }

    fn add(&mut self, at: Timestamp, line: &Line) {
        if self.filter.admits_traits(&line.traits) {
            self.sums.add(self.pool, at, line);
        }
    }

    /// Reads the calls of hours that follow one another.
    async fn read(&mut self, hours: &[Hour]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (hours.first(), hours.last()) else { return Ok(()) };
        let range = Range { from: first.at, until: last.at + HOUR };
        let wish = Wish { pools: vec![self.pool.clone()], range, order: Order::Oldest, after: None, about: usize::MAX };
        let mut calls = Calls::begin(Arc::clone(self.store), wish).await?;
        let mut next = calls.next().await?;
        for hour in hours {
            let mut rolling = Rolling::default();
            while let Some((_, call)) = next.take_if(|(place, _)| place.at < hour.at + HOUR) {
                let (at, line) = (call.began_at(), Line::of(&call));
                if self.range.contains(at) {
                    self.add(at, &line);
                }
                // One of an hour that had no calls when the hours were asked goes into no roll-up.
                if at >= hour.at {
                    rolling.add(at, &line);
                }
                next = calls.next().await?;
            }
            if !hour.is_rolled && hour.at + HOUR + SETTLES <= self.now {
                self.written.push((hour.at, rolling.under(hour.stamp)));
            }
        }
        Ok(())
    }

    /// What cannot be written is computed again by the next report.
    async fn write(self) {
        let expires_at = Some(self.now + KEPT);
        let put = async |(hour, rolled): (Timestamp, RollUp)| {
            let (key, text) = (key(self.pool, hour), rolled.text());
            in_time(self.store.put_document(DocumentKind::RollUp, &key, None, &text, expires_at)).await
        };
        let mut written = stream::iter(self.written).map(put).buffer_unordered(WRITES_AT_ONCE);
        while let Some(written) = written.next().await {
            if let Err(error) = written {
                tracing::warn!(%error, "a roll-up was not written; reports go on reading the calls");
                return;
            }
        }
    }
}

/// The pool, and the hour as hours since 1970, which sort as texts.
fn key(pool: &PoolId, hour: Timestamp) -> String {
    format!("{pool}/{:09}", hour.as_millis() / HOUR.as_millis())
}
