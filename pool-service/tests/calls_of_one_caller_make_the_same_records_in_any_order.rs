//! Several calls of one caller, told of in any order, twice, or to several copies of the service at the same time, make the
//! same records.

mod http_support;
mod support;

use http_support::{CLINIC, ORIGIN, TestApp};
use pool_service::{
    calls::CallDesk,
    domain::{
        call::{
            Call, CallKey,
            event::{Event, EventKind, Told},
        },
        ids::PoolId,
        number::TrackingNumber,
        time::{Span, Timestamp},
    },
    store::{
        clock::ManualClock,
        redis::{RedisClock, RedisStore},
    },
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use support::{START, redis_server::RedisServer, unique};
use tokio::{runtime::Handle, task::JoinSet};

const DAY: u64 = 86_400;
/// Days of which the property tells calls; each has a visitor of its own.
const DAYS: u64 = 9;
const RECORDS: &str = "{ unique_caller_days = 3, repeat_caller_days = 5, min_talk_seconds = 30 }";
/// Callers of the property; most calls are the first one's.
const CALLERS: [&str; 3] = ["090-1234-5678", "090-1234-5678", "090-8765-4321"];
/// A number of the pool that nobody holds.
const NOBODYS: &str = "050-3111-0040";

fn document() -> String {
    CLINIC
        .replace("050-3111-0001..050-3111-0003", "050-3111-0001..050-3111-0040")
        .replace("overflow = \"050-3111-9999\"", &format!("overflow = \"050-3111-9999\"\nrecords = {RECORDS}"))
}

/// One thing that is told of one of some calls.
#[derive(Clone, Debug, PartialEq)]
struct Heard {
    call: usize,
    kind: EventKind,
    /// Seconds after the call's begin.
    after: u64,
    /// One of [`CALLERS`].
    caller: Option<usize>,
    talk: Option<u64>,
    is_test: bool,
    /// This one says that the call began so many days before.
    moved: Option<u64>,
}

/// A call: its day, and whether it came to a number that nobody holds.
type Place = (u64, bool);

fn heard(calls: usize) -> impl Strategy<Value = Vec<Heard>> {
    let kinds = vec![EventKind::Begun, EventKind::Answered, EventKind::Ended, EventKind::Ended, EventKind::Outcome];
    let caller = proptest::option::weighted(0.9, 0..CALLERS.len());
    let talk = proptest::option::weighted(0.7, select(vec![0, 20, 60]));
    let moved = proptest::option::weighted(0.15, 1..4_u64);
    let one = (0..calls, select(kinds), 0..300_u64, caller, talk, proptest::bool::weighted(0.1), moved);
    let one = one.prop_map(|(call, kind, after, caller, talk, is_test, moved)| Heard {
        call,
        kind,
        after,
        caller,
        talk,
        is_test,
        moved,
    });
    proptest::collection::vec(one, 2..14)
}

/// Some calls, what is told of them, and the same in another order and partly twice.
fn told() -> impl Strategy<Value = (Vec<Place>, Vec<Heard>, Vec<Heard>)> {
    let places = proptest::sample::subsequence((0..2 * DAYS).collect::<Vec<_>>(), 2..=5);
    places.prop_shuffle().prop_flat_map(|places| {
        let places: Vec<Place> = places.into_iter().map(|place| (place / 2, place % 2 == 1)).collect();
        heard(places.len()).prop_flat_map(move |events| {
            let some_twice: Vec<_> = events.iter().chain(&events[..events.len() / 2]).cloned().collect();
            (Just(places.clone()), Just(events), Just(some_twice).prop_shuffle())
        })
    })
}

/// Visitors who came day by day to a service of the clinic.
struct Clinic {
    app: TestApp,
    /// The number of each day's visitor.
    numbers: Vec<String>,
    start: Timestamp,
}

impl Clinic {
    async fn visited(app: TestApp) -> Self {
        app.apply(&document()).await.expect("a valid document");
        let (mut numbers, start) = (Vec::new(), app.clock.now());
        for day in 0..DAYS {
            numbers.push(visit(&app, &format!("visitor-of-day-{day}-----")).await);
            app.advance(DAY);
        }
        app.advance(DAY);
        Self { app, numbers, start }
    }

    fn event(&self, places: &[Place], heard: &Heard) -> Event {
        let (day, is_nobodys) = places[heard.call];
        // Calls on one number never last at the same time: that would be seen in their attribution.
        let apart = if is_nobodys { 4 * 3_600 * heard.call as u64 } else { 0 };
        let began_at = self.start + Span::from_seconds(day * DAY + 30 + apart);
        let number = if is_nobodys { NOBODYS } else { &self.numbers[usize::try_from(day).expect("few")] };
        let caller = heard.caller.and_then(|caller| self.app.service.calls.callers().read(CALLERS[caller]).caller);
        let moved = heard.moved.map_or(began_at, |days| began_at - Span::from_seconds(days * DAY));
        let told =
            Told { began_at: Some(moved), caller, talk_seconds: heard.talk, is_test: heard.is_test, ..Told::default() };
        Event {
            key: key(heard.call),
            number: TrackingNumber::parse(number).expect("a number"),
            kind: heard.kind,
            at: began_at + Span::from_seconds(heard.after),
            told,
        }
    }

    /// All records, which are removed.
    async fn records(&self) -> BTreeMap<CallKey, Call> {
        let (store, pool) = (&self.app.service.store, PoolId::parse("clinic-main").expect("an id"));
        let mut records = BTreeMap::new();
        for call in 0..5 {
            if let Some(kept) = store.call(&pool, &key(call)).await.expect("an answer") {
                records.insert(key(call), pool_service::calls::read(&kept).expect("a record").call);
                assert!(store.remove_call(&pool, &key(call), kept.revision).await.expect("an answer"));
            }
        }
        records
    }

    /// What comes of these events, told one after the other.
    async fn one_by_one(&self, places: &[Place], events: &[Heard]) -> BTreeMap<CallKey, Call> {
        for heard in events {
            self.app.service.calls.tell(self.event(places, heard)).await.expect("noted");
        }
        self.records().await
    }

    /// What comes of these events, told by several copies of the service at the same time.
    async fn at_once(&self, desks: &[Arc<CallDesk>], places: &[Place], events: &[Heard]) -> BTreeMap<CallKey, Call> {
        let mut telling = JoinSet::new();
        for (at, heard) in events.iter().enumerate() {
            let (desk, event) = (Arc::clone(&desks[at % desks.len()]), self.event(places, heard));
            telling.spawn(async move { desk.tell(event).await.expect("noted") });
        }
        telling.join_all().await;
        self.records().await
    }
}

fn key(call: usize) -> CallKey {
    CallKey::parse(&format!("test/{call}")).expect("a key")
}

/// A visitor with a click of his own gets a number; gives it.
async fn visit(app: &TestApp, session: &str) -> String {
    let click = json!([{"kind": "gclid", "value": format!("gclid-{session}"), "source": "url"}]);
    let visitor =
        json!({ "click_ids": click, "landing_page": format!("https://clinic.example/?utm_campaign={session}") });
    let body = json!({"site": "st_clinic", "session": session, "page": "https://clinic.example/", "visitor": visitor,
        "leases": [{"target": "main"}]});
    let answer = app.post("/v1/leases", ORIGIN, body.to_string()).await.json();
    answer["leases"][0]["number"]["national"].as_str().expect("a number").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_caller_make_the_same_records_in_any_order() {
    let clinic = Clinic::visited(TestApp::empty().await).await;
    let handle = Handle::current();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(150) });
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&told(), |(places, events, shuffled)| {
            let in_order = handle.block_on(clinic.one_by_one(&places, &events));
            let in_disorder = handle.block_on(clinic.one_by_one(&places, &shuffled));
            prop_assert_eq!(in_disorder, in_order);
            Ok(())
        })
    });
    outcome.expect("all orders make the same records");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_that_are_told_at_the_same_time_make_the_same_records() {
    let clock = ManualClock::at(START);
    let store = RedisStore::connect(&RedisServer::shared().url(), &unique(), RedisClock::Manual(clock.clone())).await;
    let clinic = Clinic::visited(TestApp::over(Arc::new(store.expect("a store")), clock).await).await;
    let other = clinic.app.another_copy().await;
    let desks = [&clinic.app, &other].map(|app| Arc::clone(&app.service.calls));
    let handle = Handle::current();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(150) });
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&told(), |(places, events, _)| {
            let in_order = handle.block_on(clinic.one_by_one(&places, &events));
            let at_once = handle.block_on(clinic.at_once(&desks, &places, &events));
            prop_assert_eq!(at_once, in_order);
            Ok(())
        })
    });
    outcome.expect("what is told at once makes the same records");
}
