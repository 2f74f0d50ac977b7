//! Many visitors on one site, without a browser: the snippet's real keeper, a real store, and everything between them
//! that goes wrong in the world. True time is a number that only the world sees.
//!
//! What goes wrong: requests and answers are slow or lost, machines sleep (with a monotonic clock that stops or runs
//! on), clocks are set wrong, timers run late, tabs are hidden, left, come back, and share one storage.

mod browser;
#[path = "../../../snippet/core/tests/support/glue.rs"]
mod glue;
mod network;
pub mod pool;

use crate::{
    dice::Dice,
    history::{Certain, History},
};
use browser::{Browser, Happening};
use glue::{Answer, Row};
use pool_service::{
    domain::{
        attribution::{CallModel, Class, judge},
        ids::{PoolId, SessionId},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::Timestamp,
        token::LeaseClaim,
        visitor::Visitor,
    },
    store::{Acquire, Acquired, Grant, LeaseStore, clock::ManualClock},
};
use std::{cmp::Reverse, collections::BinaryHeap, future::poll_fn, task::Poll};

/// How large a world is and how long it lasts.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Visitors, each with a browser of its own.
    pub browsers: usize,
    /// How long to look at it, in milliseconds.
    pub lasts_ms: u64,
}

/// A running world.
pub struct World<'a> {
    store: &'a dyn LeaseStore,
    clock: ManualClock,
    pool: PoolId,
    started: Timestamp,
    policy: LeasePolicy,
    dice: Dice,
    /// Chance of its own, so that calls change nothing else in a history.
    callers: Dice,
    now: u64,
    sequence: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Due)>>,
    browsers: Vec<Browser>,
    history: History,
    is_beset: bool,
}

/// Something that is going to happen; ordered by time, then by when it was planned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A tab's timer, if it is still the one that was set last.
    Timer { browser: usize, tab: usize, set: u64 },
    /// A request reaches the service.
    Request(Request),
    /// An answer reaches its page.
    Answer { browser: usize, tab: usize, request: u32, number: Option<(String, u64, String)> },
    /// A request or its answer is given up by the network.
    Failure { browser: usize, tab: usize, request: u32 },
    /// A page said that it was left, or released its leases.
    Beacon { session: String, is_release: bool },
    /// The visitor does something.
    Act { browser: usize },
}

/// What a tab asks of the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    browser: usize,
    tab: usize,
    request: u32,
    session: String,
    token: Option<String>,
}

/// Requests that come within so many milliseconds are under way at once.
const AT_ONCE_MS: u64 = 250;
/// After so many of a hundred requests somebody calls.
const CALLS_PERCENT: u64 = 20;

impl<'a> World<'a> {
    /// A world of a seed, on a pool that [`pool::make_pool`] made.
    pub fn new(seed: u64, size: Size, store: &'a dyn LeaseStore, clock: ManualClock, pool: PoolId) -> Self {
        let mut dice = Dice::new(seed);
        let browsers = (0..size.browsers).map(|index| Browser::new(index, seed, &mut dice)).collect();
        let started = clock.now();
        let mut world = Self {
            store,
            clock,
            pool,
            started,
            policy: pool::policy(),
            dice,
            callers: Dice::new(!seed),
            now: 0,
            sequence: 0,
            queue: BinaryHeap::new(),
            browsers,
            history: History::default(),
            is_beset: false,
        };
        for browser in 0..size.browsers {
            let at = world.dice.below(size.lasts_ms / 4);
            world.plan(at, Due::Act { browser });
        }
        world
    }

    /// A store that may fail, and whose clock may not be the world's; requests reach it side by side. Promises are then
    /// counted as pages count them: so long from the moment of the request.
    pub fn beset(mut self) -> Self {
        self.is_beset = true;
        self
    }

    /// Lets it all happen, and gives what was granted and displayed.
    pub async fn run(mut self, lasts_ms: u64) -> History {
        while let Some(Reverse((at, _, due))) = self.queue.pop() {
            if at >= lasts_ms {
                break;
            }
            self.now = at;
            self.clock.set(Timestamp::from_millis(self.started.as_millis() + at));
            self.happen(due).await;
        }
        for browser in &mut self.browsers {
            browser.close(lasts_ms, &mut self.history.displayed);
        }
        self.history
    }

    fn plan(&mut self, at: u64, due: Due) {
        self.sequence += 1;
        self.queue.push(Reverse((at, self.sequence, due)));
    }

    async fn happen(&mut self, due: Due) {
        match due {
            Due::Timer { browser, tab, set } => self.tell(browser, tab, Happening::Timer(set)),
            Due::Failure { browser, tab, request } => self.tell(browser, tab, Happening::Failed(request)),
            Due::Answer { browser, tab, request, number } => {
                let row = number.map_or(Row::Exhausted, |(number, lease_for_ms, token)| Row::Leased {
                    number,
                    lease_for_ms,
                    token,
                });
                let answer = Answer {
                    heartbeat_ms: self.policy.heartbeat.as_millis(),
                    hidden_hold_ms: 120_000,
                    rows: vec![(0, row)],
                };
                self.tell(browser, tab, Happening::Answered(request, answer));
            }
            Due::Request(request) => {
                let requests = if self.is_beset { self.with_others(request) } else { vec![request] };
                self.serve(requests).await;
                if !self.is_beset && self.callers.percent(CALLS_PERCENT) {
                    self.ring().await;
                }
            }
            Due::Beacon { session, is_release } => self.hear(&session, is_release).await,
            Due::Act { browser } => self.act(browser),
        }
    }

