//! `enabled = false` and `rollout_percent` reach every page within the time that browsers may keep a tag.

mod http_support;

use http_support::{Answer, CLINIC, TestApp};
use serde_json::json;

/// The clinic's document with something said of its site.
fn clinic(said: &str) -> String {
    CLINIC.replacen("key = \"st_clinic\"\n", &format!("key = \"st_clinic\"\n{said}\n"), 1)
}

/// What a browser that has this tag gets once the tag's time is over.
async fn asked_again(app: &TestApp, known: &Answer) -> Answer {
    let etag = known.header("etag").expect("an ETag");
    app.get("/tag/st_clinic.js", &[("if-none-match", etag)]).await
}

#[tokio::test]
async fn a_tag_that_was_switched_off_says_so_and_names_nothing_to_swap() {
    let app = TestApp::clinic().await;
    let on = app.get("/tag/st_clinic.js", &[]).await;
    app.apply(&clinic("enabled = false\nrollout_percent = 50\nconsent = \"required\""))
        .await
        .expect("a valid document");
    let off = asked_again(&app, &on).await;
    assert_eq!(off.status, 200, "a browser that asks again does not go on with the old tag");
    let settings = app.tag_settings("st_clinic").await;
    assert_eq!((&settings["off"], &settings["targets"]), (&json!(true), &json!([])));
    let names: Vec<&str> = settings.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(names, ["glue", "off", "service", "site", "targets", "wasm"], "nothing else is left to act on");
    app.apply(CLINIC).await.expect("a valid document");
    let again = asked_again(&app, &off).await;
    assert_eq!((again.status.as_u16(), again.bytes), (200, on.bytes), "switched on again, it is what it was");
}

#[tokio::test]
async fn a_percentage_reaches_the_tag_and_none_is_said_for_everybody() {
    let app = TestApp::clinic().await;
    let everybody = app.get("/tag/st_clinic.js", &[]).await;
    assert_eq!(app.tag_settings("st_clinic").await.get("rollout"), None);
    for percent in [0, 25] {
        app.apply(&clinic(&format!("rollout_percent = {percent}"))).await.expect("a valid document");
        assert_eq!(app.tag_settings("st_clinic").await["rollout"], percent);
        assert_eq!(asked_again(&app, &everybody).await.status, 200);
    }
}

#[tokio::test]
async fn no_browser_and_no_cache_on_the_way_keeps_a_tag_longer_than_it_may() {
    let app = TestApp::clinic().await;
    for document in [CLINIC.to_owned(), clinic("enabled = false"), clinic("rollout_percent = 10")] {
        app.apply(&document).await.expect("a valid document");
        let answer = app.get("/tag/st_clinic.js", &[]).await;
        let unchanged = asked_again(&app, &answer).await;
        assert_eq!(unchanged.status, 304);
        for answer in [answer, unchanged] {
            let seconds = app.service.options.tag_cache.as_secs();
            assert_eq!(answer.header("cache-control"), Some(&*format!("public, max-age={seconds}")));
            assert_eq!((answer.header("expires"), answer.header("age")), (None, None));
        }
    }
}

#[tokio::test]
async fn pages_that_are_open_keep_their_numbers() {
    let app = TestApp::clinic().await;
    let before = app.main_number(http_support::TARO).await;
    app.apply(&clinic("enabled = false")).await.expect("a valid document");
    assert_eq!(app.main_number(http_support::TARO).await, before);
}
