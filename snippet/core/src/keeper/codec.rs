//! The words that the keeper and the page's own language exchange: flat lists of numbers.
//!
//! In: the two clocks in milliseconds, an [`event`], and what belongs to it. Out: [`op`]s with what belongs to them, to be
//! done in that order. Targets go by index, each at most once in a list; numbers and tokens never come here, the page's
//! own language holds them.

use alloc::vec::Vec;

/// What happened on the page.
pub mod event {
    /// The snippet starts: whether somebody can see the page (0 or 1), then what an earlier page stored, as
    /// [`op::STORE`](super::op::STORE) said it without its count; a heartbeat of 0 if nothing is stored.
    pub const STARTED: i32 = 0;
    /// A target's number stands on the page: its index.
    pub const FOUND: i32 = 1;
    /// A request was answered: its number, heartbeat, hidden hold, and for each target its index, a
    /// [`kind`](super::kind) and for how many milliseconds from the sending the number may be shown.
    pub const ANSWERED: i32 = 2;
    /// A request failed (no network, no answer, a server's error): its number.
    pub const FAILED: i32 = 3;
    /// A request was refused as a whole (the tag is wrong, or the site does not know this page): its number.
    pub const REFUSED: i32 = 4;
    /// The timer that was asked for has run out, or the browser woke the page: it was shown again, resumed, online.
    pub const WOKE: i32 = 5;
    /// Somebody can see the page now.
    pub const VISIBLE: i32 = 6;
    /// Nobody can see the page any more.
    pub const HIDDEN: i32 = 7;
    /// The page is being left. It may come back, or not have been left at all.
    pub const LEAVING: i32 = 8;
    /// The visitor's leases shall end.
    pub const RELEASED: i32 = 9;
    /// Another tab of this visitor ended the leases.
    pub const FORGOTTEN: i32 = 10;
}

/// What an answer says of one target.
pub mod kind {
    /// A number for this visitor alone.
    pub const LEASED: i32 = 0;
    /// The shared number of an empty pool.
    pub const OVERFLOW: i32 = 1;
    /// No number is free.
    pub const EXHAUSTED: i32 = 2;
    /// The lease token was refused.
    pub const TOKEN_REFUSED: i32 = 3;
    /// The service cannot say; what is held stays.
    pub const UNAVAILABLE: i32 = 4;
    /// The target was refused for good.
    pub const REFUSED: i32 = 5;
}

/// What to do.
pub mod op {
    /// Show the number that this target's row, or its stored lease, named; also said when it is the one that is shown.
    pub const SHOW: i32 = 0;
    /// Show the target's own number again, and forget the other.
    pub const PUT_BACK: i32 = 1;
    /// Ask: the request's number, how many targets, the targets; each goes with the token that is held for it.
    pub const SEND: i32 = 2;
    /// Tell that the page was left: how many targets, the targets.
    pub const LEFT: i32 = 3;
    /// Tell that these leases end: how many targets, the targets.
    pub const RELEASE: i32 = 4;
    /// Keep for the next page: heartbeat, hidden hold, how many targets, and for each its index, a reading of the wall
    /// clock, and for how many milliseconds from then on its number may be shown.
    pub const STORE: i32 = 5;
    /// Keep nothing.
    pub const FORGET: i32 = 6;
    /// Wake the keeper in so many milliseconds, whatever was asked before.
    pub const WAKE_IN: i32 = 7;
    /// Tell the page's own scripts: the target, an [`outcome`](super::outcome), for how many milliseconds it is shown.
    pub const REPORT: i32 = 8;
    /// Forget the token that is held for a target.
    pub const DROP_TOKEN: i32 = 9;
}

/// What pages are told about a target.
pub mod outcome {
    /// A number is shown.
    pub const LEASED: i32 = super::kind::LEASED;
    /// The shared number is shown.
    pub const OVERFLOW: i32 = super::kind::OVERFLOW;
    /// No number is free; the page's own is shown.
    pub const EXHAUSTED: i32 = super::kind::EXHAUSTED;
    /// The time of the number has passed; the page's own is shown.
    pub const EXPIRED: i32 = 3;
    /// The service refused the target or could not answer for it.
    pub const PROBLEM: i32 = 4;
}

/// Writes ops.
#[derive(Debug, Default)]
pub(super) struct Ops(pub(super) Vec<f64>);

impl Ops {
    /// Not inlined: it is called everywhere, and its growing of the list is the larger part of it.
    #[inline(never)]
    pub(super) fn put(&mut self, word: f64) {
        self.0.push(word);
    }

    pub(super) fn op(&mut self, op: i32, word: f64) {
        self.put(f64::from(op));
        self.put(word);
    }

    pub(super) fn report(&mut self, target: f64, outcome: i32, shown_for_ms: f64) {
        self.op(op::REPORT, target);
        self.op(outcome, shown_for_ms);
    }
}
