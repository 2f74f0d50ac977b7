//! Who asks too much is told so in a way that browsers and programs understand, and when to ask again; whoever holds a
//! number is refused last.

mod http_support;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use http_support::{Answer, CLINIC, HANAKO, ORIGIN, TARO, TestApp};
use pool_service::{
    domain::address::{Addresses, Told},
    http::limits::Allowed,
};
use serde_json::{Value, json};
use std::net::SocketAddr;

const OFFICE: &str = "203.0.113.7:50000";
const HOME: &str = "198.51.100.1:50000";

fn no_limits() -> Allowed {
    Allowed {
        addresses: Addresses::new(Vec::new(), 64),
        told: Told::XForwardedFor,
        requests_per_minute: 0,
        new_sessions_per_minute: 0,
        site_new_sessions_per_minute: 0,
        pool_share_percent: 100,
        pool_share_minimum: 1,
    }
}

async fn clinic(allowed: Allowed) -> TestApp {
    let app = TestApp::limited(allowed).await;
    app.apply(CLINIC).await.expect("a valid document");
    app
}

async fn post_from(app: &TestApp, peer: &str, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("origin", ORIGIN).body(Body::from(body.to_string()));
    let mut request = request.expect("a request");
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer.parse().expect("an address")));
    app.send(request).await
}

async fn lease_with(app: &TestApp, peer: &str, session: &str, row: Value) -> Answer {
    post_from(app, peer, "/v1/leases", &json!({"site": "st_clinic", "session": session, "leases": [row]})).await
}

async fn lease_from(app: &TestApp, peer: &str, session: &str) -> Answer {
    lease_with(app, peer, session, json!({"target": "main"})).await
}

#[tokio::test]
async fn an_answer_says_how_much_is_left() {
    let app = clinic(Allowed { requests_per_minute: 100, new_sessions_per_minute: 10, ..no_limits() }).await;
    let answer = lease_from(&app, OFFICE, TARO).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("ratelimit-policy"), Some("\"requests\";q=100;w=60, \"sessions\";q=10;w=60"));
    assert_eq!(answer.header("ratelimit"), Some("\"requests\";r=99;t=1"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("ratelimit, ratelimit-policy, retry-after"));
}

#[tokio::test]
async fn the_request_after_the_last_one_is_a_problem_that_pages_can_read() {
    let app = clinic(Allowed { requests_per_minute: 1, ..no_limits() }).await;
    lease_from(&app, OFFICE, TARO).await;
    for path in ["/v1/leases", "/v1/leases/left", "/v1/leases/release", "/v1/lookup", "/v1/sightings"] {
        let answer = post_from(&app, OFFICE, path, &json!({})).await;
        let detail = answer.problem(429, "too-many-requests");
        assert!(detail.starts_with("Too many requests come from this address. Ask again in "), "{detail}");
        let wait: u64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(answer.header("ratelimit"), Some(format!("\"requests\";r=0;t={wait}").as_str()));
        assert_eq!(answer.header("ratelimit-policy"), Some("\"requests\";q=1;w=60"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("access-control-expose-headers"), Some("ratelimit, ratelimit-policy, retry-after"));
    }
    assert_eq!(lease_from(&app, HOME, HANAKO).await.status, 200, "another address");
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_limited_total{reason=\"address_requests\"} 5"), "{metrics}");
}

#[tokio::test]
async fn newcomers_are_refused_before_those_who_hold_a_number() {
    let app = clinic(Allowed { requests_per_minute: 100, new_sessions_per_minute: 1, ..no_limits() }).await;
    let first = lease_from(&app, OFFICE, TARO).await.json();
    let refused = lease_from(&app, OFFICE, HANAKO).await;
    let detail = refused.problem(429, "too-many-requests");
    assert!(detail.starts_with("Too many new sessions come from this address."), "{detail}");
    let told: Vec<&str> = refused.headers.get_all("ratelimit").iter().filter_map(|line| line.to_str().ok()).collect();
    let wait = refused.header("retry-after").expect("a time");
    assert_eq!(told[0], format!("\"sessions\";r=0;t={wait}"));
    assert!(told[1].starts_with("\"requests\";r="), "{told:?}");
    for _ in 0..10 {
        let renewed = lease_from(&app, OFFICE, TARO).await.json();
        assert_eq!(renewed["leases"][0]["number"], first["leases"][0]["number"]);
    }
}

