//! Whatever is sent to whatever route, by whatever method, with whatever headers and body: the answer is none that the
//! document leaves out, no failure of the service, and if it is a refusal, a problem of RFC 9457 that the service explains.

mod http_support;

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request},
};
use http_support::{ORIGIN, TARO, TestApp};
use pool_service::http::problem::KINDS;
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use std::{cell::RefCell, collections::BTreeSet};

/// One request.
#[derive(Clone, Debug)]
struct Sent {
    /// The pattern of the route.
    pattern: String,
    method: String,
    segments: Vec<String>,
    query: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sent {
    fn path(&self) -> String {
        let mut segments = self.segments.iter().cycle();
        let parts = self.pattern.split('/').map(|part| match part.starts_with('{') {
            true => segments.next().cloned().unwrap_or_default(),
            false => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }

    fn request(&self) -> Option<Request<Body>> {
        let uri = if self.query.is_empty() { self.path() } else { format!("{}?{}", self.path(), self.query) };
        let mut request = Request::builder().method(Method::from_bytes(self.method.as_bytes()).ok()?).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(*name, HeaderValue::from_bytes(value).ok()?);
        }
        request.body(Body::from(self.body.clone())).ok()
    }
}

/// Bytes as they may stand in a path or a query.
fn escaped() -> impl Strategy<Value = String> {
    let odd = vec(any::<u8>(), 0..12).prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect());
    let plain = "[A-Za-z0-9_.~+-]{0,40}";
    let broken = select(vec!["%", "%2", "%zz", "%00", "%FF%FE", "..", "%2e%2e%2f", "%E7%99%BA%E7%95%AA", "%0d%0a"]);
    let known = select(vec!["05031110001", "clinic", "st_clinic.js", "unknown-site", "hatsuban.js", "0078-6010-12345"]);
    prop_oneof![odd, plain, broken.prop_map(str::to_owned), known.prop_map(str::to_owned)]
}

fn query() -> impl Strategy<Value = String> {
    let name = select(vec![
        "at", "call_id", "from", "to", "after", "limit", "mode", "media", "format", "site", "zone", "fields", "",
    ]);
    let value = prop_oneof![
        escaped(),
        select(vec!["2026-11-21T14:30:00+09:00", "html", "0", "-1", "1e9", "csv"]).prop_map(str::to_owned)
    ];
    vec((name, value), 0..4)
        .prop_map(|pairs| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let leaf = select(vec![
        json!(null),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("main"),
        json!(TARO),
        json!("st_clinic"),
        json!([]),
        json!({}),
    ]);
    let name = select(vec![
        "site", "session", "leases", "targets", "numbers", "found", "visitor", "id", "type", "called", "caller", "at",
    ]);
    let object = vec((name, leaf), 0..6).prop_map(|members| {
        let members: serde_json::Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(members).to_string().into_bytes()
    });
    let whole = json!({"site": "st_clinic", "session": TARO, "leases": [{"target": "main"}], "targets": ["main"], "numbers": ["1"], "found": []});
    let whole = whole.to_string().into_bytes();
    let length = whole.len();
    let cut = (0..length, any::<u8>()).prop_map({
        let whole = whole.clone();
        move |(at, byte)| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes
        }
    });
    let deep = Just([b'['; 5_000].to_vec());
    let large = Just(vec![b' '; 70_000]);
    prop_oneof![3 => object, 3 => cut, 2 => Just(whole), 2 => vec(any::<u8>(), 0..80), 1 => deep, 1 => large]
}

fn headers(token: &str) -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> + use<> {
    let good = format!("Bearer {token}").into_bytes();
    let bearer = prop_oneof![
        3 => Just(good),
        1 => select(vec!["Bearer", "Bearer ", "Basic eDp5", "Bearer hb__", "bearer hb_00_x", "Bearer \u{e9}"]).prop_map(|text| text.as_bytes().to_vec()),
    ];
    let odd = vec(any::<u8>().prop_filter("a header takes it", |byte| *byte >= 32 && *byte != 127), 0..20);
    let origin = prop_oneof![3 => Just(ORIGIN.as_bytes().to_vec()), 1 => odd.clone()];
    let name = select(vec![
        "content-type",
        "accept",
        "accept-encoding",
        "if-none-match",
        "idempotency-key",
        "x-forwarded-for",
        "forwarded",
        "content-length",
        "range",
        "expect",
        "x-twilio-signature",
        "origin",
    ]);
    (proptest::option::of(bearer), proptest::option::of(origin), vec((name, odd), 0..3)).prop_map(
        |(bearer, origin, mut all)| {
            all.extend(bearer.map(|value| ("authorization", value)));
            all.extend(origin.map(|value| ("origin", value)));
            all
        },
    )
}

fn documented(document: &Value) -> Vec<(String, BTreeSet<String>)> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = |item: &Value| item.as_object().expect("operations").keys().map(|name| name.to_uppercase()).collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// The statuses that the document has for what was asked.
fn allowed(document: &Value, sent: &Sent) -> Vec<u64> {
    let operation = &document["paths"][&sent.pattern][sent.method.to_lowercase()];
    let responses = operation["responses"].as_object();
    let mut statuses: Vec<u64> =
        responses.into_iter().flatten().filter_map(|(status, _)| status.parse().ok()).collect();
    if statuses.is_empty() {
        statuses.push(405);
    }
    // What stands for a segment may be empty or hold a slash: then it is another route, or none.
    let is_other = sent.pattern.contains('{') && (sent.path().contains("//") || sent.path().ends_with('/'));
    if is_other || sent.path().matches('/').count() != sent.pattern.matches('/').count() {
        statuses.extend([404, 405]);
    }
    statuses
}

/// Whether the document has another form of this answer: where a call goes is also said of one that goes nowhere.
fn is_said(document: &Value, sent: &Sent, status: u16, kind: &str) -> bool {
    let operation = &document["paths"][&sent.pattern][sent.method.to_lowercase()];
    let forms = operation["responses"][status.to_string()]["content"].as_object();
    forms.is_some_and(|forms| forms.keys().any(|form| Some(form.as_str()) == kind.split(';').next()))
}

fn is_explained(problem: &Value, status: u16) -> bool {
    let kind = problem["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/"));
    let kind = KINDS.iter().find(|known| Some(known.slug) == kind);
    kind.is_some_and(|kind| kind.status == status && problem["status"] == status && problem["title"] == kind.title)
}

