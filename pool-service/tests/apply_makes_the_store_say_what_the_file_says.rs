//! `hatsuban apply`: declarative, idempotent, and plain about everything that is wrong.

mod http_support;

use http_support::{CLINIC, HANAKO, TARO, TestApp, findings};
use pool_service::{
    admin::Command,
    domain::{ids::PoolId, lease::Standing},
};

async fn applied(app: &TestApp, document: &str, dry_run: bool, prune: bool) -> Vec<String> {
    let command = Command::Apply { document: document.to_owned(), dry_run, prune };
    app.command(command).await.expect("a valid document")
}

async fn standings(app: &TestApp, pool: &str) -> Vec<Standing> {
    let numbers = app.service.store.numbers(&PoolId::parse(pool).expect("an id")).await.expect("numbers");
    numbers.into_iter().map(|(_, standing)| standing).collect()
}

#[tokio::test]
async fn a_second_apply_finds_nothing_to_do() {
    let app = TestApp::empty().await;
    let report = applied(&app, CLINIC, false, false).await;
    for line in ["site clinic: added, 3 targets", "pool clinic-main: added", "pool clinic-main: 3 numbers added"] {
        assert!(report.iter().any(|other| other == line), "{line} is missing in {report:?}");
    }
    assert_eq!(applied(&app, CLINIC, false, false).await, ["unchanged"]);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let app = TestApp::empty().await;
    let report = applied(&app, CLINIC, true, false).await;
    assert!(report.iter().all(|line| line.starts_with("would be done: ")), "{report:?}");
    assert!(app.service.live.now().configuration().sites.is_empty());
}

#[tokio::test]
async fn numbers_that_the_file_drops_drain_and_come_back() {
    let app = TestApp::clinic().await;
    let number = app.main_number(TARO).await;
    let fewer = CLINIC.replace("050-3111-0001..050-3111-0003", "050-3111-0002..050-3111-0003");
    assert_eq!(applied(&app, &fewer, false, false).await, ["pool clinic-main: 1 number draining"]);
    assert_eq!(standings(&app, "clinic-main").await, [Standing::Draining, Standing::Active, Standing::Active]);
    assert_eq!(app.main_number(TARO).await, number, "its holder keeps it");
    assert_eq!(applied(&app, CLINIC, false, false).await, ["pool clinic-main: 1 number in use again"]);
    let disabled = CLINIC.replace("0003\"]", "0003\"]\ndisabled = [\"050-3111-0001\"]");
    assert_eq!(applied(&app, &disabled, false, false).await, ["pool clinic-main: 1 number disabled"]);
    assert_ne!(app.main_number(TARO).await, number);
    assert_eq!(applied(&app, &disabled, false, false).await, ["unchanged"]);
}

#[tokio::test]
async fn what_the_file_does_not_name_is_left_unless_it_is_pruned() {
    let app = TestApp::clinic().await;
    let shop = CLINIC.find("[[site]]\nid = \"shop\"").expect("the shop");
    let pools = CLINIC.find("[[pool]]").expect("pools");
    let shop_pool = CLINIC.find("[[pool]]\nid = \"shop\"").expect("the shop's pool");
    let clinic_only = format!("{}{}", &CLINIC[..shop], &CLINIC[pools..shop_pool]);
    let report = applied(&app, &clinic_only, false, false).await;
    assert!(
        report.contains(&"site shop: not in the file, left as it is (--prune removes it)".to_owned()),
        "{report:?}"
    );
    assert_eq!(app.get("/tag/st_shop.js", &[]).await.status, 200);
    let report = applied(&app, &clinic_only, false, true).await;
    for line in ["site shop: removed", "pool shop: removed", "pool shop: 1 number draining"] {
        assert!(report.iter().any(|other| other == line), "{line} is missing in {report:?}");
    }
    app.get("/tag/st_shop.js", &[]).await.problem(404, "unknown-site");
    assert_eq!(applied(&app, &clinic_only, false, true).await, ["unchanged"]);
}

