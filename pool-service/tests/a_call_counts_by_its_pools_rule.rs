//! Whether a call counts (有効コール) follows from its pool's rule; reasons and the rule's version are kept. After a change
//! of the rule calls are judged again by a command, which can say before what it would change.

mod http_support;

use http_support::{
    Answer, TestApp,
    process::{fail, succeed},
    records::{call, keep, moment},
};
use pool_service::{
    admin::{Command, calls::Of},
    store::{
        Store,
        embedded::{EmbeddedClock, EmbeddedStore},
        records::DocumentKind,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

const DAY: u64 = 86_400;

fn document(rule: &str) -> String {
    format!(
        r#"
        [[site]]
        id = "clinic"
        key = "st_clinic"
        origins = ["https://clinic.example"]
        target = [{{ id = "main", number = "03-5550-0100", pool = "clinic-main" }}]

        [[pool]]
        id = "clinic-main"
        site = "clinic"
        destination = "03-5550-0100"
        numbers = ["050-3111-0001..050-3111-0009"]
        [pool.records]
        {rule}
        "#
    )
}

struct Clinic {
    app: TestApp,
    token: String,
}

impl Clinic {
    async fn with(rule: &str) -> Self {
        let app = TestApp::empty().await;
        app.apply(&document(rule)).await.expect("a valid document");
        let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
        Self { app, token }
    }

    /// A whole call that begins now.
    async fn call(&self, id: &str, talk_seconds: u64, more: Value) -> Value {
        let mut event = json!({"source": "sbc", "call_id": id, "event": "ended", "number": "050-3111-0001",
            "caller": "090-1234-5678", "talk_seconds": talk_seconds});
        event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let answer: Answer = self.app.tell(&self.token, &event).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
        self.app.advance(60);
        answer.json()
    }

    async fn rejudge(&self, dry_run: bool) -> Vec<String> {
        let of = Of::Pool("clinic-main".to_owned());
        let command = Command::RejudgeCalls { of, from: None, until: None, dry_run };
        self.app.command(command).await.expect("judged")
    }
}

fn reasons(record: &Value) -> Vec<&str> {
    let reasons = record["invalid_reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert_eq!(record["valid"], reasons.is_empty(), "{record}");
    reasons.iter().map(|reason| reason.as_str().expect("a name")).collect()
}

#[tokio::test]
async fn every_reason_is_found() {
    let clinic = Clinic::with("min_talk_seconds = 60\nunique_caller_days = 30\nanonymous = false").await;
    assert_eq!(reasons(&clinic.call("short", 59, json!({})).await), ["too_short"]);
    assert_eq!(reasons(&clinic.call("missed", 0, json!({})).await), ["not_answered"]);
    assert_eq!(reasons(&clinic.call("good", 60, json!({})).await), [""; 0]);
    assert_eq!(reasons(&clinic.call("again", 90, json!({})).await), ["repeat_caller"]);
    assert_eq!(reasons(&clinic.call("other", 90, json!({"caller": "090-1234-0000"})).await), [""; 0]);
    assert_eq!(reasons(&clinic.call("test", 90, json!({"caller": "03-1", "test": true})).await), ["test"]);
    assert_eq!(
        reasons(&clinic.call("refused", 0, json!({"caller": "03-2", "blocked": true})).await),
        ["not_answered", "blocked"]
    );
    assert_eq!(reasons(&clinic.call("nobody", 90, json!({"caller": "anonymous"})).await), ["anonymous"]);
    clinic.app.advance(30 * DAY);
    assert_eq!(reasons(&clinic.call("later", 90, json!({})).await), [""; 0]);
    // While it lasts, nobody can say.
    let begun = json!({"source": "sbc", "call_id": "now", "event": "answered", "number": "050-3111-0001"});
    let record = clinic.app.tell(&clinic.token, &begun).await.json();
    assert_eq!((&record["valid"], &record["rule_version"]), (&Value::Null, &json!(1)));
}

#[tokio::test]
async fn only_credited_calls_count_where_the_rule_says_so() {
    let clinic = Clinic::with("must_be_credited = true").await;
    assert_eq!(reasons(&clinic.call("stray", 90, json!({})).await), ["no_lease"]);
    let number = clinic.app.main_number(http_support::TARO).await;
    clinic.app.advance(100);
    assert_eq!(reasons(&clinic.call("taro", 90, json!({ "number": number })).await), [""; 0]);
}

#[tokio::test]
async fn after_a_change_of_the_rule_calls_are_judged_again_by_a_command() {
    let clinic = Clinic::with("min_talk_seconds = 30").await;
    let short = clinic.call("short", 40, json!({})).await;
    let long = clinic.call("long", 90, json!({})).await;
    let third = clinic.call("third", 100, json!({})).await;
    assert_eq!((&short["valid"], &short["rule_version"]), (&json!(true), &json!(1)));
    let lines = clinic.app.apply(&document("min_talk_seconds = 60\nunique_caller_days = 7")).await.expect("applied");
    assert!(lines.iter().any(|line| line.contains("version 2 after 1")), "{lines:?}");
    let unchanged = clinic.app.apply(&document("min_talk_seconds = 60\nunique_caller_days = 7")).await;
    assert_eq!(unchanged.expect("applied"), ["unchanged"]);
    // An outcome is no reason to judge again.
    let outcome = json!({"source": "sbc", "call_id": "short", "event": "outcome", "number": "050-3111-0001",
        "outcome": "order"});
    let told = clinic.app.tell(&clinic.token, &outcome).await.json();
    assert_eq!((&told["valid"], &told["rule_version"]), (&json!(true), &json!(1)));
    let expected = [
        format!("{}: valid -> too_short", short["id"].as_str().expect("an id")),
        format!("{}: valid -> repeat_caller", third["id"].as_str().expect("an id")),
    ];
    let dry = clinic.rejudge(true).await;
    assert_eq!(dry[..2], expected);
    assert_eq!(dry[2], "3 calls judged by rule version 2: 2 would change, 2 do not count any more, 0 count now");
    assert_eq!(clinic.app.call(&clinic.token, short["id"].as_str().expect("an id")).await.json()["valid"], true);
    let done = clinic.rejudge(false).await;
    assert_eq!(done[..2], expected);
    for (record, valid) in [(&short, false), (&long, true), (&third, false)] {
        let now = clinic.app.call(&clinic.token, record["id"].as_str().expect("an id")).await.json();
        assert_eq!((&now["valid"], &now["rule_version"]), (&json!(valid), &json!(2)));
    }
    assert_eq!(
        clinic.rejudge(false).await,
        ["3 calls judged by rule version 2: 0 changed, 0 do not count any more, 0 count now"]
    );
    let audit = clinic.app.service.store.documents(DocumentKind::Audit, "", "~", false, 10).await.expect("documents");
    let told: Vec<&str> = audit.iter().map(|entry| entry.text.as_str()).collect();
    assert!(
        told.iter().any(|text| text.contains("validity rejudged") && text.contains("valid -> too_short")),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_later_call_that_rests_on_one_that_changes_is_judged_along() {
    let clinic = Clinic::with("unique_caller_days = 7").await;
    let first = clinic.call("first", 40, json!({})).await;
    clinic.app.apply(&document("min_talk_seconds = 60\nunique_caller_days = 7")).await.expect("applied");
    let (begin, began) = (clinic.app.clock.now(), first["began_at"].as_str().expect("a moment").to_owned());
    let second = clinic.call("second", 90, json!({})).await;
    assert_eq!((reasons(&second), &second["rule_version"]), (vec!["repeat_caller"], &json!(2)));
    // The first one does not count by the new rule; the second one, which began after the days that are judged, does then.
    let of = Of::Pool("clinic-main".to_owned());
    for dry_run in [true, false] {
        let command = Command::RejudgeCalls { of: of.clone(), from: None, until: Some(begin), dry_run };
        let lines = clinic.app.command(command).await.expect("judged");
        let verb = if dry_run { "would change" } else { "changed" };
        let expected = [
            format!("{}: valid -> too_short", first["id"].as_str().expect("an id")),
            format!("{}: repeat_caller -> valid", second["id"].as_str().expect("an id")),
            format!("2 calls judged by rule version 2: 2 {verb}, 1 does not count any more, 1 counts now"),
        ];
        assert_eq!(lines, expected, "{began}");
    }
    assert_eq!(clinic.app.call(&clinic.token, second["id"].as_str().expect("an id")).await.json()["valid"], true);
}

#[tokio::test]
async fn days_are_whole_and_of_a_zone_as_in_lists_and_exports() {
    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("clinic.toml");
    std::fs::write(&file, document("")).expect("written");
    succeed(data.path(), &["apply", file.to_str().expect("a path")]);
    {
        let store = EmbeddedStore::open(&data.path().join("store"), EmbeddedClock::System).expect("a store");
        let store: Arc<dyn Store> = Arc::new(store);
        for (id, began_at) in [
            ("before", "2026-11-19T23:59:59+09:00"),
            ("first", "2026-11-20T00:00:00+09:00"),
            ("morning", "2026-11-20T08:00:00+09:00"),
            ("last", "2026-11-20T23:59:59+09:00"),
            ("after", "2026-11-21T00:00:00+09:00"),
        ] {
            keep(&store, &call(id, moment(began_at))).await;
        }
    }
    let judged = |more: &[&str]| {
        let arguments = ["calls", "rejudge", "--pool", "clinic-main", "--dry-run"];
        let said = succeed(data.path(), &[&arguments[..], more].concat());
        said.split(' ').next().expect("a number").to_owned()
    };
    let day = ["--from", "2026-11-20", "--to", "2026-11-20"];
    assert_eq!(judged(&[&day[..], &["--zone", "Asia/Tokyo"]].concat()), "3");
    assert_eq!(judged(&[&day[..], &["--set", "reports.zone=Asia/Tokyo"]].concat()), "3");
    assert_eq!(judged(&[&day[..], &["--zone", "UTC"]].concat()), "2");
    // A moment is the first one after.
    assert_eq!(judged(&["--to", "2026-11-20T08:00:00+09:00"]), "2");
    assert_eq!(judged(&[]), "5");
    for (wrong, why) in [
        (&["--from", "2026-11-31"][..], "--from \"2026-11-31\" must be a date"),
        (&["--zone", "Tokyo"], "must be a name of the IANA time zone database"),
        (&["--from", "2026-11-21", "--to", "2026-11-20"], "--from must lie before --to"),
    ] {
        let (_, said) = fail(data.path(), &[&["calls", "rejudge", "--pool", "clinic-main"][..], wrong].concat());
        assert!(said.contains(why), "{said}");
    }
    let (code, said) = fail(data.path(), &["calls", "rejudge"]);
    assert!(code == 2 && said.contains("--pool"), "{said}");
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_in_a_sentence() {
    let app = TestApp::empty().await;
    for (rule, why) in [
        ("min_talk_seconds = -1", "records.min_talk_seconds = -1 must be 0 to 86400"),
        (
            "unique_caller_days = 90\nkeep_days = 30",
            "records.unique_caller_days looks back further than records.keep_days",
        ),
    ] {
        let findings = http_support::findings(app.apply(&document(rule)).await);
        assert!(findings.iter().any(|finding| finding.contains(why)), "{findings:?}");
    }
}
