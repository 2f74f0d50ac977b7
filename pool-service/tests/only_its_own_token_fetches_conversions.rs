//! `GET /v1/conversions/{target}.csv`: fetched with a token that can do nothing else, as bearer or as a password; only of
//! the token's sites; with what was left out; a long file in pieces, and never half a file that looks whole.

mod conversion_support;
mod http_support;

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use conversion_support::{Told, call, click, configured, keep};
use http_body_util::BodyExt;
use http_support::{Answer, CLINIC, TestApp};
use pool_service::{
    admin::Command,
    domain::{call::Call, ids::PoolId},
};
use serde_json::json;
use std::sync::atomic::Ordering;
use tower::ServiceExt;

const PHONE_CALL: &str = r#"
[[site.conversion]]
target = "google-ads"
name = "Phone call"
value = 5000
currency = "JPY"
days = 3

[[site.conversion]]
target = "yahoo"
name = "電話"
"#;
const HEAD: &str = "Parameters:TimeZone=Asia/Tokyo\n\
    Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency\n";
const GOOGLE: &str = "/v1/conversions/google-ads.csv";

/// It is half past two in the afternoon of 21 November in Tokyo.
async fn clinic(conversions: &str, calls: &[Call]) -> TestApp {
    let app = TestApp::empty().await;
    app.apply(&configured(CLINIC, conversions)).await.expect("a valid document");
    keep(app.service.store.as_ref(), calls).await;
    app
}

fn came(id: &str, gclid: &str, began_at: &str) -> Call {
    call(id, began_at).clicked(&[click("gclid", gclid, None)])
}

fn some() -> Vec<Call> {
    vec![
        came("1", "first", "2026-11-18T00:00:00+09:00"),
        came("2", "second", "2026-11-20T10:00:00+09:00"),
        came("3", "young", "2026-11-21T09:00:00+09:00"),
        came("4", "before", "2026-11-17T23:59:59+09:00"),
        call("5", "2026-11-20T11:00:00+09:00").clicked(&[click("yclid", "YSS.1000425224.a", None)]),
    ]
}

/// With a token of these scopes and sites.
async fn fetch(app: &TestApp, path: &str, scopes: &[&str], sites: &[&str]) -> Answer {
    let token = app.token(scopes, sites).await;
    app.get(path, &[("authorization", &format!("Bearer {token}"))]).await
}

