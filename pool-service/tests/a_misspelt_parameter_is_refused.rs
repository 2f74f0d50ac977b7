//! A parameter that is misspelt, or comes twice, is refused by its name: unheeded, it would get the answer to another
//! question. Only call systems, which send all that they have, are heard out.

mod http_support;

use http_support::{TARO, TestApp};

#[tokio::test]
async fn what_is_not_known_is_named_with_what_there_is() {
    let app = TestApp::clinic().await;
    app.main_number(TARO).await;
    let token = app.token(&["admin"], &[]).await;
    let bearer = format!("Bearer {token}");
    for (path, wrong, known) in [
        ("/v1/numbers/05031110001/attribution", "att=2026-11-21T05:30:00Z", "at"),
        ("/v1/audit", "form=2026-11-21T05:30:00Z", "from, to, after, limit"),
        ("/v1/sites/clinic/tag", "medai=google", "mode, media, format"),
        ("/v1/settlements?advertiser=dentist", "mont=2026-11", "advertiser, month, zone, format, bom"),
        ("/v1/reports/calls", "bye=day", "by"),
        ("/v1/calls", "vaild=true", "valid"),
    ] {
        let before = if path.contains('?') { '&' } else { '?' };
        let refused = app.get(&format!("{path}{before}{wrong}"), &[("authorization", &bearer)]).await;
        refused.problem(422, "invalid-request");
        let name = wrong.split('=').next().expect("a name");
        assert!(refused.text().contains(&format!(r#"There is no parameter \"{name}\"; there are "#)), "{path}");
        assert!(refused.text().contains(known), "{path}: {}", refused.text());
    }
    let twice = "/v1/numbers/05031110001/attribution?at=2026-11-21T05:30:00Z&at=2026-11-21T05:30:00Z";
    let refused = app.get(twice, &[("authorization", &bearer)]).await;
    refused.problem(422, "invalid-request");
    assert!(refused.text().contains("at must be there once"), "{}", refused.text());
    let routed = app.get("/v1/route?to=05031110001&call_id=1&gateway=5", &[("authorization", &bearer)]).await;
    assert_eq!(routed.status, 200, "{}", routed.text());
}

#[tokio::test]
async fn whose_call_it_is_stays_in_no_cache() {
    let app = TestApp::clinic().await;
    let number = app.main_number(TARO).await;
    let bearer = format!("Bearer {}", app.token(&["calls:read"], &["clinic"]).await);
    let answer = app.get(&format!("/v1/numbers/{number}/attribution"), &[("authorization", &bearer)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
}
