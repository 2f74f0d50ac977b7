//! A call that is told of after later calls of the same caller makes those be judged again, at once and as far as they rest on
//! it, and the audit log says so.

mod http_support;

use http_support::{CLINIC, TestApp};
use pool_service::{
    admin::{Command, calls::Of},
    domain::{
        call::CallKey,
        ids::PoolId,
        time::{Span, Timestamp},
        zone::Zone,
    },
    store::records::DocumentKind,
    sweeper,
};
use serde_json::{Value, json};

const DAY: u64 = 86_400;

fn document(records: &str) -> String {
    CLINIC.replace("overflow = \"050-3111-9999\"", &format!("overflow = \"050-3111-9999\"\nrecords = {records}"))
}

/// A clinic over HTTP.
struct Desk {
    app: TestApp,
    token: String,
}

impl Desk {
    async fn with(records: &str) -> Self {
        let app = TestApp::empty().await;
        app.apply(&document(records)).await.expect("a valid document");
        let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
        app.advance(20 * DAY);
        Self { app, token }
    }

    /// A call of 90 seconds that began so many days after the clock's start.
    async fn tell(&self, id: &str, day: u64, more: Value) -> Value {
        let at = |seconds: u64| {
            let at = Timestamp::from_millis(1_795_239_000_000) + Span::from_seconds(day * DAY + seconds);
            Zone::utc().rfc3339(at)
        };
        let mut event = json!({"source": "sbc", "call_id": id, "event": "ended", "number": "050-3111-0001",
            "caller": "090-1234-5678", "began_at": at(0), "at": at(100), "talk_seconds": 90});
        event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let answer = self.app.tell(&self.token, &event).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        answer.json()
    }

    async fn read(&self, told: &Value) -> Value {
        self.app.call(&self.token, told["id"].as_str().expect("an id")).await.json()
    }

    async fn log(&self) -> String {
        self.app.command(Command::ListAudit { from: None, until: None }).await.expect("a log").join("\n")
    }
}

#[tokio::test]
async fn an_earlier_call_that_is_told_late_takes_the_count_and_the_credit() {
    let desk = Desk::with("{ unique_caller_days = 7, repeat_caller_days = 7 }").await;
    let late = desk.tell("late", 5, json!({})).await;
    assert_eq!((&late["valid"], &late["first_time_caller"]), (&json!(true), &json!(true)));
    let before = desk.log().await;
    assert!(!before.contains("rejudged"), "{before}");
    let early = desk.tell("early", 3, json!({})).await;
    assert_eq!((&early["valid"], &early["first_time_caller"]), (&json!(true), &json!(true)));
    let now = desk.read(&late).await;
    assert_eq!(now["invalid_reasons"], json!(["repeat_caller"]));
    assert_eq!((&now["first_time_caller"], &now["repeat_of"]["id"]), (&json!(false), &early["id"]));
    // The log has why, and what it was before; no caller.
    let log = desk.log().await;
    let (late, early) = (late["id"].as_str().expect("an id"), early["id"].as_str().expect("an id"));
    for line in [
        format!("the service  validity rejudged: {late}  done"),
        format!("the service  attribution rejudged: {late}  done"),
        format!("    what was told of call {early}"),
        format!("    {late}: valid -> repeat_caller"),
        "    before: the caller's first call within the period".to_owned(),
        format!("    now: repeats {early}"),
    ] {
        assert!(log.contains(&line), "{line}: {log}");
    }
    assert!(!log.contains("12345678") && !log.contains("1234-5678"), "{log}");
}

#[tokio::test]
async fn a_call_that_lasts_has_no_judgement_yet_that_could_be_replaced() {
    let desk = Desk::with("{ unique_caller_days = 7 }").await;
    let lasting = desk.tell("lasting", 5, json!({"event": "answered", "talk_seconds": null})).await;
    assert_eq!(lasting["valid"], Value::Null);
    desk.tell("early", 3, json!({})).await;
    let ended = desk.tell("lasting", 5, json!({})).await;
    assert_eq!(ended["invalid_reasons"], json!(["repeat_caller"]));
    let log = desk.log().await;
    assert!(!log.contains("rejudged"), "{log}");
}

