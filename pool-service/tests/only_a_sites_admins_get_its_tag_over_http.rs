//! `GET /v1/sites/{id}/tag` asks for the scope `admin` on that site, and says in a sentence what is wrong.

mod http_support;

use http_support::{Answer, TestApp};

async fn ask(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path, &[("authorization", &format!("Bearer {token}"))]).await
}

#[tokio::test]
async fn without_a_valid_token_it_is_401() {
    let app = TestApp::clinic().await;
    let answer = app.get("/v1/sites/clinic/tag", &[]).await;
    answer.problem(401, "invalid-token");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"hatsuban\""));
    ask(&app, "hb_0000000000000000_nothing", "/v1/sites/clinic/tag").await.problem(401, "invalid-token");
}

#[tokio::test]
async fn other_scopes_and_other_sites_are_403() {
    let app = TestApp::clinic().await;
    let call_system = app.token(&["calls:read", "calls:write", "route"], &[]).await;
    let detail = ask(&app, &call_system, "/v1/sites/clinic/tag").await.problem(403, "missing-scope");
    assert_eq!(detail, "It needs the scope admin.");
    let shop = app.token(&["admin"], &["shop"]).await;
    ask(&app, &shop, "/v1/sites/clinic/tag").await.problem(403, "foreign-site");
    ask(&app, &shop, "/v1/sites/nowhere/tag").await.problem(403, "foreign-site");
    assert_eq!(ask(&app, &shop, "/v1/sites/shop/tag").await.status, 200);
}

#[tokio::test]
async fn an_unknown_site_is_404() {
    let app = TestApp::clinic().await;
    let admin = app.token(&["admin"], &[]).await;
    let detail = ask(&app, &admin, "/v1/sites/klinic/tag").await.problem(404, "unknown-site");
    assert_eq!(detail, "There is no site \"klinic\".");
    ask(&app, &admin, "/v1/sites/no%20id/tag").await.problem(404, "unknown-site");
}

#[tokio::test]
async fn a_misspelt_choice_is_400_and_names_the_choices() {
    let app = TestApp::clinic().await;
    let admin = app.token(&["admin"], &[]).await;
    for (query, sentence) in [
        (
            "mode=chanel",
            "mode \"chanel\" must be channel or dynamic (static numbers stand on the page as they are and need no tag).",
        ),
        ("media=line", "media \"line\" must be google, yahoo, microsoft or meta (leave it out to lease to everybody)."),
        ("format=xml", "format \"xml\" must be html, container or tpl."),
    ] {
        let answer = ask(&app, &admin, &format!("/v1/sites/clinic/tag?{query}")).await;
        assert_eq!(answer.problem(400, "unknown-choice"), sentence);
    }
}
