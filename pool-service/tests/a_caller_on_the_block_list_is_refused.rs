//! Block lists of sites and pools: by number, by prefix, withheld numbers, for a time.

mod http_support;

use http_support::{Answer, CLINIC, TestApp};
use serde_json::json;

async fn clinic() -> TestApp {
    let app = TestApp::empty().await;
    let of_site =
        "key = \"st_clinic\"\nblocked = [{ number = \"090-1111-1111\", note = \"nuisance\" }, { prefix = \"+44\" }]\n";
    // The test's clock stands at 2026-11-21 05:30 UTC.
    let of_pool = "blocked = [{ anonymous = true }, { number = \"090-2222-2222\", until = 2026-11-21T06:00:00Z }]\nnumbers = [\"0078-6010-12345\"]\n";
    let document = CLINIC.replacen("key = \"st_clinic\"\n", of_site, 1);
    let document = document.replacen("numbers = [\"0078-6010-12345\"]\n", of_pool, 1);
    app.apply(&document).await.expect("a valid document");
    app
}

async fn route(app: &TestApp, to: &str, from: &str) -> Answer {
    let token = app.token(&["route", "calls:read"], &[]).await;
    let call: String = format!("{to}-{from}").chars().filter(char::is_ascii_alphanumeric).collect();
    let path = format!("/v1/route?to={to}&from={from}&call_id={call}-{}", app.clock.now().as_millis());
    app.get(&path, &[("authorization", &format!("Bearer {token}"))]).await
}

#[tokio::test]
async fn callers_are_refused_in_every_spelling_and_for_every_number_of_the_site() {
    let app = clinic().await;
    for from in ["09011111111", "%2B819011111111", "sip:%2B819011111111@carrier.example", "%2B442079460000"] {
        for to in ["05031110001", "0078601012345"] {
            let answer = route(&app, to, from).await;
            assert_eq!(answer.status, 403, "{from}: {}", answer.text());
            let answer = answer.json();
            assert_eq!((&answer["action"], &answer["routes"]), (&json!("reject"), &json!([])));
            assert_eq!(answer["sip_reply"], json!({"code": 603, "reason": "Decline"}));
        }
    }
    assert_eq!(route(&app, "05032220001", "09011111111").await.status, 200, "another site's number");
    assert_eq!(route(&app, "05031110001", "09011111112").await.status, 200);
}

#[tokio::test]
async fn withheld_numbers_are_refused_where_a_pool_says_so() {
    let app = clinic().await;
    for from in ["anonymous", "sip:anonymous@anonymous.invalid", "%E9%9D%9E%E9%80%9A%E7%9F%A5", ""] {
        assert_eq!(route(&app, "0078601012345", from).await.status, 403, "{from}");
        assert_eq!(route(&app, "05031110001", from).await.status, 200, "{from}");
    }
}

#[tokio::test]
async fn a_block_ends_when_its_time_is_over() {
    let app = clinic().await;
    assert_eq!(route(&app, "0078601012345", "09022222222").await.status, 403);
    app.advance(1_800);
    assert_eq!(route(&app, "0078601012345", "09022222222").await.status, 200);
}
