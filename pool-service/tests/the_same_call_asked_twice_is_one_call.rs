//! The same call id gets the same answer, byte for byte, whatever changed meanwhile, and is counted once.

mod http_support;

use http_support::{Answer, CLINIC, HANAKO, TARO, TestApp};

async fn route(app: &TestApp, query: &str) -> Answer {
    let token = app.token(&["route"], &[]).await;
    app.get(&format!("/v1/route?{query}"), &[("authorization", &format!("Bearer {token}"))]).await
}

fn with_routing(said: &str) -> String {
    CLINIC.replacen("numbers = [\"050-3111-0001..050-3111-0003\"]\n", &format!("numbers = [\"050-3111-0001..050-3111-0003\"]\n[pool.routing]\nstrategy = \"round_robin\"\ndestination = [{said}]\n"), 1)
}

#[tokio::test]
async fn asked_again_after_everything_changed_the_answer_is_the_same() {
    let app = TestApp::empty().await;
    app.apply(&with_routing(r#"{ id = "a", to = "sip:a@pbx.example" }, { id = "b", to = "sip:b@pbx.example" }"#))
        .await
        .expect("applied");
    app.main_number(TARO).await;
    for format in ["json", "twiml", "ncco", "freeswitch", "text"] {
        let query = format!("to=05031110001&from=09012345678&call_id=call-{format}&format={format}");
        let first = route(&app, &query).await;
        assert_eq!(first.status, 200, "{}", first.text());
        route(&app, "to=05031110001&call_id=another").await;
        app.advance(3_600);
        app.main_number(HANAKO).await;
        let again = route(&app, &query).await;
        assert_eq!(again.text(), first.text());
    }
    let before = route(&app, "to=05031110001&call_id=kept").await.text();
    app.apply(&with_routing(r#"{ id = "c", to = "sip:c@pbx.example" }"#)).await.expect("applied");
    assert_eq!(route(&app, "to=05031110001&call_id=kept").await.text(), before);
    assert!(route(&app, "to=05031110001&call_id=new").await.text().contains("sip:c@pbx.example"));
}

#[tokio::test]
async fn asked_twice_at_once_it_takes_one_place_and_one_turn() {
    let app = TestApp::empty().await;
    let document = with_routing(
        r#"{ id = "a", to = "sip:a@pbx.example", capacity = 1 }, { id = "b", to = "sip:b@pbx.example", capacity = 1 }"#,
    );
    app.apply(&document).await.expect("applied");
    let ask = async |call: &str| route(&app, &format!("to=05031110001&call_id={call}")).await.text();
    let (one, two, three) = tokio::join!(ask("c-1"), ask("c-1"), ask("c-1"));
    assert!(one == two && two == three && one.contains("sip:a@pbx.example"), "{one}\n{two}");
    let first_of = async |call: &str| {
        let answer: serde_json::Value = serde_json::from_str(&ask(call).await).expect("JSON");
        (answer["action"].as_str().map(str::to_owned), answer["destinations"][0]["id"].as_str().map(str::to_owned))
    };
    assert_eq!(first_of("c-2").await, (Some("connect".to_owned()), Some("b".to_owned())), "its one place is taken");
    assert_eq!(first_of("c-3").await, (Some("busy".to_owned()), None));
    assert_eq!(first_of("c-1").await.1.as_deref(), Some("a"));
}
