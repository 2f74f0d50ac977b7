//! 任意番号: a base number with digits behind it, from the configuration to the page and to the call system.

mod http_support;

use http_support::{HANAKO, ORIGIN, TARO, TestApp};
use serde_json::{Value, json};

const CLINIC: &str = r#"
[[site]]
id = "clinic"
key = "st_clinic"
name = "Clinic"
origins = ["https://clinic.example"]
[[site.target]]
id = "main"
number = "03-5550-0100"
pool = "listings"

[[pool]]
id = "listings"
site = "clinic"
destination = "03-5550-0100"
base = "0078-6011"
suffix_digits = 6
[pool.chosen]
"000000" = "listing 77"
"004711" = "the shop in Kanda"
"#;

async fn clinic() -> TestApp {
    let app = TestApp::empty().await;
    app.apply(CLINIC).await.expect("a valid document");
    app
}

async fn asked(app: &TestApp, dialled: &str) -> Value {
    let token = format!("Bearer {}", app.token(&["calls:read"], &["clinic"]).await);
    let answer = app.get(&format!("/v1/numbers/{dialled}/attribution"), &[("authorization", &token)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn leased(app: &TestApp, session: &str) -> Value {
    let body = json!({"site": "st_clinic", "session": session, "leases": [{"target": "main"}]});
    app.post("/v1/leases", ORIGIN, body.to_string()).await.json()["leases"][0].clone()
}

#[tokio::test]
async fn each_visitor_is_leased_a_suffix_that_is_not_chosen() {
    let app = clinic().await;
    let (taro, hanako) = (leased(&app, TARO).await, leased(&app, HANAKO).await);
    // 000000 is chosen; what is national only has no international form.
    assert_eq!(taro["number"], json!({"national": "00786011000011"}), "{taro}");
    assert_eq!(hanako["number"], json!({"national": "00786011000022"}), "{hanako}");
}

#[tokio::test]
async fn the_dialled_digits_find_base_suffix_and_visitor() {
    let app = clinic().await;
    leased(&app, TARO).await;
    for dialled in ["00786011000011", "0078-6011-000011", "0078601100001199"] {
        let answer = asked(&app, dialled).await;
        assert_eq!(answer["attribution"], "certain", "{dialled}: {answer}");
        assert_eq!(answer["suffix"], json!({"base": "00786011", "suffix": "000011"}));
        assert_eq!(answer["lease"]["session"], TARO);
    }
}

#[tokio::test]
async fn a_chosen_suffix_says_what_it_stands_for() {
    let app = clinic().await;
    let answer = asked(&app, "00786011004711").await;
    assert_eq!(answer["suffix"]["chosen_for"], "the shop in Kanda", "{answer}");
    assert_eq!((&answer["attribution"], &answer["reasons"][0]["code"]), (&json!("none"), &json!("chosen")));
}

#[tokio::test]
async fn a_caller_who_stops_too_early_called_the_base_number_without_a_lease() {
    let app = clinic().await;
    leased(&app, TARO).await;
    for dialled in ["00786011", "007860110000", "0078601100001"] {
        let answer = asked(&app, dialled).await;
        let told = (&answer["attribution"], &answer["reasons"][0]["code"], &answer["pool"]);
        assert_eq!(told, (&json!("none"), &json!("suffix_incomplete"), &json!("listings")), "{dialled}: {answer}");
        assert_eq!(answer["suffix"], json!({"base": "00786011"}));
        assert_eq!(answer["number"]["national"], dialled);
    }
}

#[tokio::test]
async fn applying_twice_changes_nothing_and_takes_no_leased_number_away() {
    let app = clinic().await;
    let before = leased(&app, TARO).await["number"].clone();
    assert_eq!(app.apply(CLINIC).await.expect("a valid document"), ["unchanged"]);
    assert_eq!(leased(&app, TARO).await["number"], before);
}

#[tokio::test]
async fn a_suffix_that_is_no_longer_chosen_is_leased_again() {
    let app = clinic().await;
    let lines = app.apply(&CLINIC.replace("\"004711\" = \"the shop in Kanda\"", "")).await.expect("a valid document");
    assert!(lines.iter().any(|line| line.contains("1 number in use again")), "{lines:?}");
    assert_eq!(asked(&app, "00786011004711").await["suffix"]["chosen_for"], json!(null));
}

#[tokio::test]
async fn what_makes_no_range_is_refused_in_a_sentence() {
    for (from, to, why) in [
        ("suffix_digits = 6", "suffix_digits = 9", "1 to 8"),
        ("suffix_digits = 6", "", "belong together"),
        ("base = \"0078-6011\"", "base = \"0120-601\"", "must begin with 00"),
        ("\"004711\"", "\"4711\"", "must have 6 digits"),
        ("the shop in Kanda", "", "must say what it stands for"),
        ("suffix_digits = 6", "suffix_digits = 6\nnumbers = [\"050-3111-0001\"]", "has no list of numbers"),
        ("suffix_digits = 6", "suffix_digits = 6\ndisabled = [\"0078-6012-000001\"]", "not one of its suffix numbers"),
        ("number = \"03-5550-0100\"", "number = \"0078-6011-000005\"", "begins with it"),
    ] {
        assert!(CLINIC.contains(from));
        let refused = TestApp::empty().await.apply(&CLINIC.replace(from, to)).await.expect_err(why);
        assert!(refused.to_string().contains(why), "{refused}");
    }
    let app = clinic().await;
    let refused = app.apply(&CLINIC.replace("base = \"0078-6011\"", "base = \"0078-6013\"")).await;
    let refused = refused.expect_err("callers go on dialling").to_string();
    assert!(refused.contains("Make a new pool"), "{refused}");
    let other =
        CLINIC.replace("id = \"listings\"", "id = \"others\"").replace("pool = \"listings\"", "pool = \"others\"");
    let other = other.replace("clinic", "shop").replace("st_clinic", "st_shop").replace("0078-6011", "0078-60110");
    let refused = app.apply(&other.replace("03-5550", "03-5551")).await;
    assert!(refused.expect_err("the same calls").to_string().contains("begin alike"));
}
