//! A report says the same whether the calls are read or their hourly roll-ups; a report that was asked for before reads no
//! call again; and what is told late of a call makes its hour be read again, and no other. Hours that are over are rolled up
//! before anybody asks.

mod http_support;

use http_support::{
    TestApp,
    on::On,
    records::{As, call, keep, moment},
    watched::Watched,
};
use pool_service::{
    domain::{
        call::{Call, validity::Invalid},
        report::filter::Range,
        time::{Span, Timestamp},
    },
    store::Store,
};
use serde_json::Value;
use std::sync::Arc;

on_both_stores! {
    cold_and_warm_reports_are_the_same_and_warm_ones_read_no_call
    what_is_told_late_makes_one_hour_be_read_again
    hours_that_are_over_are_rolled_up_before_anybody_asks
    figures_are_those_of_the_calls
}

const HOUR: u64 = 3_600;

/// Calls of three weeks, in all pools, of some callers, by some channels.
fn calls() -> Vec<Call> {
    let start = moment("2026-11-01T00:00:00Z");
    let channels = ["google-ads", "yahoo", "organic"];
    (0..400_u64)
        .map(|number| {
            // Steps that have no common divisor: hours, quarters and days are all met.
            let at = start + Span::from_seconds(number * 7_919 % (19 * 24 * HOUR));
            let call = call(&format!("c{number}"), at).of_caller(number % 37).talked(number % 200);
            let pick = |modulo: u64| usize::try_from(number % modulo).expect("small");
            let call = call.by(channels[pick(3)]).first_by(channels[pick(2)]);
            let call = match number % 5 {
                0 => call.missed(),
                1 => call.clicked("gclid", "abc"),
                2 => call.invalid(Invalid::TooShort),
                _ => call,
            };
            match number % 4 {
                0 => call.in_pool("shop", Some("shop")),
                1 => call.in_pool("none", None),
                _ => call.for_advertiser("dentist"),
            }
        })
        .collect()
}

const QUERIES: [&str; 10] = [
    "by=day&zone=Asia/Tokyo&from=2026-11-01&to=2026-11-20",
    "by=month&zone=America/New_York&from=2026-11-01&to=2026-11-20",
    "by=hour&zone=Asia/Kathmandu&from=2026-11-03&to=2026-11-09",
    "by=hour&zone=America/New_York&from=2026-11-01&to=2026-11-01",
    "by=channel&zone=Europe/Berlin&from=2026-11-01&to=2026-11-20",
    "by=channel&touch=first&valid=true&from=2026-11-01&to=2026-11-20",
    "by=pool&has_click_id=gclid&from=2026-11-01&to=2026-11-20",
    "by=advertiser&from=2026-11-02T10:15:00Z&to=2026-11-19T03:45:00Z",
    "by=site&attribution=none&state=ended&from=2026-11-01&to=2026-11-20",
    "by=day&zone=UTC&site=clinic&channel=yahoo&from=2026-11-01&to=2026-11-20",
];

