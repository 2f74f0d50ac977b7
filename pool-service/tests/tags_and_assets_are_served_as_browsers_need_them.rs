//! `GET /tag/{site_key}.js` and `GET /assets/{hash}/{file}`.

mod http_support;

use http_support::TestApp;
use serde_json::{Value, json};

async fn settings(app: &TestApp) -> Value {
    let tag = app.get("/tag/st_clinic.js", &[]).await.text();
    let settings = tag.strip_prefix("start(").and_then(|rest| rest.strip_suffix(')')).expect("the loader");
    serde_json::from_str(settings).expect("JSON")
}

#[tokio::test]
async fn the_tag_is_the_loader_with_the_sites_settings() {
    let app = TestApp::clinic().await;
    let settings = settings(&app).await;
    assert_eq!(settings["site"], "st_clinic");
    assert_eq!(settings["service"], "https://numbers.example");
    assert_eq!(
        settings["targets"],
        json!([
            {"id": "main", "number": "0355500100"},
            {"id": "footer", "number": "0355500101"},
            {"id": "recruit", "number": "0355500102"},
        ])
    );
    let answer = app.get("/tag/st_clinic.js", &[]).await;
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn a_tag_that_has_not_changed_is_not_sent_again() {
    let app = TestApp::clinic().await;
    let etag = app.get("/tag/st_clinic.js", &[]).await.header("etag").expect("an ETag").to_owned();
    for known in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
        let answer = app.get("/tag/st_clinic.js", &[("if-none-match", &known)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0));
        assert_eq!(answer.header("etag"), Some(&*etag));
    }
    app.apply(&http_support::CLINIC.replace("03-5550-0101", "03-5550-0109")).await.expect("a valid document");
    assert_eq!(app.get("/tag/st_clinic.js", &[("if-none-match", &etag)]).await.status, 200);
}

#[tokio::test]
async fn an_unknown_key_has_no_tag() {
    let app = TestApp::clinic().await;
    app.get("/tag/st_nobody.js", &[]).await.problem(404, "unknown-site");
    app.get("/tag/st_clinic", &[]).await.problem(404, "not-found");
    app.get("/tag/%FF.js", &[]).await.problem(404, "not-found");
}

#[tokio::test]
async fn assets_are_immutable_and_precompressed() {
    let app = TestApp::clinic().await;
    let path = |url: &Value| {
        url.as_str().and_then(|url| url.strip_prefix("https://numbers.example")).expect("a URL").to_owned()
    };
    let settings = settings(&app).await;
    let (glue, wasm) = (path(&settings["glue"]), path(&settings["wasm"]));
    for (accepts, encoding, text) in [
        ("gzip, deflate, br", Some("br"), "glue, brotli"),
        ("gzip;q=0.5, br;q=0", Some("gzip"), "glue, gzip"),
        ("identity", None, "glue"),
    ] {
        let answer = app.get(&glue, &[("accept-encoding", accepts)]).await;
        assert_eq!((answer.header("content-encoding"), &*answer.text()), (encoding, text), "{accepts}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    let answer = app.get(&wasm, &[("accept-encoding", "br")]).await;
    assert_eq!((answer.header("content-type"), answer.header("content-encoding")), (Some("application/wasm"), None));
    app.get("/assets/0123456789abcdef/hatsuban.js", &[]).await.problem(404, "not-found");
    app.get(&glue.replace("hatsuban.js", "loader.js"), &[]).await.problem(404, "not-found");
}

#[tokio::test]
async fn readiness_names_what_it_depends_on() {
    let app = TestApp::clinic().await;
    let answer = app.get("/readyz", &[]).await;
    assert_eq!(answer.status, 200);
    let expected = json!({"status": "ready", "dependencies": {"store": {"status": "ok"}, "assets": {"status": "ok"}}});
    assert_eq!(answer.json(), expected);
    app.service.is_leaving.store(true, std::sync::atomic::Ordering::Relaxed);
    let answer = app.get("/readyz", &[]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (503, &json!("stopping")));
    assert_eq!(app.get("/healthz", &[]).await.status, 200);
}