    /// The requests that come at about the same time, if nothing else happens in between.
    fn with_others(&mut self, first: Request) -> Vec<Request> {
        let (until, mut requests) = (self.now + AT_ONCE_MS, vec![first]);
        while let Some(Reverse((at, _, Due::Request(_)))) = self.queue.peek()
            && *at <= until
            && let Some(Reverse((at, _, Due::Request(request)))) = self.queue.pop()
        {
            self.now = at;
            requests.push(request);
        }
        self.clock.set(Timestamp::from_millis(self.started.as_millis() + self.now));
        requests
    }

    /// Somebody calls a number that was leased some time.
    async fn ring(&mut self) {
        let leased = self.callers.below(self.history.granted.len() as u64) as usize;
        let Some(number) = self.history.granted.values().nth(leased).map(|granted| granted.number.clone()) else {
            return;
        };
        let called = TrackingNumber::parse(&number).expect("a number");
        let holders = self.store.holders(&self.pool, &called, None).await.expect("the store answers");
        let holders = holders.expect("a number of the pool");
        let judged = judge(&self.policy, &CallModel::default(), &holders, holders.now);
        if judged.class == Class::Certain
            && let Some(credited) = judged.credited()
        {
            let session = credited.lease.session.to_string();
            self.history.certain.push(Certain { number, session, at: self.now });
        }
    }

    async fn serve(&mut self, requests: Vec<Request>) {
        let calls = requests.iter().map(|request| {
            let session = SessionId::parse(&request.session).expect("the world's sessions are sessions");
            let claim = request.token.as_ref().map(|token| self.claim(token, &request.session));
            let (store, pool) = (self.store, self.pool.clone());
            async move {
                let row = Acquire { session, visitor: Visitor::default(), claim };
                store.acquire(&pool, &[row]).await.map(|mut rows| rows.remove(0))
            }
        });
        let outcomes = all(calls.collect()).await;
        for (request, outcome) in requests.into_iter().zip(outcomes) {
            match outcome {
                Ok(acquired) => self.answer(request, acquired),
                Err(_) if self.is_beset => self.fail(&request),
                Err(error) => panic!("the store answers, not {error}"),
            }
        }
    }

    fn answer(&mut self, request: Request, acquired: Acquired) {
        let Request { browser, tab, request, session, .. } = request;
        let told = match acquired.grant {
            Grant::Leased { lease, .. } => {
                let lease_for = lease.held_until.since(acquired.now).as_millis();
                let (from, until) = if self.is_beset {
                    (self.now, self.now + lease_for)
                } else {
                    assert_eq!(
                        acquired.now.since(self.started).as_millis(),
                        self.now,
                        "the store goes by the world's clock"
                    );
                    (lease.granted_at.since(self.started).as_millis(), lease.held_until.since(self.started).as_millis())
                };
                self.history.note_lease(lease.generation, lease.number.national(), &session, from, until);
                let since_start = |time: Timestamp| time.since(self.started).as_millis();
                let (granted_at, held_until) = (since_start(lease.granted_at), since_start(lease.held_until));
                let token = format!("{}.{}.{granted_at}.{held_until}", lease.generation, lease.number);
                Some((lease.number.national().to_owned(), lease_for, token))
            }
            Grant::Overflow { .. } | Grant::Exhausted => None,
        };
        self.send_back(browser, tab, request, told);
    }

    /// What a token of this world says; the service would have checked its signature.
    fn claim(&self, token: &str, session: &str) -> LeaseClaim {
        let mut fields = token.split('.');
        let mut next = || fields.next().expect("the world's tokens have four fields");
        let generation = next().parse().expect("a generation");
        let number = TrackingNumber::parse(next()).expect("a number");
        let mut time = || Timestamp::from_millis(self.started.as_millis() + next().parse::<u64>().expect("a time"));
        let (granted_at, held_until) = (time(), time());
        let session = SessionId::parse(session).expect("the world's sessions are sessions");
        LeaseClaim { pool: self.pool.clone(), number, session, generation, granted_at, held_until }
    }

    async fn hear(&mut self, session: &str, is_release: bool) {
        let id = SessionId::parse(session).expect("the world's sessions are sessions");
        let heard = if is_release {
            // What was promised before stands: some pages never hear of a release.
            self.history.released.insert(session.to_owned());
            self.store.release(&self.pool, &id).await.map(|_| ())
        } else {
            self.store.leave(&self.pool, &id).await
        };
        assert!(self.is_beset || heard.is_ok(), "the store answers, not {heard:?}");
    }
}

/// Waits for all of them at once; gives what they gave, in order.
async fn all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut is_ready = true;
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *done = Some(value),
                    Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
