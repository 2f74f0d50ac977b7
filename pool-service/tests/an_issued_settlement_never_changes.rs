//! A settlement that was issued stays as it is, letter for letter. What changes later of its calls is told by the next one,
//! once; and what was settled in all, corrections included, is what is known. A draft is not made of all calls of the portal.

mod http_support;

use http_support::{
    CLINIC, TestApp, findings,
    on::On,
    records::{As, call, keep, moment},
    watched::Watched,
};
use pool_service::{
    admin::{Command, Refused, settlement::Wanted},
    domain::{
        call::{Call, validity::Invalid},
        time::{Span, Timestamp},
    },
    store::Store,
};
use serde_json::Value;
use std::sync::Arc;

on_both_stores! {
    what_was_issued_stays_and_changes_are_told_by_the_next_one
    two_issues_at_once_tell_a_correction_once
    months_stay_those_of_one_zone
    a_settlement_is_a_table_too_and_its_issue_is_in_the_audit_log
    a_draft_reads_no_hour_without_its_calls
    a_token_sees_settlements_of_its_own_sites_only
}

const ADVERTISERS: &str = r#"
[[advertiser]]
id = "dentist"
name = "Dentist"

[[advertiser]]
id = "florist"
"#;

async fn app(on: On) -> TestApp {
    let app = on.empty().await;
    let document = format!("{CLINIC}{ADVERTISERS}")
        .replace(
            "id = \"clinic-main\"\nsite = \"clinic\"",
            "id = \"clinic-main\"\nsite = \"clinic\"\nadvertiser = \"dentist\"",
        )
        .replace("key = \"st_shop\"", "key = \"st_shop\"\nstatic = [{ POSTER }]")
        .replace(
            "POSTER",
            "number = \"050-3222-0009\", name = \"Poster\", destination = \"03-5550-0200\", advertiser = \"florist\"",
        );
    app.apply(&document).await.expect("a valid document");
    app
}

async fn keep_all(app: &TestApp, calls: &[Call]) {
    for call in calls {
        keep(&app.service.store, call).await;
    }
}

async fn settle(app: &TestApp, month: &str, issue: bool) -> Result<Vec<String>, Refused> {
    let wanted = Wanted {
        advertiser: "dentist".to_owned(),
        month: month.to_owned(),
        zone: None,
        usual_zone: "Asia/Tokyo".to_owned(),
        issue,
        csv: false,
    };
    app.command(Command::Settlement(wanted)).await
}

