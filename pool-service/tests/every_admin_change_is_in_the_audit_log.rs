//! Whoever changes something is in the audit log, with what they wanted and how it ended, before it is done; nothing secret
//! stands there; and what cannot be noted is not done.

mod http_support;
mod support;

use http_support::{CLINIC, TestApp, operator};
use pool_service::{
    admin::{
        Command,
        import::{Wanted, columns, form::Form},
    },
    store::{
        Store, StoreError,
        clock::ManualClock,
        records::RecordStore,
        redis::{RedisClock, RedisStore},
        relay::Relay,
    },
};
use serde_json::Value;
use std::sync::{Arc, Mutex, atomic::Ordering};
use support::{START, redis_server::RedisServer, unique};

/// The log over HTTP, newest first.
async fn log(app: &TestApp, query: &str) -> Value {
    let token = app.token(&["admin"], &[]).await;
    read(app, &token, query).await
}

async fn read(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.get(&format!("/v1/audit{query}"), &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn apply(document: &str, dry_run: bool) -> Command {
    Command::Apply { document: document.to_owned(), dry_run, prune: false }
}

/// One of each command that changes something, with its name in the log.
fn changes(token: &str) -> Vec<(Command, &'static str)> {
    let create = |name: &str| Command::CreateToken {
        name: name.to_owned(),
        scopes: vec!["calls:read".to_owned()],
        sites: vec![],
        expires_after_seconds: None,
    };
    vec![
        (apply(CLINIC, false), "apply"),
        (create("pbx"), "token create"),
        (Command::RotateToken { id: token.to_owned(), grace_seconds: 60 }, "token rotate"),
        (Command::RevokeToken { id: token.to_owned() }, "token revoke"),
        (Command::RotateKeys { after_seconds: 60 }, "keys rotate"),
        (Command::RetireKey { id: "none".to_owned(), at_once: false }, "keys retire"),
        (Command::AdvanceClock { seconds: 1 }, "clock advance"),
    ]
}

fn id(token: &str) -> String {
    token.split('_').nth(1).expect("an id").to_owned()
}

#[tokio::test]
async fn every_change_is_there_with_who_and_how_it_ended() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    for (command, action) in changes(&id(&token)) {
        let answer = app.command(command).await;
        // Asking makes a token, which is the newest change then.
        let entry = log(&app, "?limit=2").await["entries"][1].clone();
        assert_eq!(entry["action"], action, "{entry}");
        assert_eq!(entry["by"]["name"], "tester", "{entry}");
        assert_eq!(entry["by"]["via"], "command_line", "{entry}");
        assert_eq!(entry["outcome"], if answer.is_ok() { "done" } else { "refused" }, "{entry}");
        assert!(!entry["asked"].as_str().expect("text").is_empty(), "{entry}");
    }
}

#[tokio::test]
async fn an_import_with_bad_lines_is_not_called_refused() {
    let app = TestApp::clinic().await;
    let file = app.directory.path().join("log.csv");
    std::fs::write(&file, "number,started\n050-3111-0001,2026-11-20 14:31\nnobody,2026-11-20 14:31\n").expect("a file");
    let columns = columns::parse("number=number,started=started").expect("a mapping");
    let form = Form { columns, zone: Some("Asia/Tokyo".to_owned()), ..Form::default() };
    let wanted = Wanted { file, source: "carrier-x".to_owned(), form, dry_run: false, errors: None };
    app.advance(1);
    app.command(Command::ImportCalls(wanted)).await.expect_err("a line cannot be read");
    // Asking makes a token, which is the newest change then.
    app.advance(1);
    let entry = log(&app, "?limit=2").await["entries"][1].clone();
    assert_eq!((&entry["action"], &entry["outcome"]), (&"calls import".into(), &"done".into()), "{entry}");
    let lines = entry["lines"].as_array().expect("lines");
    assert!(lines[0].as_str().is_some_and(|line| line.contains("1 call kept")), "{entry}");
    assert!(lines[1].as_str().is_some_and(|line| line.contains("1 line could not be read")), "{entry}");
}

#[tokio::test]
async fn no_caller_of_a_log_is_there() {
    let app = TestApp::clinic().await;
    let file = app.directory.path().join("log.csv");
    std::fs::write(&file, "2026-11-20 14:31,090-1234-5678,+81 90 1234 5678 x\n").expect("a file");
    let import = async |map: &str, header: bool| {
        let columns = columns::parse(map).expect("a mapping");
        let form = Form { columns, zone: Some("Asia/Tokyo".to_owned()), header, ..Form::default() };
        let wanted = Wanted { file: file.clone(), source: "carrier-x".to_owned(), form, dry_run: false, errors: None };
        http_support::findings(app.command(Command::ImportCalls(wanted)).await).join("\n")
    };
    // Whoever forgot that there is no header, or took one column for another, is told what stands there.
    let told = import("started=started,number=#2", true).await;
    assert!(told.contains("there are 2026-11-20 14:31, 090-1234-5678"), "{told}");
    for map in ["started=#2,number=#2", "started=#1,number=#3"] {
        let told = import(map, false).await;
        assert!(told.contains("1234"), "{told}");
    }
    let log = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log").join("\n");
    assert!(log.matches("calls import: ").count() == 3 && log.contains("1 line could not be read"), "{log}");
    assert!(!log.contains("1234-5678") && !log.contains("1234 5678"), "{log}");
}

#[tokio::test]
async fn what_only_reads_is_not_there() {
    let app = TestApp::clinic().await;
    let before = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log");
    app.command(apply(CLINIC, true)).await.expect("a plan");
    app.command(Command::ListTokens).await.expect("a list");
    app.command(Command::ListKeys).await.expect("a list");
    let after = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log");
    assert_eq!(before, after);
    assert!(before[0].contains("tester (command line)  apply: ") && before[0].ends_with("  done"), "{before:?}");
}

#[tokio::test]
async fn no_secret_stands_in_it() {
    let app = TestApp::clinic().await;
    let token = app.token(&["admin"], &[]).await;
    let rotated =
        app.command(Command::RotateToken { id: id(&token), grace_seconds: 60 }).await.expect("a secret").remove(0);
    let log = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log").join("\n");
    assert!(log.contains(&format!("token {}", id(&token))), "{log}");
    for text in [token, rotated] {
        let secret = text.splitn(3, '_').nth(2).expect("a secret");
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_done() {
    let app = TestApp::clinic().await;
    app.is_cut.store(true, Ordering::Relaxed);
    let stands = app.clock.now();
    app.command(Command::AdvanceClock { seconds: 1 }).await.expect_err("the store is away");
    assert_eq!(app.clock.now(), stands, "a change that needs no store is not done either");
    // Nor if the store does all but keep the entry.
    app.is_cut.store(false, Ordering::Relaxed);
    let store = Arc::new(WithoutDocuments(Arc::clone(&app.service.store)));
    let app = app.in_front(store).await;
    app.command(Command::AdvanceClock { seconds: 1 }).await.expect_err("it cannot be noted");
    assert_eq!(app.clock.now(), stands);
}

/// A store that keeps no documents.
struct WithoutDocuments(Arc<dyn Store>);

impl Relay for WithoutDocuments {
    fn behind(&self) -> Result<&dyn Store, StoreError> {
        Ok(self.0.as_ref())
    }

    fn records(&self) -> Result<&dyn RecordStore, StoreError> {
        Err(StoreError::Unavailable("it keeps no documents".to_owned()))
    }
}

#[tokio::test]
async fn a_change_whose_end_cannot_be_noted_stays_as_begun() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    let told = Mutex::new(Vec::new());
    // The rotation says what it did once it is done: then the store goes away.
    let progress = |line: String| {
        app.is_cut.store(true, Ordering::Relaxed);
        told.lock().expect("no panic").push(line);
    };
    let command = Command::RotateToken { id: id(&token), grace_seconds: 60 };
    app.office.carry_out(&command, &operator(), &progress).await.expect_err("the store is away");
    app.is_cut.store(false, Ordering::Relaxed);
    let listed = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log");
    let last = listed.last().expect("an entry");
    assert!(last.contains("token rotate") && last.ends_with("  begun"), "{listed:?}");
    let told = told.lock().expect("no panic").join("\n");
    assert!(told.contains("but not how it ended"), "{told}");
}

#[tokio::test]
async fn pages_follow_each_other_and_miss_nothing() {
    let app = TestApp::clinic().await;
    let token = app.token(&["admin"], &[]).await;
    for _ in 0..7 {
        app.command(Command::AdvanceClock { seconds: 60 }).await.expect("it moves");
    }
    let all = read(&app, &token, "?limit=500").await["entries"].as_array().expect("entries").clone();
    assert!(all.len() >= 9, "{all:?}");
    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = read(&app, &token, &format!("?limit=3&to=2027-01-01T00:00:00Z{after}")).await;
        seen.extend(page["entries"].as_array().expect("entries").iter().cloned());
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    assert_eq!(pages, all.len().div_ceil(3));
    // As a form sends it: what is empty is left out.
    let empty = read(&app, &token, "?limit=500&from=&to=&after=").await;
    assert_eq!(empty["entries"].as_array().expect("entries"), &all);
    let later = read(&app, &token, "?from=2100-01-01T00:00:00Z").await;
    assert!(later["entries"].as_array().expect("entries").is_empty());
}

/// Many changes within one millisecond, of which each says by how much.
async fn changes_stand_in_their_order(app: TestApp) {
    app.apply(CLINIC).await.expect("a valid document");
    let token = app.token(&["admin"], &[]).await;
    for place in 0..50_u64 {
        let change = Command::RetireKey { id: format!("no-such-key-{place}"), at_once: false };
        app.command(change).await.expect_err("there is none");
    }
    let asked: Vec<String> = (0..50).map(|place| format!("keys retire: no-such-key-{place}  refused")).collect();
    let listed = app.command(Command::ListAudit { from: None, until: None }).await.expect("a log");
    let listed: Vec<&str> =
        listed.iter().filter_map(|line| Some(&line[line.find("keys retire: no-such")?..])).collect();
    assert_eq!(listed, asked);
    let pages = [read(&app, &token, "?limit=30").await, {
        let next = read(&app, &token, "?limit=30").await["next"].as_str().expect("more").to_owned();
        read(&app, &token, &format!("?limit=30&after={next}")).await
    }];
    let entries = pages.iter().flat_map(|page| page["entries"].as_array().expect("entries").clone());
    let told: Vec<String> =
        entries.filter(|entry| entry["action"] == "keys retire").map(|entry| entry["asked"].to_string()).collect();
    let newest_first: Vec<String> = (0..50).rev().map(|place| format!("\"no-such-key-{place}\"")).collect();
    assert_eq!(told, newest_first);
}

#[tokio::test]
async fn changes_of_one_millisecond_stand_in_the_order_in_which_they_were_made() {
    changes_stand_in_their_order(TestApp::empty().await).await;
    let clock = ManualClock::at(START);
    let store = RedisStore::connect(&RedisServer::shared().url(), &unique(), RedisClock::Manual(clock.clone())).await;
    changes_stand_in_their_order(TestApp::over(Arc::new(store.expect("a store")), clock).await).await;
}

#[tokio::test]
async fn only_an_administrator_of_all_sites_may_read_it() {
    let app = TestApp::clinic().await;
    for (scopes, sites, status) in
        [(["calls:read"], vec![], 403), (["admin"], vec!["clinic"], 403), (["admin"], vec![], 200)]
    {
        let token = app.token(&scopes, &sites).await;
        let answer = app.get("/v1/audit", &[("authorization", &format!("Bearer {token}"))]).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
    app.get("/v1/audit", &[]).await.problem(401, "invalid-token");
    for query in ["?limit=0", "?limit=501", "?limit=x", "?from=yesterday", "?after=nothing"] {
        let token = app.token(&["admin"], &[]).await;
        let answer = app.get(&format!("/v1/audit{query}"), &[("authorization", &format!("Bearer {token}"))]).await;
        answer.problem(422, "invalid-request");
    }
}
