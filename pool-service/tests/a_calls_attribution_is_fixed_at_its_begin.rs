//! Whose call a call is, is judged for the moment at which it began, and stays so whatever happens later. Only a call
//! system that tells of another begin has it judged again, and that is written down.

mod http_support;

use http_support::{HANAKO, TARO, TestApp};
use pool_service::{
    calls::{Begin, Known, Plan},
    domain::{
        call::{CallKey, Routed},
        ids::DestinationId,
    },
    store::records::DocumentKind,
};
use serde_json::{Value, json};

const POOL: &str = "clinic-recruit";

fn event(event: &str, at: &str) -> Value {
    json!({"source": "sbc", "call_id": "one", "event": event, "at": at, "number": "0078-6010-12345"})
}

/// The one number of a pool of one goes from Taro to Hanako; gives a token.
async fn handed_on() -> (TestApp, String) {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    app.lease(TARO, &["recruit"]).await;
    app.advance(2_000);
    app.lease(HANAKO, &["recruit"]).await;
    app.advance(60);
    (app, token)
}

async fn audit(app: &TestApp) -> Vec<String> {
    let kept = app.service.store.documents(DocumentKind::Audit, "", "~", false, 100).await.expect("documents");
    // What operators did is there too.
    kept.into_iter().map(|document| document.text).filter(|text| text.contains(r#""via":"service""#)).collect()
}

#[tokio::test]
async fn what_happens_later_changes_nothing() {
    let (app, token) = handed_on().await;
    let begun = app.tell(&token, &event("begun", "2026-11-21T06:04:00Z")).await.json();
    assert_eq!(begun["attribution"]["lease"]["session"], HANAKO);
    app.advance(4_000);
    app.lease(TARO, &["recruit"]).await;
    app.advance(10);
    let ended = app.tell(&token, &event("ended", "2026-11-21T06:06:00Z")).await.json();
    assert_eq!(ended["attribution"], begun["attribution"]);
    assert_eq!(ended["click_ids"], begun["click_ids"]);
    assert_eq!(audit(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_earlier_begin_is_judged_again_and_that_is_written_down() {
    let (app, token) = handed_on().await;
    let ended = app.tell(&token, &event("ended", "2026-11-21T06:04:00Z")).await.json();
    assert_eq!(ended["attribution"]["lease"]["session"], HANAKO);
    let begun = app.tell(&token, &event("begun", "2026-11-21T05:30:30Z")).await.json();
    assert_eq!(begun["attribution"]["lease"]["session"], TARO);
    assert_eq!(begun["attribution"]["at"], "2026-11-21T05:30:30.000Z");
    let audit = audit(&app).await;
    assert_eq!(audit.len(), 1, "{audit:?}");
    for part in ["attribution rejudged", begun["id"].as_str().expect("an id"), "1795239030000"] {
        assert!(audit[0].contains(part), "{part} in {audit:?}");
    }
}

#[tokio::test]
async fn a_clock_that_runs_ahead_begins_no_call_in_the_future() {
    let (app, token) = handed_on().await;
    let now = app.clock.now().as_millis();
    let begun = app.tell(&token, &event("begun", "2031-01-01T00:00:00Z")).await.json();
    let began = begun["began_at"].as_str().expect("a moment").parse::<jiff::Timestamp>().expect("RFC 3339");
    assert_eq!(began.as_millisecond() as u64, now);
}

fn to(name: &str, capacity: Option<u32>, known: &Known<'_>) -> Plan {
    let destination = DestinationId::parse(name).ok();
    Plan { routed: Routed { at: known.now, destination, decision: "{}".to_owned() }, capacity, is_blocked: false }
}

#[tokio::test]
async fn the_routing_begins_a_call_once_and_finds_room_for_it() {
    let (app, token) = handed_on().await;
    let desk = &app.service.calls;
    let place = desk.place("0078601012345").await.expect("a place");
    assert_eq!((place.pool.as_str(), place.site.as_ref().map(ToString::to_string).as_deref()), (POOL, Some("clinic")));
    let asked = |id: &str| Begin {
        key: CallKey::parse(id).expect("a key"),
        place: place.clone(),
        caller: Some("+81 90 1234 5678".to_owned()),
        is_anonymous: false,
    };
    let plan = |known: &Known<'_>| {
        let is_full = known.full.iter().any(|full| full.as_str() == "front");
        Some(if is_full { to("back", None, known) } else { to("front", Some(1), known) })
    };
    let first = desk.begin(&asked("sbc/1"), &plan).await.expect("an answer").expect("begun");
    let again = desk.begin(&asked("sbc/1"), &plan).await.expect("an answer").expect("begun");
    assert_eq!((first.is_new, again.is_new), (true, false));
    assert_eq!(first.call, again.call);
    assert_eq!(first.call.facts.routed_at, Some(app.clock.now()));
    let lease = first.call.credited().expect("somebody's").session.to_string();
    assert_eq!(lease, HANAKO);
    let second = desk.begin(&asked("sbc/2"), &plan).await.expect("an answer").expect("begun");
    let destination = |call: &pool_service::domain::call::Call| {
        call.routed.as_ref().and_then(|routed| routed.destination.as_ref()).map(ToString::to_string)
    };
    assert_eq!(destination(&first.call).as_deref(), Some("front"));
    assert_eq!(destination(&second.call).as_deref(), Some("back"));
    // What is told afterwards goes to the same record, and its begin stays that of the routing.
    let told = json!({"source": "sbc", "call_id": "1", "event": "begun", "at": "2026-11-21T05:31:00Z",
        "number": "0078601012345"});
    let record = app.tell(&token, &told).await;
    assert_eq!(record.status.as_u16(), 200);
    assert_eq!(record.json()["id"], first.call.record_id());
    assert_eq!(record.json()["attribution"]["lease"]["session"], HANAKO);
}
