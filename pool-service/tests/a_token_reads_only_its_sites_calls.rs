//! A token for some sites sees calls of those sites only, in lists, exports and reports; calls to numbers that nobody knows
//! are for tokens of all sites.

mod http_support;

use http_support::{
    Answer, TestApp,
    records::{As, call, keep, moment},
};

async fn ask(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path, &[("authorization", &format!("Bearer {token}"))]).await
}

async fn app() -> TestApp {
    let app = TestApp::clinic().await;
    let at = moment("2026-11-21T03:00:00Z");
    for call in [
        call("clinic", at),
        // On a number of the clinic's that no visitor is leased.
        call("clinic-static", at).in_pool("none", Some("clinic")),
        call("shop", at).in_pool("shop", Some("shop")),
        call("shop-static", at).in_pool("none", Some("shop")),
        call("nobody", at).in_pool("none", None),
    ] {
        keep(&app.service.store, &call).await;
    }
    app
}

async fn seen(app: &TestApp, token: &str, query: &str) -> Vec<Vec<String>> {
    let list = ask(app, token, &format!("/v1/calls?order=oldest&{query}")).await.json();
    let listed = list["calls"].as_array().expect("calls").len();
    let csv = ask(app, token, &format!("/v1/calls.csv?fields=call_id&{query}")).await.text();
    let mut exported: Vec<String> = csv.lines().skip(1).map(str::to_owned).collect();
    exported.sort();
    assert_eq!(listed, exported.len());
    let lines = ask(app, token, &format!("/v1/calls.ndjson?{query}")).await.text();
    assert_eq!(lines.lines().count(), listed);
    let report = ask(app, token, &format!("/v1/reports/calls?from=2026-11-21&by=site&{query}")).await.json();
    assert_eq!(report["total"]["calls"], listed);
    vec![exported]
}

#[tokio::test]
async fn each_token_sees_its_own_sites() {
    let app = app().await;
    let all = app.token(&["calls:read"], &[]).await;
    let clinic = app.token(&["calls:read"], &["clinic"]).await;
    let both = app.token(&["calls:read"], &["clinic", "shop"]).await;
    let admin_of_shop = app.token(&["admin"], &["shop"]).await;
    let names = |names: &[&str]| vec![names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()];
    assert_eq!(seen(&app, &all, "").await, names(&["clinic", "clinic-static", "nobody", "shop", "shop-static"]));
    assert_eq!(seen(&app, &clinic, "").await, names(&["clinic", "clinic-static"]));
    assert_eq!(seen(&app, &both, "").await, names(&["clinic", "clinic-static", "shop", "shop-static"]));
    assert_eq!(seen(&app, &both, "site=shop").await, names(&["shop", "shop-static"]));
    assert_eq!(seen(&app, &admin_of_shop, "").await, names(&["shop", "shop-static"]));
    assert_eq!(seen(&app, &admin_of_shop, "pool=none").await, names(&["shop-static"]));
}

#[tokio::test]
async fn asking_for_anything_else_is_refused() {
    let app = app().await;
    let clinic = app.token(&["calls:read"], &["clinic"]).await;
    let route = app.token(&["route", "calls:write"], &[]).await;
    for path in ["/v1/calls", "/v1/calls.csv", "/v1/calls.ndjson", "/v1/reports/calls", "/v1/reports/calls.csv"] {
        ask(&app, &clinic, &format!("{path}?site=shop")).await.problem(403, "foreign-site");
        // Whether it exists is not told.
        ask(&app, &clinic, &format!("{path}?site=nowhere")).await.problem(403, "foreign-site");
        ask(&app, &clinic, &format!("{path}?pool=shop")).await.problem(403, "foreign-site");
        ask(&app, &route, path).await.problem(403, "missing-scope");
        app.get(path, &[]).await.problem(401, "invalid-token");
    }
}