#[test]
fn no_request_gets_anything_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (app, token, document) = runtime.block_on(async {
        let app = TestApp::clinic().await;
        let token = app.token(&["admin"], &[]).await;
        let document = app.get("/openapi.json", &[]).await.json();
        (app, token, document)
    });
    let routes = documented(&document);
    let some_route = select(routes.iter().map(|(pattern, _)| pattern.clone()).collect::<Vec<_>>());
    let method = select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "LOCK", "x"]);
    let own = routes.clone();
    // Two of three requests take a method that the route has.
    let place = (some_route, method, any::<u8>()).prop_map(move |(pattern, method, dice)| {
        let methods: Vec<&String> =
            own.iter().filter(|(own, _)| *own == pattern).flat_map(|(_, methods)| methods).collect();
        let method = if dice < 170 { methods[usize::from(dice) % methods.len()].clone() } else { method.to_owned() };
        (pattern, method)
    });
    let sent = (place, vec(escaped(), 3), query(), headers(&token), body()).prop_map(
        |((pattern, method), segments, query, headers, body)| Sent { pattern, method, segments, query, headers, body },
    );
    // A failure names what was sent: nothing has to be kept in a file for it.
    let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen = RefCell::new(BTreeSet::new());
    let ran = runner.run(&sent, |sent| {
        // What HTTP cannot say does not reach a route.
        let Some(request) = sent.request() else { return Ok(()) };
        let answer = runtime.block_on(app.send(request));
        let status = answer.status.as_u16();
        seen.borrow_mut().insert(status);
        let allowed = allowed(&document, &sent);
        proptest::prop_assert!(
            allowed.contains(&u64::from(status)),
            "{status} is none of {allowed:?}: {}",
            answer.text()
        );
        proptest::prop_assert!(status < 500, "{status}: {}", answer.text());
        if status >= 400 {
            let kind = answer.header("content-type").unwrap_or_default();
            let is_problem = kind == "application/problem+json";
            proptest::prop_assert!(is_problem || is_said(&document, &sent, status, kind), "{kind}: {}", answer.text());
            proptest::prop_assert!(!is_problem || is_explained(&answer.json(), status), "{}", answer.text());
            proptest::prop_assert!(status != 405 || answer.header("allow").is_some());
            proptest::prop_assert!(status != 401 || answer.header("www-authenticate").is_some());
        }
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
    // Requests that all end at the first check would prove little.
    let seen = seen.into_inner();
    assert!([200, 204, 400, 401, 403, 404, 405, 413, 422].iter().all(|status| seen.contains(status)), "{seen:?}");
}
