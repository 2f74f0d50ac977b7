//! `GET /tag/{site_key}.js` and `GET /assets/{hash}/{file}`.

mod http_support;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use http_support::TestApp;
use pool_service::assets::Assets;
use serde_json::{Value, json};
use sha2::{Digest, Sha384};
use std::io::Read;

#[tokio::test]
async fn the_tag_is_the_loader_with_the_sites_settings() {
    let app = TestApp::clinic().await;
    let settings = app.tag_settings("st_clinic").await;
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
async fn the_tag_is_packed_for_browsers_that_can_unpack_it() {
    let app = TestApp::clinic().await;
    let plain = app.get("/tag/st_clinic.js", &[]).await;
    assert_eq!(plain.header("content-encoding"), None);
    let mut etags = vec![plain.header("etag").map(str::to_owned)];
    for (accepts, encoding, read) in
        [("gzip, deflate, br, zstd", "br", unbrotli as fn(&[u8]) -> String), ("br;q=0, gzip;q=0.5", "gzip", ungzip)]
    {
        let mut sent = Vec::new();
        // The second is what was kept of the first.
        for _ in 0..2 {
            let answer = app.get("/tag/st_clinic.js", &[("accept-encoding", accepts)]).await;
            assert_eq!(answer.header("content-encoding"), Some(encoding));
            assert_eq!(answer.header("vary"), Some("accept-encoding"));
            assert_eq!(read(&answer.bytes), plain.text());
            assert!(answer.bytes.len() < plain.bytes.len());
            let etag = answer.header("etag").expect("an ETag").to_owned();
            let known = [("accept-encoding", accepts), ("if-none-match", &etag)];
            let again = app.get("/tag/st_clinic.js", &known).await;
            assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
            assert_eq!((again.header("content-encoding"), again.header("vary")), (None, Some("accept-encoding")));
            sent.push((etag, answer.bytes));
        }
        assert_eq!(sent[0], sent[1]);
        etags.push(Some(sent[0].0.clone()));
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 3, "each encoding is a thing of its own");
    app.apply(&http_support::CLINIC.replace("03-5550-0101", "03-5550-0109")).await.expect("a valid document");
    let changed = app.get("/tag/st_clinic.js", &[("accept-encoding", "br")]).await;
    assert!(unbrotli(&changed.bytes).contains("0355500109"), "what was kept is not sent for another content");
}

fn unbrotli(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    brotli::BrotliDecompress(&mut &*bytes, &mut text).expect("brotli");
    String::from_utf8(text).expect("text")
}

fn ungzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip");
    text
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
    let settings = app.tag_settings("st_clinic").await;
    let [glue, wasm, extra] = ["glue", "wasm", "extra"].map(|name| path(&settings[name]));
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
    let answer = app.get(&extra, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((answer.header("content-encoding"), &*answer.text()), (Some("gzip"), "extra, gzip"));
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    let answer = app.get(&wasm, &[("accept-encoding", "br")]).await;
    assert_eq!((answer.header("content-type"), answer.header("content-encoding")), (Some("application/wasm"), None));
    app.get("/assets/0123456789abcdef/hatsuban.js", &[]).await.problem(404, "not-found");
    app.get(&glue.replace("hatsuban.js", "loader.js"), &[]).await.problem(404, "not-found");
}

#[tokio::test]
async fn the_tag_names_the_digest_of_each_file_so_that_browsers_check_it() {
    let app = TestApp::clinic().await;
    let settings = app.tag_settings("st_clinic").await;
    for (url, digest) in [("glue", "sri"), ("wasm", "wasm_sri"), ("extra", "extra_sri")] {
        let path = settings[url].as_str().and_then(|url| url.strip_prefix("https://numbers.example")).expect("a URL");
        let file = app.get(path, &[]).await.bytes;
        let expected = format!("sha384-{}", STANDARD.encode(Sha384::digest(&file)));
        assert_eq!(settings[digest], expected, "{url}");
    }
}

#[tokio::test]
async fn a_program_without_the_extra_file_is_served_and_has_another_hash() {
    let app = TestApp::clinic().await;
    let directory = app.directory.path();
    let with = Assets::in_directory(directory).expect("assets");
    std::fs::remove_file(directory.join("extra.js")).expect("it was there");
    let without = Assets::in_directory(directory).expect("assets");
    assert!(with.integrity("extra.js").is_some() && without.integrity("extra.js").is_none());
    assert!(without.file("extra.js", |_| true).is_none());
    assert_ne!(with.hash, without.hash);
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