#[tokio::test]
async fn the_last_days_come_without_asking_for_them() {
    let app = clinic(PHONE_CALL, &some()).await;
    let answer = fetch(&app, GOOGLE, &["conversions"], &["clinic"]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = "first,Phone call,2026-11-18 00:00:00,5000,JPY\nsecond,Phone call,2026-11-20 10:00:00,5000,JPY\n";
    assert_eq!(answer.text(), format!("{HEAD}{rows}"));
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = "attachment; filename=\"google-ads-2026-11-18-2026-11-21.csv\"";
    assert_eq!(answer.header("content-disposition"), Some(disposition));
    assert_eq!(
        (answer.header("cache-control"), answer.header("x-content-type-options")),
        (Some("no-store"), Some("nosniff"))
    );
    let told = (answer.header("x-hatsuban-conversions"), answer.header("x-hatsuban-left-out"));
    assert_eq!(told, (Some("2"), Some("no-id=1, too-recent=1")));
    // The call that was too young waits for the next file.
    app.advance(6 * 3_600);
    assert!(fetch(&app, GOOGLE, &["conversions"], &[]).await.text().contains("\nyoung,"));
}

#[tokio::test]
async fn days_and_sites_are_chosen() {
    let app = clinic(PHONE_CALL, &some()).await;
    let text = |query: &str| format!("{GOOGLE}?{query}");
    for (query, ids) in [
        ("from=2026-11-17&to=2026-11-17", &["before"][..]),
        ("from=2026-11-18&to=2026-11-18&site=clinic", &["first"]),
        ("from=2026-11-17T14:59:59Z&to=2026-11-20T10:00:00%2B09:00&site=&advertiser=", &["before", "first"]),
        // A day of another zone.
        ("from=2026-11-17&to=2026-11-17&zone=Etc/UTC", &["before", "first"]),
    ] {
        let answer = fetch(&app, &text(query), &["conversions"], &["clinic"]).await;
        let told = answer.text();
        let told: Vec<&str> = told.lines().skip(2).filter_map(|line| Some(line.split_once(',')?.0)).collect();
        assert_eq!(told, ids, "{query}");
    }
    for (query, said) in [
        ("from=yesterday", "from \"yesterday\" must be a date"),
        ("from=2026-11-19&to=2026-11-18", "from must lie before to"),
        ("zone=Tokyo", "zone \"Tokyo\" must be a name"),
        ("advertiser=nobody", "there is no advertiser \"nobody\""),
        ("form=2026-11-19", "There is no parameter \"form\""),
        ("token=hb_1_2", "There is no parameter \"token\""),
        ("site=shop", "site \"shop\" does not have a [[site.conversion]] with target = \"google-ads\""),
    ] {
        let answer = fetch(&app, &text(query), &["conversions"], &[]).await;
        let detail = answer.problem(422, "invalid-request");
        assert!(detail.contains(said), "{query}: {detail}");
    }
    fetch(&app, &text("site=nowhere"), &["conversions"], &[]).await.problem(404, "unknown-site");
    let answer = fetch(&app, "/v1/conversions/bing.csv", &["conversions"], &[]).await;
    assert!(answer.problem(404, "not-found").contains("google-ads.csv, yahoo.csv"));
    fetch(&app, "/v1/conversions/yahoo-display.csv", &["conversions"], &[]).await.problem(422, "invalid-request");
}

#[tokio::test]
async fn no_other_token_fetches_and_this_one_does_nothing_else() {
    let app = clinic(PHONE_CALL, &some()).await;
    for scope in ["route", "calls:read", "calls:write"] {
        let detail = fetch(&app, GOOGLE, &[scope], &[]).await.problem(403, "missing-scope");
        assert!(detail.contains("the scope conversions"), "{detail}");
    }
    for path in ["/v1/numbers/05031110001/attribution", "/v1/sites/clinic/tag"] {
        fetch(&app, path, &["conversions"], &[]).await.problem(403, "missing-scope");
    }
    fetch(&app, &format!("{GOOGLE}?site=clinic"), &["conversions"], &["shop"]).await.problem(403, "foreign-site");
    // Another site's conversions are as if they were not there.
    fetch(&app, GOOGLE, &["conversions"], &["shop"]).await.problem(422, "invalid-request");
}

#[tokio::test]
async fn a_platform_sends_the_token_as_a_password() {
    let app = clinic(PHONE_CALL, &some()).await;
    let token = app.token(&["conversions"], &["clinic"]).await;
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    for user in ["hatsuban", "", "x@example.jp"] {
        let answer = app.get(GOOGLE, &[("authorization", &basic(&format!("{user}:{token}")))]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let wrong = [
        basic(&format!("{token}:")),
        basic(&token),
        basic(&format!("u:{}x", &token[..token.len() - 1])),
        "Basic ~".to_owned(),
        "Bearer hb_0_0".to_owned(),
    ];
    for authorization in wrong {
        let answer = app.get(GOOGLE, &[("authorization", &authorization)]).await;
        answer.problem(401, "invalid-token");
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, ["Bearer realm=\"hatsuban\"", "Basic realm=\"hatsuban\", charset=\"UTF-8\""]);
    }
    app.get(GOOGLE, &[]).await.problem(401, "invalid-token");
}

#[tokio::test]
async fn each_file_says_its_encoding() {
    let app = clinic(PHONE_CALL, &some()).await;
    let answer = fetch(&app, "/v1/conversions/yahoo.csv", &["conversions"], &[]).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=Shift_JIS"));
    let (text, _, is_broken) = encoding_rs::SHIFT_JIS.decode(&answer.bytes);
    let row = "\"YSS.1000425224.a\",\"電話\",\"20261120 110000 Asia/Tokyo\",\"\",\"\"\r\n";
    assert!(!is_broken && text.ends_with(row), "{text}");
}

/// As many conversions of long names as a site may have: one call is eleven kilobytes.
fn many() -> (String, impl Iterator<Item = Call>) {
    let conversion = |at: usize| {
        let name = format!("{at:02}{}", "電".repeat(98));
        format!("[[site.conversion]]\ntarget = \"google-ads\"\nname = \"{name}\"\n")
    };
    let calls = (0..).map(|at| {
        came(&format!("{at}"), &format!("click-{at}"), &format!("2026-11-20T10:{:02}:{:02}Z", at / 60, at % 60))
    });
    ((0..32).map(conversion).collect(), calls)
}

#[tokio::test]
async fn a_long_file_comes_in_pieces_and_says_at_its_end_what_was_left_out() {
    let (conversions, calls) = many();
    let mut calls: Vec<Call> = calls.take(150).collect();
    calls.push(call("last", "2026-11-20T12:00:00Z"));
    let app = clinic(&conversions, &calls).await;
    let token = app.token(&["conversions"], &[]).await;
    let request = Request::get(GOOGLE).header("authorization", format!("Bearer {token}"));
    let response =
        app.routes.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    assert!(response.headers().contains_key("trailer") && !response.headers().contains_key("x-hatsuban-left-out"));
    let whole = response.into_body().collect().await.expect("a whole body");
    let trailers = whole.trailers().expect("trailers").clone();
    let text = String::from_utf8(whole.to_bytes().to_vec()).expect("UTF-8");
    assert!(text.len() > 1_024 * 1_024 && text.starts_with(HEAD));
    assert_eq!(text.lines().count(), 2 + 150 * 32);
    assert_eq!(trailers["x-hatsuban-conversions"], "4800");
    assert_eq!(trailers["x-hatsuban-left-out"], "no-id=32");
}

#[tokio::test]
async fn a_store_that_goes_away_breaks_the_file_off() {
    let (conversions, calls) = many();
    let app = clinic(&conversions, &calls.take(1_200).collect::<Vec<_>>()).await;
    let token = app.token(&["conversions"], &[]).await;
    let request = Request::get(GOOGLE).header("authorization", format!("Bearer {token}"));
    let response =
        app.routes.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let mut body = response.into_body();
    body.frame().await.expect("a first piece").expect("of bytes");
    app.is_cut.store(true, Ordering::Relaxed);
    body.collect().await.expect_err("it breaks off");
    // Before its first byte it is a problem.
    app.get(GOOGLE, &[("authorization", &format!("Bearer {token}"))]).await.problem(503, "store-unavailable");
}

#[tokio::test]
async fn calls_of_every_pool_and_of_none_are_told() {
    let on = |pool: PoolId, id: &str, at: &str| came(id, id, at).with(|call| call.pool = pool);
    let calls = [
        on(PoolId::parse("clinic-recruit").expect("an id"), "recruit", "2026-11-20T10:00:00Z"),
        on(PoolId::none(), "again", "2026-11-20T11:00:00Z"),
    ];
    let app = clinic(PHONE_CALL, &calls).await;
    let answer = fetch(&app, GOOGLE, &["conversions"], &[]).await;
    assert!(answer.text().contains("\nrecruit,") && answer.text().contains("\nagain,"), "{}", answer.text());
}

#[tokio::test]
async fn a_pools_calls_are_told_after_it_was_removed() {
    let app = clinic(PHONE_CALL, &[]).await;
    let begun =
        |pool: &str, number: &str| json!({"source": "sbc", "call_id": pool, "event": "begun", "number": number});
    let writer = app.token(&["calls:write"], &[]).await;
    for (pool, number) in [("clinic-recruit", "0078-6010-12345"), ("shop", "050-3222-0001")] {
        // Where there are calls is written down with the first one.
        assert_eq!(app.tell(&writer, &begun(pool, number)).await.status, 201);
        let of = |call: &mut Call| call.pool = PoolId::parse(pool).expect("an id");
        keep(app.service.store.as_ref(), &[came(pool, pool, "2026-11-20T10:00:00Z").with(of)]).await;
    }
    let only_main = configured(CLINIC, PHONE_CALL)
        .replace("  { id = \"recruit\", number = \"03-5550-0102\", pool = \"clinic-recruit\" },\n", "");
    let (before, after) = only_main.split_once("[[pool]]\nid = \"clinic-recruit\"").expect("the pool");
    let (_, after) = after.split_once("[[pool]]\nid = \"shop\"").expect("the next one");
    let document = format!("{before}[[pool]]\nid = \"shop\"{after}");
    let apply = Command::Apply { document, dry_run: false, prune: true };
    app.office.carry_out(&apply, &http_support::operator(), &|_| ()).await.expect("a valid document");
    let text = fetch(&app, GOOGLE, &["conversions"], &[]).await.text();
    // A pool of another site is not looked at.
    assert!(text.contains("\nclinic-recruit,") && !text.contains("\nshop,"), "{text}");
}
