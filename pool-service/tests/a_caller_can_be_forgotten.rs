//! A caller's number is in no file of the store, can be erased from all calls, and goes with the records that are old
//! enough.

mod http_support;
mod support;

use http_support::{
    TestApp,
    on::On,
    process::{Served, succeed},
};
use pool_service::{
    admin::Command,
    calls::{
        CallDesk,
        callers::{CallerKeys, Keeping},
    },
    store::{
        StoreError,
        clock::ManualClock,
        records::{Document, DocumentKind},
        redis::{RedisClock, RedisStore},
    },
    sweeper,
};
use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};
use support::{START, redis_server::RedisServer};

on_both_stores! {
    forgetting_erases_who_called_and_what_was_said_and_leaves_the_calls
    forgetting_reaches_calls_of_pools_that_are_configured_no_more
    forgetting_leaves_no_note_of_calls_that_are_to_be_judged_again
    records_go_when_their_pool_keeps_them_no_longer
}

const CALLER: &str = "090-8765-4321";
/// What no file may contain: the digits in every form in which they might be kept.
const SECRETS: [&str; 4] = ["9087654321", "90-8765-4321", "said on the phone", "8765-4321"];

fn event(id: &str, caller: &str) -> Value {
    json!({"source": "sbc", "call_id": id, "event": "ended", "number": "050-3111-0001", "caller": caller,
        "talk_seconds": 60, "recording_url": "https://records.example/said", "transcript": "said on the phone"})
}

fn found_in(directory: &Path, secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(found_in(&path, secret));
        } else if fs::read(&path).expect("a file").windows(secret.len()).any(|part| part == secret.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn forget(app: &TestApp, caller: &str) -> Vec<String> {
    app.command(Command::ForgetCaller { caller: caller.to_owned() }).await.expect("forgotten")
}

#[tokio::test]
async fn the_number_is_in_no_file_of_the_embedded_store() {
    let app = TestApp::clinic().await;
    no_file_has_the_number(&app, app.directory.path()).await;
}

#[tokio::test]
async fn the_number_is_in_nothing_that_redis_was_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("a path");
    // The append-only file has every command as it was sent.
    let server = RedisServer::start(&["--dir", path, "--appendonly", "yes"]);
    let clock = ManualClock::at(START);
    let store = RedisStore::connect(&server.url(), "t", RedisClock::Manual(clock.clone())).await.expect("a store");
    let app = TestApp::over(Arc::new(store), clock).await;
    app.apply(http_support::CLINIC).await.expect("a valid document");
    no_file_has_the_number(&app, directory.path()).await;
}

#[test]
fn the_number_is_in_no_log_line() {
    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("clinic.toml");
    fs::write(&file, http_support::CLINIC).expect("written");
    succeed(data.path(), &["apply", file.to_str().expect("a path")]);
    let token = succeed(data.path(), &["token", "create", "--name", "pbx", "--scope", "calls:write"]);
    let settings = ["--set", "log.level=debug", "--set", "shutdown.grace_seconds=0"];
    let served = Served::start(data.path(), &settings);
    let head = |path: &str| format!("POST {path} HTTP/1.1\r\nauthorization: Bearer {}\r\nx-more: ", token.trim());
    let told = served.ask(&head("/v1/calls"), &event("one", CALLER).to_string());
    assert!(told.contains("201 Created") && told.contains("090****4321"), "{told}");
    // Wrong ones are told to whoever sent them, not to the log.
    let mut wrong = event("two", CALLER);
    wrong["caller"] = json!(format!("{CALLER}\n"));
    wrong["at"] = json!("never");
    assert!(served.ask(&head("/v1/calls"), &wrong.to_string()).contains("422"));
    let forgotten = succeed(data.path(), &["forget", "--caller", CALLER]);
    assert!(forgotten.contains("090****4321: erased in 1 call; the call stays"), "{forgotten}");
    let log = served.log_to_the_end();
    assert!(log.contains("stopping"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret) && !told.contains(SECRETS[0]), "{secret} in {log}");
    }
    // Without a service the command opens the store itself.
    assert!(succeed(data.path(), &["forget", "--caller", CALLER]).contains("erased in 0 calls"));
    let judged = succeed(data.path(), &["calls", "rejudge", "--pool", "clinic-main", "--dry-run"]);
    assert!(judged.contains("1 call judged by rule version 1: 0 would change"), "{judged}");
}

async fn no_file_has_the_number(app: &TestApp, directory: &Path) {
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let keyed = axum::http::Request::post("/v1/calls")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", CALLER);
    let told = app.send(keyed.body(event("one", CALLER).to_string().into()).expect("a request")).await;
    assert_eq!(told.status.as_u16(), 201, "{}", told.text());
    let id = told.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(app.call(&token, &id).await.json()["caller"], "09087654321");
    for secret in [SECRETS[0], SECRETS[1], SECRETS[3]] {
        assert_eq!(found_in(directory, secret), [""; 0], "{secret}");
    }
    // What was looked for can be found: the transcript is no number.
    assert!(!found_in(directory, SECRETS[2]).is_empty());
}

