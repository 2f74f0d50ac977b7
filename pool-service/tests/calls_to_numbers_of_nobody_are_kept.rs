//! A call to a number that nobody holds, or that is in no pool at all, is kept like any other: an ad's number is credited to
//! its ad, and a pool's number that is called again and again is suspected to stand somewhere as plain text.

mod http_support;

use http_support::{CLINIC, TARO, TestApp, findings};
use pool_service::admin::{Command, calls::Of};
use serde_json::{Value, json};

const MORE: &str = r#"
[[advertiser]]
id = "yamada"
name = "山田歯科"

[[site]]
id = "portal"
key = "st_portal"
origins = ["https://portal.example"]
target = [{ id = "main", number = "03-5550-0300", pool = "portal" }]
channel = [{ name = "newsletter", when = "utm_medium=email", numbers = { main = "050-3333-0001" } }]
static = [
  { number = "050-3333-0009", name = "Poster Shibuya", channel = "print", target = "main", advertiser = "yamada" },
]

[[advertiser]]
id = "sato"

[[site]]
id = "directory"
key = "st_directory"
origins = ["https://directory.example"]
mode = "channel"
target = [
  { id = "sato", number = "03-5550-0400", advertiser = "sato" },
  { id = "main", number = "03-5550-0401" },
]
channel = [{ name = "listings", numbers = { sato = "050-3333-0011", main = "050-3333-0012" } }]

[[pool]]
id = "portal"
site = "portal"
destination = "03-5550-0399"
advertiser = "yamada"
numbers = ["050-3333-0002"]
"#;

fn event(id: &str, number: &str) -> Value {
    json!({"source": "sbc", "call_id": id, "event": "ended", "number": number, "talk_seconds": 30})
}

async fn portal() -> (TestApp, String) {
    let app = TestApp::clinic().await;
    app.apply(&format!("{CLINIC}{MORE}")).await.expect("a valid document");
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    (app, token)
}

fn reason(record: &Value) -> &str {
    record["attribution"]["reasons"][0]["code"].as_str().expect("a reason")
}

#[tokio::test]
async fn a_number_that_nobody_knows_has_its_calls() {
    let (app, token) = portal().await;
    let told = app.tell(&token, &event("one", "03-1234-5678")).await;
    assert_eq!(told.status.as_u16(), 201);
    let record = told.json();
    assert_eq!((&record["pool"], &record["site"], reason(&record)), (&Value::Null, &Value::Null, "unknown_number"));
    assert_eq!(record["attribution"]["class"], "none");
    let id = record["id"].as_str().expect("an id");
    assert_eq!(app.call(&token, id).await.json()["number"]["national"], "0312345678");
    // It is nobody's in particular: a token for one site may neither tell nor read it.
    let of_clinic = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    app.call(&of_clinic, id).await.problem(403, "foreign-site");
    app.tell(&of_clinic, &event("one", "03-1234-5678")).await.problem(403, "foreign-site");
}

#[tokio::test]
async fn an_ads_number_is_credited_to_its_ad_and_a_channels_to_its_channel() {
    let (app, token) = portal().await;
    let ad = app.tell(&token, &event("ad", "+81 50 3333 0009")).await.json();
    assert_eq!((&ad["site"], &ad["advertiser"]), (&json!("portal"), &json!("yamada")));
    assert_eq!((&ad["channel"], &ad["campaign"]), (&json!("print"), &json!("Poster Shibuya")));
    assert_eq!((reason(&ad), &ad["static_use_suspected"]), ("printed", &json!(false)));
    let channel = app.tell(&token, &event("mail", "050-3333-0001")).await.json();
    assert_eq!((&channel["channel"], &channel["advertiser"]), (&json!("newsletter"), &json!("yamada")));
    let own = app.tell(&token, &event("own", "03-5550-0300")).await.json();
    assert_eq!((&own["site"], &own["channel"], reason(&own)), (&json!("portal"), &Value::Null, "printed"));
    let pool = app.tell(&token, &event("pool", "050-3333-0002")).await.json();
    assert_eq!((&pool["pool"], &pool["advertiser"]), (&json!("portal"), &json!("yamada")));
    // One site's call system tells nothing of another site's call that happens to have the same name.
    let of_clinic = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    app.tell(&of_clinic, &event("ad", "03-5550-0100")).await.problem(403, "foreign-site");
    let desk = &app.service.calls;
    for (dialled, destination) in [
        ("050-3333-0009", Some("0355500300")),
        ("050-3333-0001", Some("0355500399")),
        ("03-5550-0300", Some("0355500399")),
        ("050-3333-0002", Some("0355500399")),
        ("03-1234-5678", None),
    ] {
        let place = desk.place(dialled).await.expect("a place");
        assert_eq!(place.destination.as_ref().map(ToString::to_string).as_deref(), destination, "{dialled}");
    }
}