#[tokio::test]
async fn a_call_that_counts_no_more_lets_the_next_ones_count() {
    let desk = Desk::with("{ unique_caller_days = 7 }").await;
    let mut told = Vec::new();
    for (id, day) in [("a", 1), ("b", 4), ("c", 9), ("d", 12)] {
        told.push(desk.tell(id, day, json!({})).await);
    }
    let valid = async || {
        let mut valid = Vec::new();
        for told in &told {
            valid.push(desk.read(told).await["valid"].as_bool().expect("a judgement"));
        }
        valid
    };
    assert_eq!(valid().await, [true, false, true, false]);
    // That `a` was a trial frees `b`, which takes `c`, which frees `d`.
    desk.tell("a", 1, json!({"event": "outcome", "test": true})).await;
    assert_eq!(valid().await, [false, true, false, true]);
}

#[tokio::test]
async fn a_call_whose_begin_moves_leaves_its_place() {
    let desk = Desk::with("{ unique_caller_days = 7, repeat_caller_days = 7 }").await;
    // Nobody told of the begin: the first that was heard of it counts, which is later than the other call.
    let one = desk.tell("one", 5, json!({"began_at": null})).await;
    let other = desk.tell("other", 4, json!({})).await;
    assert_eq!(desk.read(&one).await["repeat_of"]["id"], other["id"]);
    desk.tell("one", 3, json!({"event": "begun"})).await;
    let (one, other) = (desk.read(&one).await, desk.read(&other).await);
    assert_eq!(
        (&one["repeat_of"], &one["first_time_caller"], &one["valid"]),
        (&Value::Null, &json!(true), &json!(true))
    );
    assert_eq!((&other["repeat_of"]["id"], &other["first_time_caller"]), (&one["id"], &json!(false)));
    assert_eq!(other["invalid_reasons"], json!(["repeat_caller"]));
}