#[tokio::test]
async fn a_changed_policy_reaches_the_next_lease() {
    let app = TestApp::clinic().await;
    let slower = CLINIC.replace("overflow =", "min_hold_seconds = 900\nheartbeat_seconds = 30\noverflow =");
    assert_eq!(applied(&app, &slower, false, false).await, ["pool clinic-main: changed"]);
    let answer = app.lease(HANAKO, &["main"]).await.json();
    assert_eq!((&answer["leases"][0]["lease_for_ms"], &answer["heartbeat_ms"]), (&900_000.into(), &30_000.into()));
}

#[tokio::test]
async fn every_error_is_listed_with_its_place() {
    let app = TestApp::clinic().await;
    let wrong = CLINIC
        .replace("https://www.clinic.example", "https://www.clinic.example/")
        .replace("key = \"st_shop\"", "key = \"!\"")
        .replace("overflow =", "lease_life_seconds = -150\noverflow =")
        .replace(
            "site = \"shop\"\ndestination = \"03-5550-0200\"",
            "site = \"shop\"\nheartbeat_seconds = 300\ndestination = \"3-5550\"",
        );
    let findings = findings(app.apply(&wrong).await);
    for (place, what) in [
        ("site \"clinic\": ", "origin \"https://www.clinic.example/\""),
        ("site \"shop\": ", "site key \"!\""),
        ("pool \"clinic-main\": ", "lease_life_seconds = -150 must not be negative"),
        ("pool \"shop\": ", "lease_life_seconds (150) must be at least heartbeat_seconds (300) plus 10"),
        ("pool \"shop\": destination: ", "must start with 0"),
    ] {
        assert!(findings.iter().any(|line| line.starts_with(place) && line.contains(what)), "{what}: {findings:?}");
    }
    assert_eq!(findings.len(), 5, "{findings:?}");
    assert_eq!(applied(&app, CLINIC, false, false).await, ["unchanged"]);
}

#[tokio::test]
async fn numbers_and_names_have_one_use_and_references_lead_somewhere() {
    let app = TestApp::empty().await;
    for (from, to, what) in [
        (
            "\"050-3222-0001\"",
            "\"050-3111-0002\"",
            "pool \"shop\": number 05031110002 is already a number of pool \"clinic-main\"",
        ),
        ("\"050-3222-0001\"", "\"050-3222-0001\", \"05032220001\"", "pool \"shop\": numbers has 05032220001 twice"),
        ("overflow = \"050-3111-9999\"", "overflow = \"050-3111-0001\"", "is also one of its numbers"),
        ("\"03-5550-0101\"", "\"050-3222-0001\"", "target \"footer\": number 05032220001 is a number of pool \"shop\""),
        ("destination = \"03-5550-0200\"", "destination = \"050-3111-0001\"", "calls would go in circles"),
        ("pool = \"clinic-recruit\"", "pool = \"nowhere\"", "target \"recruit\": there is no pool \"nowhere\""),
        ("pool = \"clinic-recruit\"", "pool = \"shop\"", "pool \"shop\" serves site \"shop\""),
        ("site = \"shop\"", "site = \"nowhere\"", "pool \"shop\": there is no site \"nowhere\""),
        ("st_shop", "st_clinic", "key st_clinic is already that of site \"clinic\""),
        ("id = \"shop\"\nkey", "id = \"clinic\"\nkey", "there are two sites with this id"),
        ("id = \"clinic-recruit\"", "id = \"clinic-main\"", "there are two pools with this id"),
        ("id = \"footer\"", "id = \"main\"", "its id is already that of target \"main\""),
        ("overflow", "overfull", "unknown field `overfull`"),
    ] {
        assert!(CLINIC.contains(from), "{from}");
        let findings = findings(app.apply(&CLINIC.replace(from, to)).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
    assert!(app.service.live.now().configuration().sites.is_empty());
}

#[tokio::test]
async fn a_number_stays_with_its_pool() {
    let app = TestApp::clinic().await;
    let moved =
        CLINIC.replace("050-3111-0001..050-3111-0003", "050-3111-0002").replace("050-3222-0001", "050-3111-0001");
    let findings = findings(app.apply(&moved).await);
    assert!(
        findings[0].starts_with("pool \"shop\": number 05031110001 belongs to pool \"clinic-main\""),
        "{findings:?}"
    );
}
