//! A token gets a new secret, and both are taken until the grace is over, by every copy of the service at once; one that
//! was revoked or has expired is refused, and says so.

mod http_support;

use http_support::{TestApp, findings};
use pool_service::{
    admin::{Command, Refused},
    domain::time::Span,
};

const ASKED: &str = "/v1/numbers/05031110001/attribution";

async fn asks(app: &TestApp, token: &str) -> u16 {
    app.get(ASKED, &[("authorization", &format!("Bearer {token}"))]).await.status.as_u16()
}

fn id(token: &str) -> String {
    token.split('_').nth(1).expect("an id").to_owned()
}

async fn rotate(app: &TestApp, id: &str, grace_seconds: u64) -> Result<String, Refused> {
    let command = Command::RotateToken { id: id.to_owned(), grace_seconds };
    app.command(command).await.map(|lines| lines.concat())
}

async fn create(app: &TestApp, expires_after_seconds: Option<u64>) -> Result<String, Refused> {
    let (name, scopes) = ("pbx".to_owned(), vec!["calls:read".to_owned()]);
    let command = Command::CreateToken { name, scopes, sites: vec![], expires_after_seconds };
    app.command(command).await.map(|lines| lines.concat())
}

#[tokio::test]
async fn both_secrets_are_taken_until_the_grace_is_over() {
    let app = TestApp::clinic().await;
    let first = create(&app, None).await.expect("a token");
    let other = app.another_copy().await;
    assert_eq!((asks(&app, &first).await, asks(&other, &first).await), (200, 200));

    let second = rotate(&app, &id(&first), 3_600).await.expect("a new secret");
    assert_eq!(id(&second), id(&first));
    assert_ne!(second, first);
    for copy in [&app, &other] {
        assert_eq!((asks(copy, &first).await, asks(copy, &second).await), (200, 200), "no copy has to read it first");
    }
    app.clock.advance(Span::from_seconds(3_599));
    assert_eq!((asks(&app, &first).await, asks(&app, &second).await), (200, 200));
    app.clock.advance(Span::from_seconds(1));
    other.service.live.refresh().await.expect("as its timer does");
    for copy in [&app, &other] {
        assert_eq!((asks(copy, &first).await, asks(copy, &second).await), (401, 200));
    }
}

#[tokio::test]
async fn two_rotations_in_one_grace_and_one_without() {
    let app = TestApp::clinic().await;
    let first = create(&app, None).await.expect("a token");
    let second = rotate(&app, &id(&first), 3_600).await.expect("a new secret");
    let third = rotate(&app, &id(&first), 7_200).await.expect("a new secret");
    assert_eq!((asks(&app, &first).await, asks(&app, &second).await, asks(&app, &third).await), (200, 200, 200));
    app.clock.advance(Span::from_seconds(3_600));
    assert_eq!((asks(&app, &first).await, asks(&app, &second).await, asks(&app, &third).await), (401, 200, 200));
    let fourth = rotate(&app, &id(&first), 0).await.expect("a new secret");
    assert_eq!((asks(&app, &second).await, asks(&app, &third).await, asks(&app, &fourth).await), (401, 401, 200));
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_stays_so() {
    let app = TestApp::clinic().await;
    let token = create(&app, None).await.expect("a token");
    let second = rotate(&app, &id(&token), 3_600).await.expect("a new secret");
    app.command(Command::RevokeToken { id: id(&token) }).await.expect("revoked");
    assert_eq!((asks(&app, &token).await, asks(&app, &second).await), (401, 401));
    assert!(findings(rotate(&app, &id(&token), 0).await.map(|text| vec![text]))[0].contains("taken no more"));
    let again = app.command(Command::RevokeToken { id: id(&token) }).await;
    assert!(findings(again)[0].contains("taken no more"));
    let unknown = app.command(Command::RevokeToken { id: "00".to_owned() }).await;
    assert!(findings(unknown)[0].contains("no token"));
}

#[tokio::test]
async fn a_token_that_is_revoked_while_it_is_rotated_stays_revoked() {
    let app = TestApp::clinic().await;
    for round in 0..8 {
        let token = create(&app, None).await.expect("a token");
        let id = id(&token);
        let revoke = app.command(Command::RevokeToken { id: id.clone() });
        let rotate = rotate(&app, &id, 3_600);
        // Whichever asks first.
        let (revoked, rotated) = if round % 2 == 0 {
            tokio::join!(revoke, rotate)
        } else {
            let (rotated, revoked) = tokio::join!(rotate, revoke);
            (revoked, rotated)
        };
        revoked.expect("revoked");
        assert_eq!(asks(&app, &token).await, 401);
        match rotated {
            Ok(second) => assert_eq!(asks(&app, &second).await, 401),
            refused => assert!(findings(refused.map(|text| vec![text]))[0].contains("taken no more")),
        }
    }
}

#[tokio::test]
async fn an_expired_token_says_that_it_has_expired() {
    let app = TestApp::clinic().await;
    let token = create(&app, Some(60)).await.expect("a token");
    app.clock.advance(Span::from_seconds(59));
    assert_eq!(asks(&app, &token).await, 200);
    app.clock.advance(Span::from_seconds(1));
    let answer = app.get(ASKED, &[("authorization", &format!("Bearer {token}"))]).await;
    let detail = answer.problem(401, "invalid-token");
    assert!(detail.contains("good until now"), "{detail}");
    assert!(findings(create(&app, Some(0)).await.map(|text| vec![text]))[0].contains("--expires"));
}

#[tokio::test]
async fn an_expiring_token_is_judged_also_while_the_store_is_away() {
    let app = TestApp::clinic().await;
    let token = create(&app, Some(3_600)).await.expect("a token");
    app.is_cut.store(true, std::sync::atomic::Ordering::Relaxed);
    // What is asked needs the store; that the token is good was found out without it.
    assert_eq!(asks(&app, &token).await, 503);
    assert_eq!(asks(&app, "hb_0000000000000000_x").await, 503, "an unknown token is not said to be wrong");
}

#[tokio::test]
async fn the_list_is_a_table_and_shows_what_became_of_each() {
    let app = TestApp::clinic().await;
    let kept = create(&app, None).await.expect("a token");
    let short = create(&app, Some(60)).await.expect("a token");
    let gone = create(&app, None).await.expect("a token");
    rotate(&app, &id(&kept), 3_600).await.expect("a new secret");
    app.command(Command::RevokeToken { id: id(&gone) }).await.expect("revoked");
    app.clock.advance(Span::from_seconds(60));
    let lines = app.command(Command::ListTokens).await.expect("a list");
    assert_eq!(lines.len(), 4, "{lines:#?}");
    let place = lines[0].find("STATE").expect("a heading");
    let state = |token: &str| {
        let line = lines.iter().find(|line| line.starts_with(&id(token))).expect("a line");
        line[place..].to_owned()
    };
    assert!(state(&kept).starts_with("good, a former secret until 2026-"), "{lines:#?}");
    assert!(state(&short).starts_with("expired 2026-"), "{lines:#?}");
    assert!(state(&gone).starts_with("revoked 2026-"), "{lines:#?}");
    assert!(!lines.concat().contains(kept.splitn(3, '_').nth(2).expect("a secret")));
}
