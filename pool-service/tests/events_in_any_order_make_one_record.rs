//! A call system may tell of a call in any order, twice and late: the record that comes of it is the same, the moment for
//! which it is attributed included, and a call only ever goes forward.

mod http_support;

use http_support::{TARO, TestApp};
use pool_service::domain::{
    call::{
        Call, CallKey, CallState,
        event::{Event, EventKind, Told},
    },
    ids::PoolId,
    number::TrackingNumber,
    time::{Span, Timestamp},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::task::JoinSet;

/// When the call began, in seconds after the clock's start.
const BEGAN: u64 = 120;

fn told() -> impl Strategy<Value = Told> {
    let words = || proptest::option::weighted(0.3, select(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]));
    let seconds = || proptest::option::weighted(0.3, 0..90_u64);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let texts = (words(), words(), words(), words(), words(), words());
    let moments = (proptest::option::weighted(0.2, 100..200_u64), proptest::option::weighted(0.2, 100..200_u64));
    (texts, seconds(), seconds(), moments, flags, subsequence(vec!["x", "y", "z"], 0..=3)).prop_map(
        |(texts, ring_seconds, talk_seconds, (began_at, answered_at), flags, tags)| Told {
            destination: texts.0,
            hang_up_cause: texts.1,
            transcript: texts.2,
            outcome: texts.3,
            notes: texts.4,
            summary: texts.5,
            ring_seconds,
            talk_seconds,
            began_at: began_at.map(second),
            answered_at: answered_at.map(second),
            is_anonymous: flags.0,
            is_test: flags.1,
            is_blocked: flags.2,
            tags: tags.into_iter().map(str::to_owned).collect(),
            ..Told::default()
        },
    )
}

fn events() -> impl Strategy<Value = Vec<(EventKind, u64, Told)>> {
    let kinds = vec![
        EventKind::Begun,
        EventKind::Ringing,
        EventKind::Answered,
        EventKind::Ended,
        EventKind::Recording,
        EventKind::Transcript,
        EventKind::Outcome,
    ];
    proptest::collection::vec((select(kinds), 100..300_u64, told()), 1..7)
}

fn second(second: u64) -> Timestamp {
    Timestamp::from_millis(1_795_239_000_000) + Span::from_seconds(second)
}

/// What must not depend on the order.
fn comparable(call: Call) -> Call {
    Call { key: CallKey::parse("test/same").expect("a key"), ..call }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_does_not_depend_on_order_or_repetition() {
    let app = TestApp::clinic().await;
    // Two visitors hold the number one after the other, so that another moment is another attribution.
    let number = TrackingNumber::parse(&app.main_number(TARO).await).expect("a number");
    app.advance(400);
    let count = AtomicUsize::new(0);
    let shuffled = events().prop_flat_map(|events| {
        let twice: Vec<_> = events.iter().chain(&events).cloned().collect();
        (Just(events), Just(twice).prop_shuffle())
    });
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(60) });
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&shuffled, |(events, shuffled)| {
            let one_by_one = |events: Vec<(EventKind, u64, Told)>| {
                let key = CallKey::parse(&format!("test/{}", count.fetch_add(1, Ordering::Relaxed))).expect("a key");
                handle.block_on(async {
                    let (mut last, mut state) = (None, CallState::Begun);
                    for (kind, at, told) in events {
                        let (key, number) = (key.clone(), number.clone());
                        let event = Event { key, number, kind, at: second(at), told };
                        let call = app.service.calls.tell(event).await.expect("noted");
                        assert!(call.state() >= state, "it went back");
                        state = call.state();
                        last = Some(call);
                    }
                    // A call pins its number, which the next one would see.
                    let call = last.expect("at least one event");
                    let kept = app.service.store.call(&call.pool, &key).await.expect("an answer").expect("a call");
                    let gone = app.service.store.remove_call(&call.pool, &key, kept.revision).await;
                    assert!(gone.expect("an answer"));
                    call
                })
            };
            let (in_order, in_disorder) = (one_by_one(events), one_by_one(shuffled));
            prop_assert_eq!(in_disorder.attribution.as_ref().map(|judged| judged.at), Some(in_disorder.began_at()));
            prop_assert_eq!(comparable(in_order), comparable(in_disorder));
            Ok(())
        })
    });
    outcome.expect("all orders make one record");
}

#[tokio::test]
async fn over_http_the_end_may_come_before_the_begin() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    let number = app.main_number(TARO).await;
    app.advance(600);
    let event = |event: &str, at: u64, more: Value| {
        let mut body = json!({"source": "sbc", "call_id": "a@b", "event": event, "number": number});
        body["at"] = json!(moment(at));
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let ended = app.tell(&token, &event("ended", BEGAN + 95, json!({"hang_up_cause": "16"}))).await;
    assert_eq!(ended.status.as_u16(), 201, "{}", ended.text());
    let first = ended.json();
    assert_eq!((&first["state"], &first["began_at"]), (&json!("ended"), &json!(moment(BEGAN + 95))));
    app.tell(&token, &event("answered", BEGAN + 5, json!({}))).await;
    let begun = app.tell(&token, &event("begun", BEGAN, json!({"caller": "090-1234-5678"}))).await;
    assert_eq!(begun.status.as_u16(), 200);
    let record = begun.json();
    assert_eq!(record["id"], first["id"]);
    assert_eq!((&record["state"], &record["began_at"]), (&json!("ended"), &json!(moment(BEGAN))));
    assert_eq!((&record["ring_seconds"], &record["talk_seconds"]), (&json!(5), &json!(90)));
    assert_eq!(record["valid"], true);
    assert_eq!(record["attribution"]["at"], json!(moment(BEGAN)));
    // The answer to whoever tells does not give the caller away; whoever may read sees it.
    assert_eq!((&record["caller"], &record["caller_masked"]), (&Value::Null, &json!("090****5678")));
    let read = app.call(&token, record["id"].as_str().expect("an id")).await.json();
    assert_eq!(read["caller"], "09012345678");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_tell_at_the_same_time_are_heard() {
    let app = TestApp::clinic().await;
    let number = TrackingNumber::parse("050-3111-0001").expect("a number");
    let key = CallKey::parse("test/one").expect("a key");
    let mut telling = JoinSet::new();
    for teller in 0..16 {
        let told = Told { tags: vec![format!("of-{teller}")], ..Told::default() };
        let event = Event { key: key.clone(), number: number.clone(), kind: EventKind::Outcome, at: second(0), told };
        let desk = Arc::clone(&app.service.calls);
        telling.spawn(async move { desk.hear(event).await.expect("noted").is_new });
    }
    let new = telling.join_all().await.into_iter().filter(|is_new| *is_new).count();
    assert_eq!(new, 1, "one of them was the first");
    let record = app.service.calls.record(&key.record_id(&PoolId::parse("clinic-main").expect("an id"))).await;
    assert_eq!(record.expect("an answer").expect("a record").facts.tags.len(), 16);
}

fn moment(seconds: u64) -> String {
    let at = second(seconds).as_millis();
    format!("2026-11-21T{:02}:{:02}:{:02}.000Z", at / 3_600_000 % 24, at / 60_000 % 60, at / 1_000 % 60)
}