async fn report(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.get(&format!("/v1/reports/calls?{query}"), &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

struct Installation {
    app: TestApp,
    token: String,
    watched: Arc<Watched>,
}

async fn installation(on: On, keeps_roll_ups: bool, calls: &[Call]) -> Installation {
    let app = on.clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    let watched = Watched::new(Arc::clone(&app.service.store));
    let watched = Arc::new(if keeps_roll_ups { watched } else { watched.without_roll_ups() });
    let app = app.in_front(Arc::clone(&watched) as Arc<dyn Store>).await;
    for call in calls {
        keep(&app.service.store, call).await;
    }
    watched.seen();
    Installation { app, token, watched }
}

impl Installation {
    async fn report(&self, query: &str) -> Value {
        report(&self.app, &self.token, query).await
    }
}

async fn cold_and_warm_reports_are_the_same_and_warm_ones_read_no_call(on: On) {
    let calls = calls();
    let plain = installation(on, false, &calls).await;
    let rolled = installation(on, true, &calls).await;
    for query in QUERIES {
        let expected = plain.report(query).await;
        assert!(plain.watched.seen().given > 0, "{query}: without roll-ups the calls are read");
        assert!(expected["total"]["calls"].as_u64().expect("a number") > 0, "{query}: {expected}");
        assert_eq!(rolled.report(query).await, expected, "{query}");
        rolled.watched.seen();
        assert_eq!(rolled.report(query).await, expected, "{query}, again");
        let seen = rolled.watched.seen();
        assert!(seen.ranges.is_empty() && seen.rolled_up == 0, "{query}: {seen:?}");
    }
    // What cuts a quarter of an hour in two reads the hours at its ends only.
    let query = "by=channel&from=2026-11-02T10:20:00Z&to=2026-11-19T03:40:00Z";
    let expected = plain.report(query).await;
    assert_eq!(rolled.report(query).await, expected);
    let ends = ["2026-11-02T10:00:00Z", "2026-11-19T03:00:00Z"].map(moment);
    let seen = rolled.watched.seen();
    let is_end = |range: &Range| ends.iter().any(|end| hour(*end) == *range);
    assert!(seen.ranges.iter().all(is_end), "{seen:?}");
}

fn hour(from: Timestamp) -> Range {
    Range { from, until: from + Span::from_seconds(HOUR) }
}

async fn what_is_told_late_makes_one_hour_be_read_again(on: On) {
    let calls = calls();
    let plain = installation(on, false, &calls).await;
    let rolled = installation(on, true, &calls).await;
    for query in QUERIES {
        rolled.report(query).await;
    }
    let old = &calls[123];
    // It lasted longer, and counts; a second one comes into an hour that had calls.
    let late = old.clone().talked(900);
    let new = call("late", old.began_at()).of_caller(99).by("yahoo");
    for call in [&late, &new] {
        keep(&plain.app.service.store, call).await;
        keep(&rolled.app.service.store, call).await;
    }
    rolled.watched.seen();
    let start = Timestamp::from_millis(old.began_at().as_millis() / (HOUR * 1_000) * (HOUR * 1_000));
    for query in QUERIES {
        assert_eq!(rolled.report(query).await, plain.report(query).await, "{query}");
        let seen = rolled.watched.seen();
        assert!(seen.ranges.iter().all(|range| *range == hour(start)), "{query}: {seen:?}");
    }
    // Erased calls are erased from what was summed up.
    let (pool, key) = (&late.pool, &late.key);
    for installation in [&plain, &rolled] {
        let store = &installation.app.service.store;
        let revision = store.call(pool, key).await.expect("an answer").expect("the call").revision;
        assert!(store.remove_call(pool, key, revision).await.expect("an answer"));
    }
    for query in QUERIES {
        assert_eq!(rolled.report(query).await, plain.report(query).await, "{query}");
    }
}

async fn hours_that_are_over_are_rolled_up_before_anybody_asks(on: On) {
    // The clock stands at 05:30 of the 21st.
    let at = |number: u64| moment("2026-11-19T05:00:00Z") + Span::from_seconds(number * 701);
    let mut calls: Vec<Call> = (0..246).map(|number| call(&format!("c{number}"), at(number)).by("yahoo")).collect();
    calls.push(call("of-nobody", at(7)).in_pool("none", None));
    let installation = installation(on, true, &calls).await;
    let desk = &installation.app.service.calls;
    desk.roll_up().await.expect("rolled up");
    installation.watched.seen();
    let finished = "by=hour&from=2026-11-19T05:00:00Z&to=2026-11-21T04:00:00Z";
    let told = installation.report(finished).await;
    let seen = installation.watched.seen();
    assert!(seen.ranges.is_empty() && seen.rolled_up == 0, "{seen:?}");
    let expected = calls.iter().filter(|call| call.began_at() < moment("2026-11-21T04:00:00Z")).count();
    assert_eq!(told["total"]["calls"], expected);
    // Nothing is left to do, until somebody tells of one of these calls again.
    desk.roll_up().await.expect("rolled up");
    assert_eq!(installation.watched.seen().rolled_up, 0);
    keep(&installation.app.service.store, &calls[3].clone().talked(900)).await;
    desk.roll_up().await.expect("rolled up");
    assert_eq!(installation.watched.seen().rolled_up, 1);
}

async fn figures_are_those_of_the_calls(on: On) {
    let calls = calls();
    let app = installation(on, true, &calls).await;
    let told = app.report("by=channel&from=2026-11-01&to=2026-11-20&zone=UTC").await;
    for row in told["rows"].as_array().expect("rows") {
        let name = row["key"].as_str().expect("every call has a channel");
        let of: Vec<&Call> = calls.iter().filter(|call| call.source.channel.as_deref() == Some(name)).collect();
        let count = |is: fn(&Call) -> bool| of.iter().filter(|call| is(call)).count();
        assert_eq!(row["calls"], of.len());
        assert_eq!(row["answered"], count(Call::is_answered));
        assert_eq!(row["valid"], count(Call::is_valid));
        assert_eq!(row["talk_seconds"], of.iter().map(|call| call.talk().as_seconds()).sum::<u64>());
        let mut callers: Vec<_> = of.iter().map(|call| call.facts.caller_key()).collect();
        callers.sort_unstable();
        callers.dedup();
        assert_eq!(row["unique_callers"], callers.len());
    }
    assert_eq!(told["total"]["calls"], calls.len());
    assert_eq!(told["total"]["unique_callers"], 37);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_a_sentence() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    for (query, status, kind, part) in [
        ("by=week", 400, "unknown-choice", "by \"week\" must be one of hour, day, month, channel"),
        ("by=hour&from=2020-01-01&to=2026-01-01", 422, "invalid-request", "more than 9000 hours"),
        ("touch=middle", 400, "unknown-choice", "touch \"middle\" must be last or first."),
        ("limit=5", 422, "invalid-request", "There is no parameter \"limit\""),
        ("format=ndjson", 400, "unknown-choice", "json or csv"),
        ("zone=Mars/Olympus", 422, "invalid-request", "Asia/Tokyo or Europe/Berlin"),
    ] {
        let path = format!("/v1/reports/calls?{query}");
        let answer = app.get(&path, &[("authorization", &format!("Bearer {token}"))]).await;
        let detail = answer.problem(status, kind);
        assert!(detail.contains(part), "{query}: {detail}");
    }
    // Without a range it is of thirty days, today included.
    let usual = report(&app, &token, "").await;
    assert_eq!(usual["rows"].as_array().expect("rows").len(), 30);
    assert_eq!((usual["rows"][29]["key"].as_str(), usual["zone"].as_str()), (Some("2026-11-21"), Some("Asia/Tokyo")));
    // With an end alone they are those before it.
    for (end, first) in [("2026-10-01", "2026-09-02"), ("2026-10-02T00:00:00%2B09:00", "2026-09-02")] {
        let ended = report(&app, &token, &format!("to={end}")).await;
        assert_eq!(ended["rows"].as_array().expect("rows").len(), 30);
        assert_eq!(
            (ended["rows"][0]["key"].as_str(), ended["rows"][29]["key"].as_str()),
            (Some(first), Some("2026-10-01"))
        );
    }
}