async fn told(app: &TestApp, query: &str) -> Value {
    let token = app.token(&["calls:read"], &[]).await;
    let path = format!("/v1/settlements?{query}");
    let answer = app.get(&path, &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["settlements"].clone()
}

async fn month(app: &TestApp, month: &str) -> Value {
    told(app, &format!("advertiser=dentist&month={month}")).await[0].clone()
}

fn ids(calls: &Value) -> Vec<&str> {
    calls.as_array().expect("calls").iter().map(|call| call["id"].as_str().expect("an id")).collect()
}

/// Month, change and id of each correction.
fn corrections(settlement: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = settlement["corrections"].as_array().expect("corrections").iter();
    rows.map(|row| {
        let call = if row["after"].is_null() { &row["before"] } else { &row["after"] };
        (text(&row["month"]), text(&row["change"]), text(&call["id"]))
    })
    .collect()
}

fn dentist(id: &str, at: &str) -> Call {
    call(id, moment(at)).for_advertiser("dentist")
}

/// October as Tokyo has it, with calls at its edges.
fn october() -> [Call; 6] {
    [
        dentist("first", "2026-09-30T15:00:00Z"),
        dentist("second", "2026-10-10T03:00:00Z"),
        dentist("short", "2026-10-11T03:00:00Z").talked(3).invalid(Invalid::TooShort),
        dentist("last", "2026-10-31T14:59:59Z").in_pool("none", Some("clinic")),
        dentist("november", "2026-10-31T15:00:00Z"),
        call("florist", moment("2026-10-10T04:00:00Z")).for_advertiser("florist"),
    ]
}

async fn what_was_issued_stays_and_changes_are_told_by_the_next_one(on: On) {
    let app = app(on).await;
    let calls = october();
    keep_all(&app, &calls).await;
    let [first, second, short, last, november, _] = &calls;
    let draft = month(&app, "2026-10").await;
    assert_eq!(draft["status"], "draft");
    let settled = [first, second, last].map(Call::record_id);
    assert_eq!(ids(&draft["calls"]), settled);
    assert_eq!(draft["totals"]["valid_calls"], 3);
    assert_eq!(draft["totals"]["talk_seconds"], 270);

    let lines = settle(&app, "2026-10", true).await.expect("an issue");
    assert!(lines[0].starts_with("settlement of dentist for 2026-10 (Asia/Tokyo): issued on 2026-11-"), "{lines:?}");
    assert!(lines.contains(&"to settle: 3 calls".to_owned()), "{lines:?}");
    let issued = month(&app, "2026-10").await;
    assert_eq!((&issued["status"], &issued["number"]), (&"issued".into(), &1.into()));
    assert_eq!(issued["issued_by"], "tester");
    let again = findings(settle(&app, "2026-10", true).await);
    assert!(again[0].starts_with("2026-10 of dentist was issued by tester"), "{again:?}");

    // One counts no more, one counts now, one lasted longer, one was judged by a newer rule, and one is told late.
    let mut newer = last.clone();
    newer.validity.as_mut().expect("a judgement").rule_version = 2;
    let late = dentist("late", "2026-10-20T00:00:00Z");
    let short_counts = dentist("short", "2026-10-11T03:00:00Z").talked(3);
    let changed =
        [first.clone().invalid(Invalid::RepeatCaller), short_counts, second.clone().talked(600), newer, late.clone()];
    keep_all(&app, &changed).await;
    assert_eq!(month(&app, "2026-10").await, issued);
    let next = month(&app, "2026-11").await;
    assert_eq!(ids(&next["calls"]), [november.record_id()]);
    let row = |month: &str, change: &str, call: &Call| (month.to_owned(), change.to_owned(), call.record_id());
    let expected = [
        row("2026-10", "removed", first),
        row("2026-10", "changed", second),
        row("2026-10", "added", short),
        row("2026-10", "added", &late),
    ];
    assert_eq!(corrections(&next), expected);
    assert_eq!(next["corrections"][0]["reasons"], serde_json::json!(["repeat_caller"]));
    let change = &next["corrections"][1];
    assert_eq!((&change["before"]["talk_seconds"], &change["after"]["talk_seconds"]), (&90.into(), &600.into()));
    assert_eq!(next["totals"]["settled_calls"], 2);

    // The month is not over; once it is, the corrections are told with it, and never again.
    let early = findings(settle(&app, "2026-11", true).await);
    assert_eq!(early, ["2026-11 is not over in Asia/Tokyo: it can be issued from 2026-12-01T00:00:00+09:00 on"]);
    app.advance(15 * 86_400);
    settle(&app, "2026-11", true).await.expect("an issue");
    assert_eq!(corrections(&month(&app, "2026-11").await), expected);
    assert_eq!(corrections(&month(&app, "2026-12").await), []);
    assert_eq!(month(&app, "2026-10").await, issued);

    // It counts again after all; and another one whose record was erased stays settled.
    keep_all(&app, std::slice::from_ref(first)).await;
    let store = &app.service.store;
    let revision = store.call(&late.pool, &late.key).await.expect("an answer").expect("the call").revision;
    assert!(store.remove_call(&late.pool, &late.key, revision).await.expect("an answer"));
    assert_eq!(corrections(&month(&app, "2026-12").await), [row("2026-10", "added", first)]);
    let list = told(&app, "advertiser=dentist").await;
    let months: Vec<&str> =
        list.as_array().expect("two").iter().map(|one| one["month"].as_str().expect("one")).collect();
    assert_eq!(months, ["2026-10", "2026-11"]);
    assert!(list[0]["calls"].is_null() && list[0]["totals"] == issued["totals"]);
}

async fn two_issues_at_once_tell_a_correction_once(on: On) {
    let app = app(on).await;
    let calls = october();
    keep_all(&app, &calls).await;
    settle(&app, "2026-10", true).await.expect("an issue");
    keep_all(&app, &[calls[0].clone().invalid(Invalid::Test)]).await;
    let (august, september) = tokio::join!(settle(&app, "2026-08", true), settle(&app, "2026-09", true));
    august.expect("an issue");
    september.expect("an issue");
    let mut told = corrections(&month(&app, "2026-08").await);
    told.extend(corrections(&month(&app, "2026-09").await));
    assert_eq!(told, [("2026-10".to_owned(), "removed".to_owned(), calls[0].record_id())]);
}

async fn months_stay_those_of_one_zone(on: On) {
    let app = app(on).await;
    keep_all(&app, &october()).await;
    let berlin = told(&app, "advertiser=dentist&month=2026-10&zone=Europe/Berlin").await;
    assert_eq!((&berlin[0]["zone"], &berlin[0]["totals"]["valid_calls"]), (&"Europe/Berlin".into(), &3.into()));
    settle(&app, "2026-10", true).await.expect("an issue");
    let token = app.token(&["calls:read"], &[]).await;
    let path = "/v1/settlements?advertiser=dentist&month=2026-11&zone=Europe/Berlin";
    let answer = app.get(path, &[("authorization", &format!("Bearer {token}"))]).await;
    let detail = answer.problem(422, "invalid-request");
    assert!(detail.starts_with("dentist is settled by months of Asia/Tokyo"), "{detail}");
}

async fn a_settlement_is_a_table_too_and_its_issue_is_in_the_audit_log(on: On) {
    let app = app(on).await;
    keep_all(&app, &october()).await;
    settle(&app, "2026-10", false).await.expect("a draft");
    settle(&app, "2026-10", true).await.expect("an issue");
    let token = app.token(&["calls:read"], &[]).await;
    let path = "/v1/settlements?advertiser=dentist&month=2026-10&format=csv";
    let text = app.get(path, &[("authorization", &format!("Bearer {token}"))]).await.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("kind,month,id,began_at,began_at_local,number,talk_seconds"), "{text}");
    let first = &october()[0];
    let expected =
        format!("call,2026-10,{},2026-10-01T00:00:00+09:00,2026-10-01 00:00:00,05031110001,90,,1,", first.record_id());
    assert_eq!(lines[1], expected);
    let audit = app.command(Command::ListAudit { from: None, until: None }).await.expect("the log");
    let issues = audit.iter().filter(|line| line.contains("settlement issue")).count();
    assert_eq!(issues, 1, "{audit:?}");
}

