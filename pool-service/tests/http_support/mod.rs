//! A service without sockets: the real routes on a real store of its own, an embedded one unless a test says otherwise
//! ([`on`]), with a clock that the test moves.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

pub mod failing;
pub mod on;
pub mod process;
pub mod records;
pub mod visitor;
pub mod watched;
pub mod webhooks;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use failing::Failing;
use http_body_util::BodyExt;
use pool_service::{
    admin::{Command, Office, Refused},
    assets::Assets,
    calls::{
        CallDesk,
        callers::{CallerKeys, Keeping},
    },
    domain::{
        address::{Addresses, Told},
        audit::Actor,
        time::{Span, Timestamp},
        zone::Zone,
    },
    http::{
        self,
        limits::{Allowed, Limits},
        service::{Options, Service},
        signed::{AuthToken, Signers},
    },
    live::Live,
    store::{
        Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
    telemetry::metrics::Metrics,
};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tempfile::TempDir;
use tower::ServiceExt;

/// The site's own origin.
pub const ORIGIN: &str = "https://clinic.example";
/// A session id.
pub const TARO: &str = "taro-taro-taro-taro";
/// Another.
pub const HANAKO: &str = "hanako-hanako-hanako";

/// By which Twilio signs; the token of its published examples.
pub const TWILIO_TOKEN: &str = "12345";
/// By which Vonage signs; made up.
pub const VONAGE_SECRET: &str = "made-up-signature-secret-of-the-tests";

/// A clinic with one pool of three numbers, a recruiting pool of one number, and a shop with a pool of its own.
pub const CLINIC: &str = r#"
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["https://clinic.example", "https://www.clinic.example"]
target = [
  { id = "main", number = "03-5550-0100", pool = "clinic-main" },
  { id = "footer", number = "03-5550-0101", pool = "clinic-main" },
  { id = "recruit", number = "03-5550-0102", pool = "clinic-recruit" },
]

[[site]]
id = "shop"
key = "st_shop"
origins = ["https://shop.example"]
target = [{ id = "main", number = "03-5550-0200", pool = "shop" }]

[[pool]]
id = "clinic-main"
site = "clinic"
destination = "03-5550-0100"
overflow = "050-3111-9999"
numbers = ["050-3111-0001..050-3111-0003"]

[[pool]]
id = "clinic-recruit"
site = "clinic"
destination = "03-5550-0102"
numbers = ["0078-6010-12345"]

[[pool]]
id = "shop"
site = "shop"
destination = "03-5550-0200"
numbers = ["050-3222-0001"]
"#;

/// The service.
pub struct TestApp {
    pub routes: Router,
    pub office: Office,
    pub service: Arc<Service>,
    pub clock: ManualClock,
    /// Set to cut the wire to the store.
    pub is_cut: Arc<AtomicBool>,
    pub directory: TempDir,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl TestApp {
    /// A service on which nothing is configured.
    pub async fn empty() -> Self {
        Self::limited(unlimited()).await
    }

    /// A second copy of the service on the same store, with a memory of its own.
    pub async fn another_copy(&self) -> Self {
        let directory = TempDir::new().expect("a directory");
        write_assets(directory.path());
        let store = Arc::clone(&self.service.store);
        Self::on(store, unlimited(), self.clock.clone(), Arc::clone(&self.is_cut), directory).await
    }

    /// A service on a store of the test's own, on which nothing is configured.
    pub async fn over(store: Arc<dyn Store>, clock: ManualClock) -> Self {
        let directory = TempDir::new().expect("a directory");
        write_assets(directory.path());
        Self::on(store, unlimited(), clock, Arc::default(), directory).await
    }

    /// A service with these limits, on which nothing is configured.
    pub async fn limited(allowed: Allowed) -> Self {
        let (directory, clock) = (TempDir::new().expect("a directory"), start_of_tests());
        let store = EmbeddedStore::open(&directory.path().join("store"), EmbeddedClock::Manual(clock.clone()));
        write_assets(directory.path());
        Self::by_wire(Arc::new(store.expect("a store")), allowed, clock, directory).await
    }

    /// A service on a store behind a wire that can be cut, on which nothing is configured.
    async fn by_wire(inner: Arc<dyn Store>, allowed: Allowed, clock: ManualClock, directory: TempDir) -> Self {
        let is_cut = Arc::new(AtomicBool::new(false));
        let store = Arc::new(Failing { inner, is_cut: Arc::clone(&is_cut) });
        Self::on(store, allowed, clock, is_cut, directory).await
    }

    /// Another copy of the service on the same store, which takes the place of this one.
    pub async fn restarted(self, allowed: Allowed) -> Self {
        Self::on(Arc::clone(&self.service.store), allowed, self.clock, self.is_cut, self.directory).await
    }

    /// The same service on another store, such as one in front of its own.
    pub async fn in_front(self, store: Arc<dyn Store>) -> Self {
        Self::on(store, unlimited(), self.clock, self.is_cut, self.directory).await
    }

    /// The same service, which waits so long for its store while a telephone rings.
    pub async fn answering_within(self, budget: Duration) -> Self {
        let store = Arc::clone(&self.service.store);
        Self::on_within(store, unlimited(), self.clock, self.is_cut, self.directory, budget).await
    }

    async fn on(
        store: Arc<dyn Store>,
        allowed: Allowed,
        clock: ManualClock,
        is_cut: Arc<AtomicBool>,
        directory: TempDir,
    ) -> Self {
        // A machine under load must not make a test say that the store is away.
        Self::on_within(store, allowed, clock, is_cut, directory, Duration::from_secs(60)).await
    }

    async fn on_within(
        store: Arc<dyn Store>,
        allowed: Allowed,
        clock: ManualClock,
        is_cut: Arc<AtomicBool>,
        directory: TempDir,
        route_budget: Duration,
    ) -> Self {
        let live = Arc::new(Live::load(Arc::clone(&store)).await.expect("a configuration"));
        let callers = Arc::new(CallerKeys::new(&[7; 32], Keeping::Encrypted));
        let calls = Arc::new(CallDesk::new(Arc::clone(&store), Arc::clone(&live), callers));
        let service = Arc::new(Service {
            calls: Arc::clone(&calls),
            store: Arc::clone(&store),
            live: Arc::clone(&live),
            late: Default::default(),
            metrics: Metrics::new(),
            assets: Some(Assets::in_directory(directory.path()).expect("assets")),
            is_leaving: Arc::new(AtomicBool::new(false)),
            limits: Limits::new(allowed),
            options: Options {
                public_url: "https://numbers.example".to_owned(),
                max_body_bytes: 65_536,
                body_read: Duration::from_secs(10),
                route_budget,
                tag_cache: Duration::from_secs(300),
                signers: Signers {
                    twilio: vec![AuthToken { account: None, secret: TWILIO_TOKEN.to_owned() }],
                    vonage: vec![VONAGE_SECRET.to_owned()],
                    clock: {
                        let clock = clock.clone();
                        Arc::new(move || clock.now())
                    },
                },
                zone: Zone::parse("Asia/Tokyo").expect("a zone"),
            },
        });
        let public_url = service.options.public_url.clone();
        let office =
            Office { store, live: Some(live), calls: Some(calls), public_url, manual_clock: Some(clock.clone()) };
        Self { routes: http::router(Arc::clone(&service)), office, service, clock, is_cut, directory }
    }

    /// A service for the clinic and the shop.
    pub async fn clinic() -> Self {
        let app = Self::empty().await;
        app.apply(CLINIC).await.expect("a valid document");
        app
    }

    pub async fn apply(&self, document: &str) -> Result<Vec<String>, Refused> {
        self.command(Command::Apply { document: document.to_owned(), dry_run: false, prune: false }).await
    }

    pub async fn command(&self, command: Command) -> Result<Vec<String>, Refused> {
        self.office.carry_out(&command, &operator(), &|_| ()).await
    }

    pub async fn token(&self, scopes: &[&str], sites: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        let (name, scopes, sites) = ("test".to_owned(), owned(scopes), owned(sites));
        let command = Command::CreateToken { name, scopes, sites, expires_after_seconds: None };
        self.command(command).await.expect("a token").remove(0)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.expect("routes never fail");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn post(&self, path: &str, origin: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("origin", origin).header("content-type", "text/plain;charset=UTF-8");
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// What a call system tells.
    pub async fn tell(&self, token: &str, events: &Value) -> Answer {
        let request = Request::post("/v1/calls").header("authorization", format!("Bearer {token}"));
        self.send(request.body(Body::from(events.to_string())).expect("a request")).await
    }

    /// What is known of a call.
    pub async fn call(&self, token: &str, id: &str) -> Answer {
        self.get(&format!("/v1/calls/{id}"), &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// What a page of the clinic asks.
    pub async fn lease(&self, session: &str, targets: &[&str]) -> Answer {
        let rows: Vec<Value> = targets.iter().map(|target| json!({ "target": target })).collect();
        let body = json!({"site": "st_clinic", "session": session, "leases": rows});
        self.post("/v1/leases", ORIGIN, body.to_string()).await
    }

    /// The number of the clinic's main target that this session shows now.
    pub async fn main_number(&self, session: &str) -> String {
        let answer = self.lease(session, &["main"]).await.json();
        answer["leases"][0]["number"]["national"].as_str().expect("a number").to_owned()
    }

    /// What the tag of the site with this key says to its loader.
    pub async fn tag_settings(&self, key: &str) -> Value {
        let tag = self.get(&format!("/tag/{key}.js"), &[]).await.text();
        let settings = tag.strip_prefix("start(").and_then(|rest| rest.strip_suffix(')')).expect("the loader");
        serde_json::from_str(settings).expect("JSON")
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Span::from_seconds(seconds));
    }
}

/// Who gives the commands of tests.
pub fn operator() -> Actor {
    Actor::CommandLine { user: "tester".to_owned() }
}

/// When a test begins: 14:30 in Tokyo.
fn start_of_tests() -> ManualClock {
    ManualClock::at(Timestamp::from_millis(1_795_239_000_000))
}

/// Limits that limit nothing.
fn unlimited() -> Allowed {
    Allowed {
        addresses: Addresses::new(vec!["10.0.0.0/8".parse().expect("a network")], 64),
        told: Told::XForwardedFor,
        requests_per_minute: 0,
        new_sessions_per_minute: 0,
        site_new_sessions_per_minute: 0,
        pool_share_percent: 100,
        pool_share_minimum: 1,
    }
}

/// Everything that is wrong with a document, line by line.
#[track_caller]
pub fn findings(refused: Result<Vec<String>, Refused>) -> Vec<String> {
    match refused {
        Err(Refused::Invalid(findings) | Refused::Partly(_, findings)) => findings,
        other => panic!("{other:?}"),
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts that this is a problem of that kind; gives its detail.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        assert_eq!(problem["status"], status);
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }
}

/// A browser program that is none.
pub fn write_assets(directory: &Path) {
    for (name, text) in [
        ("loader.js", "start(__HATSUBAN_SETTINGS__)"),
        ("hatsuban.js", "glue"),
        ("hatsuban.js.br", "glue, brotli"),
        ("hatsuban.js.gz", "glue, gzip"),
        ("hatsuban_bg.wasm", "wasm"),
        ("extra.js", "extra"),
        ("extra.js.gz", "extra, gzip"),
    ] {
        std::fs::write(directory.join(name), text).expect("a file");
    }
}