async fn forgetting_erases_who_called_and_what_was_said_and_leaves_the_calls(on: On) {
    let app = on.clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let mut ids = Vec::new();
    for (id, number) in [("one", "050-3111-0001"), ("two", "050-3222-0001"), ("three", "03-9999-0000")] {
        let mut told = event(id, CALLER);
        told["number"] = json!(number);
        ids.push(app.tell(&token, &told).await.json()["id"].as_str().expect("an id").to_owned());
    }
    let other = app.tell(&token, &event("other", "090-0000-0001")).await.json();
    assert_eq!(
        forget(&app, "+81 90 8765 4321").await,
        ["090****4321: erased in 3 calls; the calls stay, without who called and what was said"]
    );
    for id in &ids {
        let record = app.call(&token, id).await.json();
        for gone in ["caller", "caller_masked", "caller_key", "recording_url", "transcript"] {
            assert_eq!(record[gone], Value::Null, "{gone}");
        }
        assert_eq!((&record["talk_seconds"], &record["valid"]), (&json!(60), &json!(true)));
        assert!(record["erased_at"].is_string());
    }
    let kept = app.call(&token, other["id"].as_str().expect("an id")).await.json();
    assert_eq!((&kept["caller"], &kept["transcript"]), (&json!("09000000001"), &json!("said on the phone")));
    // What is told late does not bring the caller back.
    let late = app.tell(&token, &event("one", CALLER)).await.json();
    assert_eq!((&late["caller_masked"], &late["transcript"]), (&Value::Null, &Value::Null));
    assert_eq!(forget(&app, CALLER).await.len(), 1);
    assert!(forget(&app, CALLER).await[0].contains("erased in 0 calls"));
    // The audit log has that somebody was forgotten, and not whom.
    let log = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log").join("\n");
    assert!(log.contains("forget: one caller  done") && log.contains("caller forgotten: a caller  done"), "{log}");
    for secret in [SECRETS[0], SECRETS[1], SECRETS[3], "****"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

async fn forgetting_reaches_calls_of_pools_that_are_configured_no_more(on: On) {
    let app = on.clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let told = app.tell(&token, &event("one", CALLER)).await.json();
    let empty = Command::Apply { document: String::new(), dry_run: false, prune: true };
    app.command(empty).await.expect("applied");
    assert!(forget(&app, CALLER).await[0].contains("erased in 1 call; the call stays"));
    let record = app.call(&token, told["id"].as_str().expect("an id")).await.json();
    assert_eq!(record["caller_masked"], Value::Null);
}

async fn forgetting_leaves_no_note_of_calls_that_are_to_be_judged_again(on: On) {
    let app = on.clinic().await;
    let repeating = http_support::CLINIC
        .replace("overflow = \"050-3111-9999\"", "overflow = \"050-3111-9999\"\nrecords = { repeat_caller_days = 30 }");
    app.apply(&repeating).await.expect("applied");
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    // The last one to be told of is the first of more calls than one event makes be judged again.
    for minute in (0..40).rev() {
        let mut told = event(&format!("of-minute-{minute}"), CALLER);
        told["began_at"] = json!(format!("2026-11-20T05:{minute:02}:00Z"));
        assert_eq!(app.tell(&token, &told).await.status.as_u16(), 201);
    }
    let store = &app.service.store;
    let notes = async || -> Vec<Document> {
        let kept = store.documents(DocumentKind::Installation, "rejudge.", "rejudge/", false, 10).await;
        kept.expect("an answer")
    };
    let caller = app.service.calls.callers().key_of(CALLER).expect("a caller");
    assert!(notes().await.iter().any(|note| note.text.contains(&caller)));
    let unreadable = store.put_document(DocumentKind::Installation, "rejudge.of-somebody", None, "{}", None).await;
    assert_eq!(unreadable, Ok(true));
    forget(&app, CALLER).await;
    assert_eq!(notes().await, []);
    assert_eq!(app.service.calls.judge_left().await, Ok(0));
}

async fn records_go_when_their_pool_keeps_them_no_longer(on: On) {
    let app = on.clinic().await;
    let keeping = http_support::CLINIC
        .replace("overflow = \"050-3111-9999\"", "overflow = \"050-3111-9999\"\nrecords = { keep_days = 30 }");
    app.apply(&keeping).await.expect("applied");
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let id = |told: &Value| told["id"].as_str().expect("an id").to_owned();
    let old = id(&app.tell(&token, &event("old", CALLER)).await.json());
    let mut elsewhere = event("elsewhere", CALLER);
    elsewhere["number"] = json!("050-3222-0001");
    let elsewhere = id(&app.tell(&token, &elsewhere).await.json());
    app.advance(20 * 86_400);
    let young = id(&app.tell(&token, &event("young", CALLER)).await.json());
    app.advance(10 * 86_400 + 1);
    sweeper::forget(app.service.store.as_ref(), &app.service.calls).await.expect("swept");
    app.call(&token, &old).await.problem(404, "unknown-call");
    for kept in [young, elsewhere] {
        assert_eq!(app.call(&token, &kept).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn hashed_numbers_are_shown_to_nobody_and_recognised_all_the_same() {
    let app = TestApp::clinic().await;
    let callers = Arc::new(CallerKeys::new(&[7; 32], Keeping::Hashed));
    let desk = CallDesk::new(Arc::clone(&app.service.store), Arc::clone(&app.service.live), callers);
    let caller = desk.callers().read(CALLER).caller.expect("a caller");
    assert_eq!((caller.sealed.as_ref(), desk.callers().shown(&caller)), (None, None));
    assert_eq!(Some(caller.key), app.service.calls.callers().key_of(CALLER));
}

#[tokio::test]
async fn a_copy_with_another_key_is_refused_in_a_sentence() {
    let app = TestApp::clinic().await;
    app.service.calls.be_sure_of_key().await.expect("the first key is the installation's");
    let callers = Arc::new(CallerKeys::new(&[8; 32], Keeping::Encrypted));
    let desk = CallDesk::new(Arc::clone(&app.service.store), Arc::clone(&app.service.live), callers);
    match desk.be_sure_of_key().await {
        Err(StoreError::Unsuitable(why)) => {
            assert!(why.contains("give it the file calls.key_file of the others"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    desk.adopt_key().await.expect("adopted");
    desk.be_sure_of_key().await.expect("it is the installation's now");
}
