//! The lease as a page sees it: which number may be shown now, when to ask again, when to put the page's own back.
//!
//! A pure state machine over target indexes and times. Time comes in with every event; what is to be done comes out, in
//! order. The page's own language carries it out and holds the numbers and tokens themselves; simulations drive the same
//! machine without a browser. The rules it follows are in `docs/LEASES.md`: above all, a number is never shown outside
//! the time that was promised. Input that makes no sense does nothing, or less than it asks for.

mod clock;
mod codec;
mod rows;
mod schedule;

pub use codec::{event, kind, op, outcome};

use alloc::vec::Vec;
use clock::{PageClock, smaller};
use codec::Ops;
use rows::{HELD, LEASED, Rows, TOKEN, UNASKED, WANTED};
use schedule::Schedule;

/// How often a page that shows a leased number to somebody compares its clocks.
const LOOK_AT_CLOCKS_MS: f64 = 1_000.0;
/// No browser's timer waits longer; nothing that is later needs one.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

/// The state of one page's leases.
#[derive(Debug)]
pub struct Keeper {
    clock: PageClock,
    rows: Rows,
    schedule: Schedule,
    is_running: bool,
    has_said_left: bool,
}

impl Keeper {
    /// A keeper that does nothing before [`event::STARTED`].
    #[allow(clippy::new_without_default, reason = "a program has one, in a static")]
    pub const fn new() -> Self {
        Self {
            clock: PageClock::new(),
            rows: Rows::new(),
            schedule: Schedule::new(),
            is_running: false,
            has_said_left: false,
        }
    }

    /// Takes the two clocks, an [`event`] and what belongs to it, and says what to do, as a list of [`op`]s. Numbers
    /// whose time has passed go first, whatever the event.
    pub fn step(&mut self, input: &[f64]) -> Vec<f64> {
        let mut ops = Ops::default();
        if let &[monotonic_ms, wall_ms, event, ref words @ ..] = input
            && (monotonic_ms + wall_ms + event).is_finite()
        {
            let now_ms = self.clock.read(monotonic_ms, wall_ms);
            self.schedule.expire_request(now_ms);
            if self.rows.put_back_lapsed(now_ms, &mut ops) {
                self.ask_now(now_ms);
            }
            self.take(now_ms, event as i32, words, &mut ops);
            if self.is_running {
                self.plan(now_ms, &mut ops);
            }
        }
        ops.0
    }

    fn ask_now(&mut self, now_ms: f64) {
        self.schedule.ask_at = now_ms;
    }

    fn take(&mut self, now_ms: f64, event: i32, words: &[f64], ops: &mut Ops) {
        match (event, words) {
            (event::STARTED, &[is_visible, heartbeat_ms, hidden_hold_ms, ref leases @ ..]) => {
                self.is_running = true;
                self.schedule.start(now_ms, is_visible > 0.0);
                if heartbeat_ms > 0.0 {
                    self.schedule.adopt(heartbeat_ms, hidden_hold_ms);
                    self.rows.adopt(now_ms, self.clock.wall_ms, leases.as_chunks().0, ops);
                }
            }
            (event::FOUND, &[target, ..]) => {
                let needs_a_lease = self.rows.want(target);
                if needs_a_lease {
                    self.ask_now(now_ms);
                }
            }
            (event::ANSWERED, &[request, heartbeat_ms, hidden_hold_ms, ref rows @ ..]) => {
                let Some(sent_ms) = self.schedule.answered(request) else { return };
                self.schedule.adopt(heartbeat_ms, hidden_hold_ms);
                self.schedule.ask_at = now_ms + self.schedule.heartbeat_ms;
                if self.rows.take(now_ms, sent_ms, rows.as_chunks().0, ops) || self.rows.any(UNASKED, UNASKED) {
                    self.ask_now(now_ms);
                }
                self.store(now_ms, ops);
            }
            (event::FAILED, &[request, ..]) => self.schedule.failed(now_ms, request),
            (event::REFUSED, &[request, ..]) => self.schedule.refused(now_ms, request),
            (event::WOKE, _) => self.has_said_left = false,
            (event::VISIBLE, _) => {
                self.has_said_left = false;
                self.schedule.hidden_at = f64::INFINITY;
                if self.rows.any(WANTED | HELD, WANTED) {
                    self.ask_now(now_ms);
                }
            }
            (event::HIDDEN, _) => self.schedule.unseen(now_ms),
            (event::LEAVING, _) if !self.has_said_left => self.has_said_left = self.tell(op::LEFT, ops),
            (event::RELEASED, _) => self.end(true, ops),
            (event::FORGOTTEN, _) => self.end(false, ops),
            _ => {}
        }
    }

    fn holds(&self) -> bool {
        self.rows.any(LEASED, LEASED)
    }

    fn store(&self, now_ms: f64, ops: &mut Ops) {
        const STORED: u32 = LEASED | TOKEN;
        if self.rows.any(STORED, STORED) {
            ops.op(op::STORE, self.schedule.heartbeat_ms);
            ops.put(self.schedule.hidden_hold_ms);
            self.rows.list(STORED, now_ms, self.clock.wall_ms, ops);
        }
    }

    /// Tells of all leased numbers; true if there are any.
    fn tell(&self, op: i32, ops: &mut Ops) -> bool {
        let holds = self.holds();
        if holds {
            ops.put(f64::from(op));
            self.rows.list(LEASED, 0.0, f64::NAN, ops);
        }
        holds
    }

    fn end(&mut self, tell: bool, ops: &mut Ops) {
        self.rows.put_back_all(ops);
        self.is_running = false;
        self.schedule.forget_requests();
        if tell {
            ops.put(f64::from(op::FORGET));
            self.tell(op::RELEASE, ops);
        }
        self.rows.clear(HELD | LEASED | TOKEN);
    }

    fn plan(&mut self, now_ms: f64, ops: &mut Ops) {
        let mut next_ms = now_ms + LONGEST_TIMER_MS;
        if self.rows.any(WANTED, WANTED) {
            let may_ask = self.schedule.may_ask(now_ms, self.holds());
            if may_ask && let Some(request) = self.schedule.request_due(now_ms) {
                self.rows.clear(UNASKED);
                ops.op(op::SEND, request);
                self.rows.list(WANTED, now_ms, f64::NAN, ops);
            }
            next_ms = self.schedule.next(next_ms, may_ask);
        }
        // No browser tells a page that its machine slept, and its timers may have slept too.
        if self.schedule.is_seen() && self.rows.any(HELD, HELD) {
            next_ms = smaller(next_ms, now_ms + LOOK_AT_CLOCKS_MS);
        }
        let wake_in = self.rows.next_lapse(next_ms) - now_ms;
        if wake_in < LONGEST_TIMER_MS {
            ops.op(op::WAKE_IN, wake_in);
        }
    }
}
