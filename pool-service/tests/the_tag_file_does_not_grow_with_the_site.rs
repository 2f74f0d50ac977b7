//! A portal has thousands of targets and pools; its visitors load none of them with the tag.

mod http_support;

use http_support::TestApp;
use serde_json::json;
use std::fmt::Write;

/// A portal of so many targets, shared out among so many pools.
fn portal(targets: usize, pools: usize) -> String {
    let mut text =
        "[[site]]\nid = \"portal\"\nkey = \"st_portal\"\norigins = [\"https://portal.example\"]\n".to_owned();
    for at in 0..targets {
        let pool = at % pools;
        write!(text, "[[site.target]]\nid = \"shop-{at}\"\nnumber = \"03-5550-{at:04}\"\npool = \"pool-{pool}\"\n")
            .expect("text");
    }
    for at in 0..pools {
        write!(text, "[[pool]]\nid = \"pool-{at}\"\nsite = \"portal\"\ndestination = \"03-5559-0000\"\n")
            .expect("text");
        writeln!(text, "numbers = [\"050-3111-{at:04}\"]").expect("text");
    }
    text
}

async fn app(targets: usize, pools: usize) -> TestApp {
    let app = TestApp::empty().await;
    app.apply(&portal(targets, pools)).await.expect("a valid document");
    app
}

#[tokio::test]
async fn five_thousand_targets_in_fifty_pools_cost_no_byte_more_than_thirty_three_in_one() {
    let (small, large) = (app(33, 1).await, app(5_000, 50).await);
    let sizes = [&small, &large].map(async |app| app.get("/tag/st_portal.js", &[]).await.bytes.len());
    let [small_size, large_size] = sizes;
    assert_eq!(small_size.await, large_size.await);
    let settings = large.tag_settings("st_portal").await;
    assert_eq!((&settings["targets"], &settings["discover"]), (&json!([]), &json!(true)));
}

#[tokio::test]
async fn up_to_thirty_two_targets_stand_in_the_tag_whatever_their_pools() {
    let settings = app(32, 32).await.tag_settings("st_portal").await;
    assert_eq!(settings["targets"].as_array().expect("rows").len(), 32);
    assert_eq!(settings["targets"][31], json!({"id": "shop-31", "number": "0355500031"}));
    assert_eq!(settings.get("discover"), None);
}

#[tokio::test]
async fn a_site_may_choose_discovery_for_few_targets() {
    let app = TestApp::empty().await;
    let document = portal(2, 1).replacen("key = ", "discovery = true\nkey = ", 1);
    app.apply(&document).await.expect("a valid document");
    let settings = app.tag_settings("st_portal").await;
    assert_eq!((&settings["targets"], &settings["discover"]), (&json!([]), &json!(true)));
}
