//! Targets and pools of other countries, from the configuration to the attribution of a call.

mod http_support;

use http_support::{HANAKO, ORIGIN, TARO, TestApp, findings};
use serde_json::json;

const DOCUMENT: &str = r#"
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["https://clinic.example"]
target = [
  { id = "phoenix", number = "+1 602-313-3897", pool = "us" },
  { id = "berlin", number = "030 5550100", e164 = "+49 30 5550100", groups = [3, 3, 4], pool = "de" },
]
channel = [{ name = "ads", when = "click=*", numbers = { phoenix = "+1 602 555 0100", berlin = "+49 30 5550199" } }]

[[pool]]
id = "us"
site = "clinic"
destination = "+1 602-313-3897"
numbers = ["+1 602-555-0101..+1 602-555-0102"]

[[pool]]
id = "de"
site = "clinic"
destination = "03-5550-0100"
overflow = "+49 (0)30 5550120"
numbers = ["+49 (0)30 5550110"]
"#;

async fn app() -> TestApp {
    let app = TestApp::empty().await;
    app.apply(DOCUMENT).await.expect("a valid document");
    app
}

#[tokio::test]
async fn the_tag_says_how_they_are_printed_and_dialled() {
    let settings = app().await.tag_settings("st_clinic").await;
    assert_eq!(
        settings["targets"],
        json!([
            {"id": "phoenix", "number": "6023133897", "e164": "+16023133897", "groups": [3, 3, 4]},
            {"id": "berlin", "number": "0305550100", "e164": "+49305550100", "groups": [3, 3, 4]},
        ])
    );
    let expected = json!({"phoenix": "6025550100/16025550100/3-3-4", "berlin": "0305550199/49305550199/3-3-4"});
    assert_eq!(settings["channels"][0]["numbers"], expected);
}

#[tokio::test]
async fn they_are_leased_renewed_and_attributed() {
    let app = app().await;
    let answer = app.lease(TARO, &["phoenix", "berlin"]).await.json();
    let (us, de) = (&answer["leases"][0], &answer["leases"][1]);
    let phoenix = json!({"national": "6025550101", "e164": "+16025550101", "groups": [3, 3, 4]});
    assert_eq!(us["number"], phoenix);
    assert_eq!(de["number"], json!({"national": "0305550110", "e164": "+49305550110", "groups": [3, 7]}));
    let again = app.lease(TARO, &["phoenix"]).await.json();
    assert_eq!(again["leases"][0]["generation"], us["generation"]);
    let overflow = app.lease(HANAKO, &["berlin"]).await.json()["leases"][0].clone();
    assert_eq!((&overflow["status"], &overflow["number"]["national"]), (&json!("overflow"), &json!("0305550120")));
    let token = format!("Bearer {}", app.token(&["calls:read"], &["clinic"]).await);
    for number in ["+16025550101", "%2B1%20602-555-0101"] {
        let path = format!("/v1/numbers/{number}/attribution");
        let judged = app.get(&path, &[("authorization", &token)]).await.json();
        assert_eq!((&judged["number"], &judged["lease"]["session"]), (&phoenix, &json!(TARO)), "{number}");
    }
}

#[tokio::test]
async fn a_lease_that_the_store_lost_comes_back_by_its_token() {
    let app = app().await;
    let first = app.lease(TARO, &["phoenix"]).await.json()["leases"][0].clone();
    let fresh = self::app().await;
    let row = json!({"target": "phoenix", "token": first["token"]});
    let body = json!({"site": "st_clinic", "session": TARO, "leases": [row]}).to_string();
    let refused = fresh.post("/v1/leases", ORIGIN, body.clone()).await.json();
    assert_eq!(refused["leases"][0]["problem"]["type"], "/problems/lease-token-invalid", "another installation's");
    app.post(
        "/v1/leases/release",
        ORIGIN,
        json!({"site": "st_clinic", "session": TARO, "targets": ["phoenix"]}).to_string(),
    )
    .await;
    app.advance(600);
    let restored = app.post("/v1/leases", ORIGIN, body).await.json();
    assert_eq!(restored["leases"][0]["number"], first["number"], "{restored}");
}

#[tokio::test]
async fn a_pools_form_must_fit_its_numbers() {
    let app = TestApp::empty().await;
    for (from, to, what) in [
        ("id = \"us\"\n", "id = \"us\"\ngroups = [3, 3]\n", "pool \"us\": groups [3, 3] do not add up"),
        (
            "id = \"us\"\n",
            "id = \"us\"\nnational_prefix = \"zero\"\n",
            "national_prefix \"zero\" must be at most 4 digits",
        ),
        ("[\"+49 (0)30 5550110\"]", "[\"03-5550-0110\"]\ngroups = [2, 4, 4]", "it has none"),
        ("..+1 602-555-0102", "..+49 30 5550110", "ends of different lengths or countries"),
    ] {
        assert!(DOCUMENT.contains(from), "{from}");
        let findings = findings(app.apply(&DOCUMENT.replace(from, to)).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
    let prefixed = DOCUMENT.replace("id = \"us\"\n", "id = \"us\"\nnational_prefix = \"1\"\n");
    app.apply(&prefixed).await.expect("a valid document");
    let number = app.lease(TARO, &["phoenix"]).await.json()["leases"][0]["number"].clone();
    assert_eq!((&number["national"], &number["groups"]), (&json!("16025550101"), &json!([4, 3, 4])));
}