#[tokio::test]
async fn a_call_that_is_routed_after_it_was_told_of_leaves_its_place() {
    let desk = Desk::with("{ repeat_caller_days = 30 }").await;
    // The routing's moment counts as the begin, which is now.
    let routed = desk.tell("routed", 3, json!({})).await;
    let other = desk.tell("other", 4, json!({})).await;
    assert_eq!(other["repeat_of"]["id"], routed["id"]);
    let token = desk.app.token(&["route"], &["clinic"]).await;
    let asked = "/v1/route?to=050-3111-0001&from=090-1234-5678&call_id=routed&source=sbc";
    let answer = desk.app.get(asked, &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let (routed, other) = (desk.read(&routed).await, desk.read(&other).await);
    assert_eq!((&other["repeat_of"], &other["first_time_caller"]), (&Value::Null, &json!(true)));
    assert_eq!((&routed["repeat_of"]["id"], &routed["first_time_caller"]), (&other["id"], &json!(false)));
}

#[tokio::test]
async fn another_caller_frees_the_calls_of_the_first() {
    let desk = Desk::with("{ unique_caller_days = 7 }").await;
    desk.tell("one", 3, json!({})).await;
    let next = desk.tell("next", 4, json!({})).await;
    let others = desk.tell("others", 5, json!({"caller": "090-8765-4321"})).await;
    assert_eq!((&next["valid"], &others["valid"]), (&json!(false), &json!(true)));
    desk.tell("one", 3, json!({"event": "outcome", "caller": "090-8765-4321", "at": "2026-12-01T00:00:00Z"})).await;
    let (next, others) = (desk.read(&next).await, desk.read(&others).await);
    assert_eq!((&next["valid"], &next["first_time_caller"]), (&json!(true), &json!(true)));
    assert_eq!((&others["valid"], &others["first_time_caller"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn a_static_use_is_suspected_in_any_order() {
    let desk = Desk::with("{}").await;
    let mut told = Vec::new();
    for (id, day) in [("last", 5), ("second", 4), ("first", 3)] {
        told.push(desk.tell(id, day, json!({"caller": "anonymous"})).await);
    }
    let mut suspected = Vec::new();
    for told in &told {
        suspected.push(desk.read(told).await["static_use_suspected"].as_bool().expect("a flag"));
    }
    assert_eq!(suspected, [true, false, false]);
}

#[tokio::test]
async fn what_was_broken_off_is_done_when_it_is_told_again() {
    let desk = Desk::with("{ unique_caller_days = 7 }").await;
    let later = desk.tell("later", 5, json!({})).await;
    let (store, pool) = (&desk.app.service.store, PoolId::parse("clinic-main").expect("an id"));
    let key = CallKey::parse("sbc/later").expect("a key");
    let as_it_was = store.call(&pool, &key).await.expect("an answer").expect("a call");
    desk.tell("early", 3, json!({})).await;
    // As if the process had ended between the two.
    let record = pool_service::calls::read(&as_it_was).expect("a record").call;
    http_support::records::keep(store, &record).await;
    assert_eq!(desk.read(&later).await["valid"], true);
    desk.tell("early", 3, json!({})).await;
    assert_eq!(desk.read(&later).await["valid"], false);
}

#[tokio::test]
async fn what_was_broken_off_at_the_begin_is_done_at_the_end() {
    let desk = Desk::with("{ repeat_caller_days = 7 }").await;
    let later = desk.tell("later", 5, json!({})).await;
    let (store, pool) = (&desk.app.service.store, PoolId::parse("clinic-main").expect("an id"));
    let key = CallKey::parse("sbc/later").expect("a key");
    let as_it_was = store.call(&pool, &key).await.expect("an answer").expect("a call");
    let early = desk.tell("early", 3, json!({"event": "begun", "talk_seconds": null})).await;
    // As if the process had ended between the two.
    http_support::records::keep(store, &pool_service::calls::read(&as_it_was).expect("a record").call).await;
    assert_eq!(desk.read(&later).await["first_time_caller"], true);
    // Nobody answered: nothing else comes of the end.
    desk.tell("early", 3, json!({"talk_seconds": null})).await;
    let later = desk.read(&later).await;
    assert_eq!((&later["first_time_caller"], &later["repeat_of"]["id"]), (&json!(false), &early["id"]));
}

#[tokio::test]
async fn of_two_calls_of_one_moment_one_comes_before_the_other() {
    for order in [["a", "b"], ["b", "a"]] {
        let desk = Desk::with("{ unique_caller_days = 7, repeat_caller_days = 7 }").await;
        let mut told = Vec::new();
        for id in order {
            told.push(desk.tell(id, 5, json!({})).await);
        }
        let mut now = Vec::new();
        for told in &told {
            now.push(desk.read(told).await);
        }
        now.sort_by_key(|call| call["call_id"].to_string());
        assert_eq!((&now[0]["valid"], &now[0]["first_time_caller"]), (&json!(true), &json!(true)), "{order:?}");
        assert_eq!(now[1]["invalid_reasons"], json!(["repeat_caller"]), "{order:?}");
        assert_eq!((&now[1]["first_time_caller"], &now[1]["repeat_of"]["id"]), (&json!(false), &now[0]["id"]));
        let of = Of::Pool("clinic-main".to_owned());
        let again = Command::RejudgeCalls { of, from: None, until: None, dry_run: true };
        let again = desk.app.command(again).await.expect("judged").join("\n");
        assert!(again.contains("2 calls judged") && again.contains(": 0 would change"), "{again}");
    }
}

#[tokio::test]
async fn what_is_left_and_cannot_be_read_stops_nothing_else() {
    let desk = Desk::with("{ repeat_caller_days = 30 }").await;
    let mut told = Vec::new();
    for minute in 0..40_u64 {
        let at = format!("2026-11-26T05:{minute:02}:00Z");
        told.push(desk.tell(&format!("of-minute-{minute}"), 0, json!({"began_at": at, "at": at})).await);
    }
    let early = desk.tell("early", 0, json!({})).await;
    let (store, kind) = (&desk.app.service.store, DocumentKind::Installation);
    for note in 0..5 {
        let key = format!("rejudge.a.{note}");
        assert_eq!(store.put_document(kind, &key, None, "{\"circle\":\"of friends\"}", None).await, Ok(true));
    }
    assert_eq!(desk.app.service.calls.judge_left().await, Ok(1));
    assert_eq!(desk.read(&told[39]).await["repeat_of"]["id"], early["id"]);
    assert_eq!(store.documents(kind, "rejudge.", "rejudge/", false, 10).await, Ok(vec![]));
}

#[tokio::test]
async fn what_is_too_much_for_one_event_is_left_to_the_sweeper() {
    let desk = Desk::with("{ repeat_caller_days = 30 }").await;
    let mut told = Vec::new();
    for minute in 0..40_u64 {
        let at = format!("2026-11-26T05:{minute:02}:00Z");
        told.push(desk.tell(&format!("of-minute-{minute}"), 0, json!({"began_at": at, "at": at})).await);
    }
    let early = desk.tell("early", 0, json!({})).await;
    let calls = &desk.app.service.calls;
    let first = async |told: &Value| desk.read(told).await["repeat_of"]["id"].clone();
    assert_eq!(first(&told[0]).await, early["id"], "the next ones are judged at once");
    assert_eq!(first(&told[39]).await, told[0]["id"], "but not all of them");
    assert_eq!(calls.judge_left().await.expect("judged"), 1);
    for told in &told {
        assert_eq!(first(told).await, early["id"]);
    }
    assert_eq!(calls.judge_left().await.expect("judged"), 0, "nothing is left");
}

#[tokio::test]
async fn what_rested_on_a_record_that_was_removed_stays() {
    let desk = Desk::with("{ unique_caller_days = 10, repeat_caller_days = 10, keep_days = 18 }").await;
    let first = desk.tell("first", 3, json!({})).await;
    let again = desk.tell("again", 11, json!({})).await;
    assert_eq!((&again["valid"], &again["repeat_of"]["id"]), (&json!(false), &first["id"]));
    desk.app.advance(2 * DAY);
    sweeper::forget(desk.app.service.store.as_ref(), &desk.app.service.calls).await.expect("swept");
    assert_eq!(desk.app.call(&desk.token, first["id"].as_str().expect("an id")).await.status.as_u16(), 404);
    // Another call between the two is told late: it changes nothing of what the first one made of the last.
    desk.tell("between", 10, json!({"event": "outcome", "test": true, "talk_seconds": null})).await;
    let again = desk.read(&again).await;
    assert_eq!((&again["valid"], &again["first_time_caller"]), (&json!(false), &json!(false)));
    assert_eq!(again["repeat_of"]["id"], first["id"]);
}

#[tokio::test]
async fn a_judgement_by_a_former_rule_stays_until_somebody_says_otherwise() {
    let desk = Desk::with("{ unique_caller_days = 7 }").await;
    let later = desk.tell("later", 5, json!({})).await;
    desk.app.apply(&document("{ unique_caller_days = 8 }")).await.expect("a valid document");
    desk.tell("early", 3, json!({})).await;
    let now = desk.read(&later).await;
    assert_eq!((&now["valid"], &now["rule_version"]), (&json!(true), &json!(1)));
    assert_eq!(now["first_time_caller"], false, "that depends on no rule");
}