#[tokio::test]
async fn a_targets_numbers_are_called_on_behalf_of_its_advertiser() {
    let (app, token) = portal().await;
    for (number, channel, advertiser) in [
        ("03-5550-0400", Value::Null, json!("sato")),
        ("050-3333-0011", json!("listings"), json!("sato")),
        ("050-3333-0012", json!("listings"), Value::Null),
        ("03-5550-0401", Value::Null, Value::Null),
        ("03-5550-0300", Value::Null, json!("yamada")),
    ] {
        let record = app.tell(&token, &event(number, number)).await.json();
        assert_eq!((&record["channel"], &record["advertiser"]), (&channel, &advertiser), "{number}");
    }
}

#[tokio::test]
async fn a_number_without_holder_that_is_called_again_and_again_is_suspected() {
    let (app, token) = portal().await;
    let mut suspected = Vec::new();
    for id in ["a", "b", "c"] {
        let record = app.tell(&token, &event(id, "050-3111-0003")).await.json();
        assert_eq!(record["attribution"]["class"], "none");
        suspected.push(record["static_use_suspected"].as_bool().expect("a flag"));
        app.advance(86_400);
    }
    assert_eq!(suspected, [false, false, true]);
    // A week later the first of them are too long ago.
    app.advance(6 * 86_400);
    let record = app.tell(&token, &event("d", "050-3111-0003")).await.json();
    assert_eq!(record["static_use_suspected"], false);
    // Whoever holds a number explains its calls.
    let number = app.main_number(TARO).await;
    for id in ["e", "f", "g"] {
        app.advance(60);
        let record = app.tell(&token, &event(id, &number)).await.json();
        assert_eq!(record["static_use_suspected"], false);
    }
}

#[tokio::test]
async fn a_call_that_was_kept_before_its_number_came_to_a_pool_goes_on_there() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let begun = json!({"source": "sbc", "call_id": "one", "event": "begun", "number": "050-3333-0002"});
    let first = app.tell(&token, &begun).await.json();
    app.apply(&format!("{CLINIC}{MORE}")).await.expect("a valid document");
    let ended = app.tell(&token, &event("one", "050-3333-0002")).await;
    assert_eq!((ended.status.as_u16(), &ended.json()["id"]), (200, &first["id"]));
}

/// The portal with a rule for its numbers of no pool, and another site with such a number.
fn with_rules(rule: &str) -> String {
    let more = MORE
        .replace("[[advertiser]]\nid = \"sato\"", &format!("[site.records]\n{rule}\n\n[[advertiser]]\nid = \"sato\""));
    let shop = CLINIC.replace(
        "key = \"st_shop\"",
        "key = \"st_shop\"\nstatic = [{ number = \"050-3333-0010\", name = \"Flyer\", target = \"main\" }]",
    );
    format!("{shop}{more}")
}

