//! Pages of `GET /v1/calls` together are the whole list, in order and without gaps or repetitions, over several pools and in
//! both directions, while new calls come; and only calls that are asked for are on them. Exports have the same calls.

mod http_support;

use http_support::{
    Answer, TestApp,
    on::On,
    records::{As, call, keep, moment},
};
use pool_service::domain::{
    call::{Call, validity::Invalid},
    time::{Span, Timestamp},
};
use serde_json::Value;

on_both_stores! {
    pages_are_the_whole_while_calls_come
    exports_are_the_whole_in_the_same_order
    only_calls_that_are_asked_for_are_listed
    fields_are_those_that_were_asked_for
}

const POOLS: [(&str, Option<&str>); 4] =
    [("clinic-main", Some("clinic")), ("clinic-recruit", Some("clinic")), ("shop", Some("shop")), ("none", None)];

async fn ask(app: &TestApp, token: &str, query: &str) -> Answer {
    app.get(&format!("/v1/calls?{query}"), &[("authorization", &format!("Bearer {token}"))]).await
}

fn ids(page: &Value) -> Vec<String> {
    let calls = page["calls"].as_array().expect("calls");
    calls.iter().map(|call| call["id"].as_str().expect("an id").to_owned()).collect()
}

/// Calls of all pools; many begin at the same moment.
fn many() -> Vec<Call> {
    let start = moment("2026-11-21T00:00:00Z");
    (0..97_u64)
        .map(|number| {
            let (pool, site) = POOLS[usize::try_from(number * 7 % 11).expect("small") % POOLS.len()];
            call(&format!("c{number}"), start + Span::from_seconds(number * 13 % 17)).in_pool(pool, site)
        })
        .collect()
}

async fn whole(app: &TestApp, calls: &[Call]) {
    for call in calls {
        keep(&app.service.store, call).await;
    }
}

fn in_order(calls: &[Call]) -> Vec<String> {
    let mut sorted: Vec<&Call> = calls.iter().collect();
    sorted.sort_by_key(|call| (call.began_at(), call.pool.clone(), call.key.to_string()));
    sorted.into_iter().map(Call::record_id).collect()
}

async fn pages_are_the_whole_while_calls_come(on: On) {
    let calls = many();
    for (order, limit) in [("oldest", 1), ("oldest", 10), ("newest", 1), ("newest", 7), ("newest", 200)] {
        let app = on.clinic().await;
        let token = app.token(&["calls:read"], &[]).await;
        whole(&app, &calls).await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        let mut page_number = 0_u64;
        loop {
            let answer = ask(&app, &token, &format!("order={order}&limit={limit}&cursor={cursor}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            let found = ids(&page);
            assert!(found.len() <= limit);
            seen.extend(found);
            // New ones before, after, and at the same moments as those that are listed.
            for at in ["2026-11-20T00:00:00Z", "2026-11-21T00:00:08Z", "2026-11-22T00:00:00Z"] {
                let (pool, site) = POOLS[usize::try_from(page_number).expect("small") % POOLS.len()];
                keep(
                    &app.service.store,
                    &call(&format!("new-{page_number}-{}", &at[8..10]), moment(at)).in_pool(pool, site),
                )
                .await;
            }
            page_number += 1;
            let Some(next) = page["next"].as_str() else { break };
            cursor = next.to_owned();
            assert!(page_number < 1_000, "the list does not end");
        }
        let mut expected = in_order(&calls);
        if order == "newest" {
            expected.reverse();
        }
        let old: Vec<String> = seen.iter().filter(|id| expected.contains(id)).cloned().collect();
        assert_eq!(old, expected, "{order} {limit}");
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), seen.len(), "{order} {limit}: a call twice");
    }
}

/// More calls of one pool than are read at once, and more at one moment. Names sort by their bytes, whatever language the
/// store's machine speaks.
fn very_many() -> Vec<Call> {
    let start = moment("2026-11-21T00:00:00Z");
    (0..1_100_u64)
        .map(|number| {
            let name = match number % 4 {
                0 => format!("c{number}"),
                1 => format!("C{number}"),
                2 => format!("c-{number}"),
                _ => format!("C_{number}"),
            };
            let (pool, site) = if number % 10 == 0 { POOLS[2] } else { POOLS[0] };
            call(&name, start + Span::from_seconds(number * 13 % 3)).in_pool(pool, site)
        })
        .collect()
}

async fn exports_are_the_whole_in_the_same_order(on: On) {
    let app = on.clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    let calls = very_many();
    whole(&app, &calls).await;
    let authorization = format!("Bearer {token}");
    let mut expected = in_order(&calls);
    for order in ["oldest", "newest"] {
        let ask = async |format: &str| {
            let path = format!("/v1/calls.{format}?fields=id&order={order}");
            app.get(&path, &[("authorization", &authorization)]).await.text()
        };
        let csv = ask("csv").await;
        assert_eq!(csv.lines().skip(1).collect::<Vec<_>>(), expected, "CSV, {order}");
        let ndjson = ask("ndjson").await;
        let id = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["id"].as_str().map(str::to_owned);
        assert_eq!(ndjson.lines().filter_map(id).collect::<Vec<_>>(), expected, "NDJSON, {order}");
        expected.reverse();
    }
}

