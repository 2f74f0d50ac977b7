//! What each target holds and shows.

use super::codec::{Ops, kind, op, outcome};
use alloc::vec::Vec;

/// Taken off every promise, for timers that run late.
const MARGIN_MS: f64 = 2_000.0;
/// A page with more targets is none.
const MOST_TARGETS: f64 = 10_000.0;

/// Its number stands on the page.
pub(super) const WANTED: u32 = 1;
/// Found since the last request was sent.
pub(super) const UNASKED: u32 = 2;
/// Shows a number, leased or shared.
pub(super) const HELD: u32 = 4;
/// Shows a number that is this visitor's alone.
pub(super) const LEASED: u32 = 8;
/// A token is held for it.
pub(super) const TOKEN: u32 = 16;

/// All targets of a page, by index.
#[derive(Debug)]
pub(super) struct Rows(Vec<Row>);

#[derive(Clone, Copy, Debug)]
struct Row {
    /// The page's time when the number that is shown must be gone.
    until_ms: f64,
    is: u32,
}

impl Row {
    /// Shows a number until then, unless that has passed; true if it is shown.
    fn hold(&mut self, now_ms: f64, until_ms: f64, target: f64, kind: i32, ops: &mut Ops) -> bool {
        // Whatever is not a time has passed.
        let is_shown = until_ms > now_ms;
        if is_shown {
            self.until_ms = until_ms;
            self.is = self.is & !LEASED | HELD | if kind == kind::LEASED { LEASED | TOKEN } else { 0 };
            ops.op(op::SHOW, target);
            ops.report(target, kind, until_ms - now_ms);
        }
        is_shown
    }

    fn put_back(&self, target: f64, ops: &mut Ops) {
        if self.is & HELD != 0 {
            ops.op(op::PUT_BACK, target);
        }
    }

    fn drop_held(&mut self, target: f64, outcome: i32, ops: &mut Ops) {
        self.put_back(target, ops);
        self.is &= !(HELD | LEASED);
        ops.report(target, outcome, 0.0);
    }
}

impl Rows {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The row of an index, which may be new.
    fn row(&mut self, target: f64) -> Option<&mut Row> {
        if !(0.0..MOST_TARGETS).contains(&target) {
            return None;
        }
        let index = target as usize;
        while self.0.len() <= index {
            self.0.push(Row { until_ms: 0.0, is: 0 });
        }
        self.0.get_mut(index)
    }

    /// Whether a row is, of these, exactly that.
    pub(super) fn any(&self, of: u32, exactly: u32) -> bool {
        self.0.iter().any(|row| row.is & of == exactly)
    }

    /// Notes that the target is on the page; true if it now needs a lease.
    pub(super) fn want(&mut self, target: f64) -> bool {
        match self.row(target) {
            Some(row) if row.is & WANTED == 0 => {
                row.is |= WANTED | UNASKED;
                true
            }
            _ => false,
        }
    }

    /// No row is any of these from now on.
    pub(super) fn clear(&mut self, flags: u32) {
        for row in &mut self.0 {
            row.is &= !flags;
        }
    }

    /// Writes how many rows are all of that, and their indexes. For storage each also with the wall clock and for how
    /// long from now on it may be shown; a wall clock that is no number means: not for storage.
    pub(super) fn list(&self, are: u32, now_ms: f64, wall_ms: f64, ops: &mut Ops) {
        let count_at = ops.0.len();
        ops.put(0.0);
        let mut count = 0.0;
        for (index, row) in self.0.iter().enumerate() {
            if row.is & are == are {
                count += 1.0;
                ops.put(index as f64);
                if !wall_ms.is_nan() {
                    // As if it was asked for just now: the time until here is already taken off.
                    ops.put(wall_ms);
                    ops.put(row.until_ms - now_ms + MARGIN_MS);
                }
            }
        }
        if let Some(word) = ops.0.get_mut(count_at) {
            *word = count;
        }
    }

    /// Shows what an earlier page stored, within the time that is left of it.
    pub(super) fn adopt(&mut self, now_ms: f64, wall_ms: f64, leases: &[[f64; 3]], ops: &mut Ops) {
        for &[target, sent_wall_ms, lease_for_ms] in leases {
            let Some(row) = self.row(target) else { continue };
            row.is |= TOKEN;
            // A page that has just started has no monotonic reading of the time before it.
            let age = wall_ms - sent_wall_ms;
            if age >= 0.0 {
                row.hold(now_ms, now_ms - age + lease_for_ms - MARGIN_MS, target, kind::LEASED, ops);
            }
        }
    }

    /// Takes the rows of an answer whose request was sent at that time. True if it is worth asking again at once.
    pub(super) fn take(&mut self, now_ms: f64, sent_ms: f64, rows: &[[f64; 3]], ops: &mut Ops) -> bool {
        let mut ask_again = false;
        for &[target, kind, lease_for_ms] in rows {
            let Some(row) = self.row(target) else { continue };
            let kind = if kind >= 0.0 { kind as i32 } else { kind::UNAVAILABLE };
            match kind {
                kind::LEASED | kind::OVERFLOW => {
                    let for_ms = lease_for_ms - MARGIN_MS;
                    if !row.hold(now_ms, sent_ms + for_ms, target, kind, ops) {
                        // The newest row counts: what was shown before may be another number.
                        row.drop_held(target, outcome::EXPIRED, ops);
                        // A promise shorter than the margin can never be shown: asking at once would never end.
                        ask_again |= for_ms > 0.0;
                    }
                }
                kind::EXHAUSTED => row.drop_held(target, outcome::EXHAUSTED, ops),
                kind::TOKEN_REFUSED => {
                    // Once: without a token there is nothing left to refuse.
                    ask_again |= row.is & TOKEN != 0;
                    row.is &= !TOKEN;
                    ops.op(op::DROP_TOKEN, target);
                }
                kind::REFUSED => row.drop_held(target, outcome::PROBLEM, ops),
                _ => ops.report(target, outcome::PROBLEM, 0.0),
            }
        }
        ask_again
    }

    /// Puts back every number whose time has passed; true if there was one.
    pub(super) fn put_back_lapsed(&mut self, now_ms: f64, ops: &mut Ops) -> bool {
        let mut is_lapsed = false;
        for (index, row) in self.0.iter_mut().enumerate() {
            if row.is & HELD != 0 && row.until_ms <= now_ms {
                row.drop_held(index as f64, outcome::EXPIRED, ops);
                is_lapsed = true;
            }
        }
        is_lapsed
    }

    /// Puts back every number, without noting it.
    pub(super) fn put_back_all(&self, ops: &mut Ops) {
        for (index, row) in self.0.iter().enumerate() {
            row.put_back(index as f64, ops);
        }
    }

    /// When the first number that is shown must be gone, if that is before then.
    pub(super) fn next_lapse(&self, before_ms: f64) -> f64 {
        let mut next_ms = before_ms;
        for row in &self.0 {
            if row.is & HELD != 0 && row.until_ms < next_ms {
                next_ms = row.until_ms;
            }
        }
        next_ms
    }
}