#[tokio::test]
async fn a_sites_rule_judges_calls_to_its_numbers_of_no_pool() {
    let app = TestApp::empty().await;
    let rule = "min_talk_seconds = 20\nunique_caller_days = 7\nrepeat_caller_days = 7";
    app.apply(&with_rules(rule)).await.expect("a valid document");
    let token = app.token(&["calls:read", "calls:write"], &[]).await;
    let tell = async |id: &str, number: &str, more: Value| {
        app.advance(60);
        let mut told = event(id, number);
        told["caller"] = json!("090-1234-5678");
        told.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        app.tell(&token, &told).await.json()
    };
    // The same caller at another site, at a pool of this site and at a number of nobody is none of its numbers' business.
    for number in ["050-3333-0010", "050-3333-0002", "03-1234-5678"] {
        tell(&format!("on-{number}"), number, json!({})).await;
    }
    let first = tell("first", "050-3333-0009", json!({})).await;
    assert_eq!((&first["first_time_caller"], &first["repeat_of"]), (&json!(true), &Value::Null));
    assert_eq!((&first["valid"], &first["campaign"]), (&json!(true), &json!("Poster Shibuya")));
    let again = tell("again", "050-3333-0001", json!({})).await;
    assert_eq!((&again["first_time_caller"], &again["repeat_of"]["id"]), (&json!(false), &first["id"]));
    assert_eq!(again["invalid_reasons"], json!(["repeat_caller"]));
    // It is credited to what its own number stands for: there is no session to keep.
    assert_eq!(again["channel"], "newsletter");
    let short = tell("short", "050-3333-0009", json!({"caller": "090-8765-4321", "talk_seconds": 19})).await;
    assert_eq!((&short["invalid_reasons"], &short["rule_version"]), (&json!(["too_short"]), &json!(1)));
    let nobodys = tell("nobodys", "03-1234-5678", json!({})).await;
    assert_eq!((&nobodys["first_time_caller"], &nobodys["valid"]), (&Value::Null, &json!(true)));
    // By another rule they are judged again when somebody says so, and only those of that site.
    let lines = app.apply(&with_rules("min_talk_seconds = 10")).await.expect("applied");
    let told = "site portal: another rule for which calls count, version 2 after 1";
    assert!(lines.iter().any(|line| line.contains(told)), "{lines:?}");
    assert_eq!(app.apply(&with_rules("min_talk_seconds = 10")).await.expect("applied"), ["unchanged"]);
    let of = Of::Site("portal".to_owned());
    let lines =
        app.command(Command::RejudgeCalls { of, from: None, until: None, dry_run: false }).await.expect("judged");
    assert_eq!(lines[2], "3 calls judged by rule version 2: 2 changed, 0 do not count any more, 2 count now");
    let unknown = Command::RejudgeCalls { of: Of::Site("x".to_owned()), from: None, until: None, dry_run: false };
    assert_eq!(findings(app.command(unknown).await), ["there is no site \"x\""]);
}

#[tokio::test]
async fn a_sites_rule_says_nothing_that_only_pools_can() {
    let app = TestApp::empty().await;
    for (rule, why) in [
        ("must_be_credited = true", "records.must_be_credited is for pools"),
        ("keep_days = 30", "the setting calls.keep_days says it for these numbers"),
        ("unique_caller_days = -1", "records.unique_caller_days = -1 must be 0 to 36500"),
    ] {
        let findings = findings(app.apply(&with_rules(rule)).await);
        assert!(findings.len() == 1 && findings[0].contains(why), "{why}: {findings:?}");
    }
}

#[tokio::test]
async fn static_numbers_and_advertisers_that_make_no_sense_are_refused_in_a_sentence() {
    let app = TestApp::clinic().await;
    for (from, to, why) in [
        ("advertiser = \"yamada\" },", "advertiser = \"suzuki\" },", "there is no advertiser \"suzuki\""),
        ("target = \"main\", ", "", "needs a destination or a target"),
        ("050-3333-0009", "050-3333-0002", "is a number of pool \"portal\""),
        ("050-3333-0009", "050-3333-0001", "number 05033330001 is already that of"),
        ("advertiser = \"sato\" }", "advertiser = \"suzuki\" }", "there is no advertiser \"suzuki\""),
        ("advertiser = \"sato\" }", "advertiser = \"sa to\" }", "advertiser id \"sa to\" must be"),
        ("pool = \"portal\" }", "pool = \"portal\", advertiser = \"sato\" }", "must be that of pool \"portal\""),
        ("id = \"yamada\"", "id = \"ya mada\"", "advertiser id \"ya mada\" must be"),
    ] {
        assert!(MORE.contains(from), "{from}");
        let findings = findings(app.apply(&format!("{CLINIC}{}", MORE.replacen(from, to, 1))).await);
        assert!(findings.iter().any(|finding| finding.contains(why)), "{why}: {findings:?}");
    }
    app.apply(&format!("{CLINIC}{MORE}")).await.expect("a valid document");
    assert_eq!(app.apply(&format!("{CLINIC}{MORE}")).await.expect("applied"), ["unchanged"]);
}