#[tokio::test]
async fn a_token_of_a_running_lease_proves_a_holder_to_a_copy_that_has_just_started() {
    let app = clinic(no_limits()).await;
    let row = lease_from(&app, OFFICE, TARO).await.json()["leases"][0].take();
    let with_token = json!({"target": "main", "token": row["token"]});
    // The office's budget for newcomers is used up by somebody else's session in another pool.
    let app = app.restarted(Allowed { new_sessions_per_minute: 1, ..no_limits() }).await;
    lease_with(&app, OFFICE, HANAKO, json!({"target": "recruit"})).await;
    lease_from(&app, OFFICE, "somebody-else-somebody-else").await.problem(429, "too-many-requests");
    let renewed = lease_with(&app, OFFICE, TARO, with_token.clone()).await.json();
    assert_eq!(renewed["leases"][0]["number"], row["number"]);
    // Once its promise has passed it proves nothing: tokens could be saved up.
    app.advance(301);
    lease_from(&app, HOME, HANAKO).await;
    lease_with(&app, OFFICE, TARO, with_token).await.problem(429, "too-many-requests");
}

#[tokio::test]
async fn a_site_has_its_own_budget_for_newcomers() {
    let app = clinic(Allowed { site_new_sessions_per_minute: 1, ..no_limits() }).await;
    assert_eq!(lease_from(&app, OFFICE, TARO).await.status, 200);
    let detail = lease_from(&app, HOME, HANAKO).await.problem(429, "too-many-requests");
    assert!(detail.starts_with("Too many new sessions come to this site."), "{detail}");
    assert_eq!(lease_from(&app, OFFICE, TARO).await.status, 200, "a holder");
    let shop = json!({"site": "st_shop", "session": HANAKO, "leases": [{"target": "main"}]});
    let request =
        Request::post("/v1/leases").header("origin", "https://shop.example").body(Body::from(shop.to_string()));
    let mut request = request.expect("a request");
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(HOME.parse().expect("an address")));
    assert_eq!(app.send(request).await.status, 200, "another site");
}

#[tokio::test]
async fn a_full_share_is_an_empty_pool_to_newcomers_until_its_promises_have_passed() {
    let app = clinic(Allowed { pool_share_percent: 34, pool_share_minimum: 1, ..no_limits() }).await;
    let status = async |peer, session| lease_from(&app, peer, session).await.json()["leases"][0]["status"].take();
    assert_eq!(status(OFFICE, TARO).await, "leased");
    // A third of three numbers is one; the pool's overflow number is for pools that are empty.
    assert_eq!(status(OFFICE, HANAKO).await, "exhausted");
    assert_eq!(status(OFFICE, TARO).await, "leased", "a holder");
    assert_eq!(status(HOME, HANAKO).await, "leased", "another address");
    let released = json!({"site": "st_clinic", "session": TARO, "targets": ["main"]});
    assert_eq!(post_from(&app, OFFICE, "/v1/leases/release", &released).await.status, 204);
    assert_eq!(status(OFFICE, "a-third-session-of-all").await, "exhausted", "what was promised is not over");
    app.advance(301);
    assert_eq!(status(HOME, HANAKO).await, "leased");
    assert_eq!(status(OFFICE, "a-third-session-of-all").await, "leased");
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_limited_total{reason=\"pool_share\"} 2"), "{metrics}");
}

#[tokio::test]
async fn nobody_is_limited_whose_address_nobody_knows() {
    let strict = Allowed { requests_per_minute: 1, new_sessions_per_minute: 1, pool_share_percent: 1, ..no_limits() };
    let addresses = Addresses::new(vec!["127.0.0.0/8".parse().expect("a network")], 64);
    let app = clinic(Allowed { addresses, ..strict }).await;
    for session in ["a-session-of-a-proxy-1", "a-session-of-a-proxy-2", "a-session-of-a-proxy-3"] {
        let answer = lease_from(&app, "127.0.0.1:1", session).await;
        assert_eq!(answer.header("ratelimit"), None);
        assert_eq!(answer.json()["leases"][0]["status"], "leased");
    }
}