async fn a_draft_reads_no_hour_without_its_calls(on: On) {
    let app = app(on).await;
    let watched = Arc::new(Watched::new(Arc::clone(&app.service.store)));
    let app = app.in_front(Arc::clone(&watched) as Arc<dyn Store>).await;
    let hour = |number: u64| moment("2026-10-10T00:00:00Z") + Span::from_seconds(number * 3_600);
    let others = (0..200).map(|number| call(&format!("o{number}"), hour(number)).for_advertiser("florist"));
    let calls = [dentist("first", "2026-10-10T20:10:00Z"), dentist("second", "2026-10-14T07:59:59Z")];
    keep_all(&app, &others.chain(calls).collect::<Vec<_>>()).await;
    let before = month(&app, "2026-10").await;
    assert_eq!(ids(&before["calls"]).len(), 2, "{before}");
    let token = app.token(&["calls:read"], &[]).await;
    let path = "/v1/reports/calls?from=2026-10-01&to=2026-10-31";
    assert_eq!(app.get(path, &[("authorization", &format!("Bearer {token}"))]).await.status, 200);
    watched.seen();
    assert_eq!(month(&app, "2026-10").await, before);
    let mut read: Vec<Timestamp> = watched.seen().ranges.iter().map(|range| range.from).collect();
    read.dedup();
    assert_eq!(read, [20, 103].map(hour));
}

async fn a_token_sees_settlements_of_its_own_sites_only(on: On) {
    let app = app(on).await;
    keep_all(&app, &october()).await;
    let ask_of = async |month: &str, sites: &[&str], advertiser: &str| {
        let token = app.token(&["calls:read"], sites).await;
        let path = format!("/v1/settlements?advertiser={advertiser}&month={month}");
        app.get(&path, &[("authorization", &format!("Bearer {token}"))]).await
    };
    let ask = async |sites: &[&str], advertiser: &str| ask_of("2026-10", sites, advertiser).await;
    assert_eq!(ask(&["clinic"], "dentist").await.status, 200);
    ask(&["shop"], "dentist").await.problem(403, "foreign-site");
    ask(&["clinic"], "nobody").await.problem(403, "foreign-site");
    assert_eq!(ask_of("2026-09", &["shop"], "florist").await.status, 200, "a poster is a number, too");
    ask_of("2026-09", &["clinic"], "florist").await.problem(403, "foreign-site");
    let detail = ask(&[], "nobody").await.problem(422, "invalid-request");
    assert_eq!(detail, "there is no advertiser nobody.");
    // One of its calls came to another site.
    let moved = dentist("moved", "2026-10-15T00:00:00Z").in_pool("shop", Some("shop"));
    keep_all(&app, &[moved]).await;
    ask(&["clinic"], "dentist").await.problem(403, "foreign-site");
    assert_eq!(ask(&["clinic", "shop"], "dentist").await.status, 200);
}
