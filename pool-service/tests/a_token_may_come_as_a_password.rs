//! Some call systems can send a user name and a password, and no token: the token is the password.

mod http_support;

use base64::{Engine, engine::general_purpose::STANDARD};
use http_support::TestApp;

const PATH: &str = "/v1/numbers/05031110001/attribution";

async fn status(app: &TestApp, authorization: &str) -> u16 {
    app.get(PATH, &[("authorization", authorization)]).await.status.as_u16()
}

#[tokio::test]
async fn whatever_the_user_is_called() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &["clinic"]).await;
    for (pair, expected) in [
        (format!("freeswitch:{token}"), 200),
        (format!(":{token}"), 200),
        (format!("{token}:"), 401),
        (token.clone(), 401),
        (format!("freeswitch:{token}x"), 401),
        (format!("freeswitch:x:{token}"), 401),
    ] {
        assert_eq!(status(&app, &format!("Basic {}", STANDARD.encode(&pair))).await, expected, "{pair}");
    }
    for broken in ["Basic", "Basic ?", "Basic /w==", &format!("Basic {token}"), &format!("Digest {token}")] {
        assert_eq!(status(&app, broken).await, 401, "{broken}");
    }
}