async fn only_calls_that_are_asked_for_are_listed(on: On) {
    let app = on.clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    let at = |text: &str| moment(&format!("2026-11-21T{text}Z"));
    let calls = [
        call("ad", at("01:00:00")).clicked("gclid", "abc").by("google-ads").first_by("organic"),
        call("meta", at("02:00:00")).clicked("fbclid", "def").by("meta").for_advertiser("dentist"),
        call("missed", at("03:00:00")).missed(),
        call("short", at("14:59:59")).invalid(Invalid::TooShort),
        call("shop", at("15:00:00")).in_pool("shop", Some("shop")),
        call("stray", at("16:00:00")).in_pool("none", None),
    ];
    whole(&app, &calls).await;
    for (query, expected) in [
        ("", vec!["ad", "meta", "missed", "short", "shop", "stray"]),
        ("site=shop", vec!["shop"]),
        ("site=shop,clinic&valid=true", vec!["ad", "meta", "shop"]),
        ("pool=clinic-main&valid=false", vec!["missed", "short"]),
        ("pool=none", vec!["stray"]),
        ("advertiser=dentist", vec!["meta"]),
        ("channel=google-ads", vec!["ad"]),
        ("channel=organic", vec![]),
        ("channel=organic&touch=first", vec!["ad"]),
        ("has_click_id=true", vec!["ad", "meta"]),
        ("has_click_id=gclid", vec!["ad"]),
        ("has_click_id=false&valid=true", vec!["shop", "stray"]),
        ("attribution=certain,likely", vec!["ad", "meta"]),
        ("attribution=none&state=ended&valid=true", vec!["shop", "stray"]),
        ("state=begun,ringing,answered", vec![]),
        // Days of Tokyo, which is what is meant if nothing is said.
        ("to=2026-11-21", vec!["ad", "meta", "missed", "short"]),
        ("from=2026-11-22", vec!["shop", "stray"]),
        ("from=2026-11-22&zone=UTC", vec![]),
        ("from=2026-11-21&to=2026-11-21&zone=Europe/Berlin", vec!["ad", "meta", "missed", "short", "shop", "stray"]),
        ("from=2026-11-21T02:00:00Z&to=2026-11-21T12:00:00+09:00", vec!["meta"]),
        ("from=2026-11-21T02:00:00Z&to=2026-11-21T12:00:00%2B09:00", vec!["meta"]),
        ("site=&pool=&valid=&from=", vec!["ad", "meta", "missed", "short", "shop", "stray"]),
    ] {
        let answer = ask(&app, &token, &format!("order=oldest&{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let named: Vec<String> =
            calls.iter().filter(|call| expected.contains(&call.key.id.as_str())).map(Call::record_id).collect();
        assert_eq!(ids(&answer.json()), named, "{query}");
        assert!(answer.json()["next"].is_null());
    }
}

async fn fields_are_those_that_were_asked_for(on: On) {
    let app = on.clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    keep(&app.service.store, &call("one", Timestamp::from_millis(1_795_000_000_000))).await;
    let page = ask(&app, &token, "fields=id").await.json();
    assert_eq!(page["calls"][0].as_object().expect("a call").keys().collect::<Vec<_>>(), ["id"]);
    let detail = ask(&app, &token, "fields=id,colour").await.problem(400, "unknown-choice");
    assert!(detail.starts_with("fields: there is no \"colour\"; there are ") && detail.contains(", id,"), "{detail}");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_a_sentence() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    for (query, status, kind, part) in [
        ("cursor=x", 400, "invalid-cursor", "cursor must be a `next`"),
        ("cursor=WzEsIm8iLDEsIm1haW4iLCJhL2IiXQ", 400, "invalid-cursor", "the other order"),
        ("limit=0", 422, "invalid-request", "limit must be 1 to 200."),
        ("limit=201", 422, "invalid-request", "limit must be 1 to 200."),
        ("chanel=x", 422, "invalid-request", "There is no parameter \"chanel\"; there are site, pool"),
        ("site=clinic&site=shop", 422, "invalid-request", "separated by commas"),
        ("site=nowhere", 422, "invalid-request", "There is no site nowhere."),
        ("pool=nowhere", 422, "invalid-request", "There is no pool nowhere."),
        ("pool=no%20id", 422, "invalid-request", "pool: pool id"),
        ("valid=yes", 400, "unknown-choice", "valid \"yes\" must be true or false."),
        ("state=over", 400, "unknown-choice", "begun, ringing, answered or ended"),
        ("attribution=sure", 400, "unknown-choice", "certain, likely, ambiguous or none"),
        ("order=up", 400, "unknown-choice", "newest or oldest"),
        ("format=xml", 400, "unknown-choice", "json, csv or ndjson"),
        ("zone=Tokyo", 422, "invalid-request", "Asia/Tokyo or Europe/Berlin"),
        ("from=yesterday", 422, "invalid-request", "from \"yesterday\" must be a date"),
        ("from=2026-11-22&to=2026-11-21", 422, "invalid-request", "to must be later than from"),
    ] {
        let detail = ask(&app, &token, query).await.problem(status, kind);
        assert!(detail.contains(part), "{query}: {detail}");
    }
}
