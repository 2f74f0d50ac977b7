//! `hatsuban calls import`: every line that is a call becomes a record, once; one that is none is named and spoils no other.

mod http_support;

use encoding_rs::SHIFT_JIS;
use http_support::{
    TARO, TestApp,
    on::{On, redis_url},
    process::{Served, fail, succeed},
};
use pool_service::{
    admin::{
        Command, Refused,
        import::{
            Wanted,
            columns::{self},
            form::Form,
        },
    },
    domain::{call::Call, ids::PoolId, time::Timestamp},
    store::records::{CallQuery, CallsOf},
};
use serde_json::json;
use std::{fs, path::PathBuf};

on_both_stores! {
    a_line_becomes_a_record_with_whoever_held_the_number_then
    a_bad_line_is_named_and_loses_nothing_else
    importing_twice_changes_nothing
    an_import_that_the_store_stops_can_be_given_again
}

const MAP: &str = "id=受付番号,started=発信日+発信時刻,caller=発信番号,number=着信番号,ring=呼出,talk=通話時間";
const HEADER: &str = "受付番号,発信日,発信時刻,発信番号,着信番号,呼出,通話時間,備考\r\n";

/// A log of this text, and what is wanted of it.
fn log(app: &TestApp, bytes: impl AsRef<[u8]>) -> Wanted {
    let file = app.directory.path().join("log.csv");
    fs::write(&file, bytes).expect("a file");
    let columns = columns::parse(MAP).expect("a mapping");
    let form = Form { columns, zone: Some("Asia/Tokyo".to_owned()), ..Form::default() };
    let errors = Some(app.directory.path().join("errors.csv"));
    Wanted { file, source: "carrier-x".to_owned(), form, dry_run: false, errors }
}

async fn import(app: &TestApp, wanted: &Wanted) -> Result<Vec<String>, Refused> {
    app.command(Command::ImportCalls(wanted.clone())).await
}

#[track_caller]
fn refused(outcome: Result<Vec<String>, Refused>) -> Vec<String> {
    http_support::findings(outcome)
}

/// What stands in the file of errors: line, reason, the line as it was.
fn errors(wanted: &Wanted) -> Vec<(String, String, String)> {
    let bytes = fs::read(wanted.errors.as_ref().expect("a path")).expect("a file");
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("the mark of UTF-8");
    let mut reader = csv::Reader::from_reader(text);
    assert_eq!(reader.headers().expect("a header"), vec!["line", "why", "text"]);
    reader.deserialize().collect::<Result<_, _>>().expect("rows")
}

async fn a_line_becomes_a_record_with_whoever_held_the_number_then(on: On) {
    let app = on.clinic().await;
    let number = app.main_number(TARO).await;
    app.advance(600);
    // Numbers are made up. The clock stands at 14:40:00 in Tokyo.
    let text = format!("{HEADER}A-1,2026/11/21,14:31:00,090-1234-5678,{number},10,0:01:15,\"予約, 済み\"\r\n");
    let wanted = log(&app, text);
    let lines = import(&app, &wanted).await.expect("imported");
    assert!(lines[0].contains("1 new, 0 known before"), "{lines:?}");
    let record = app.kept_call("clinic-main", "carrier-x/A-1").await;
    for (member, value) in [
        ("state", json!("ended")),
        ("caller", json!("09012345678")),
        ("began_at", json!("2026-11-21T05:31:00.000Z")),
        ("answered_at", json!("2026-11-21T05:31:10.000Z")),
        ("ended_at", json!("2026-11-21T05:32:25.000Z")),
        ("ring_seconds", json!(10)),
        ("talk_seconds", json!(75)),
        ("valid", json!(true)),
    ] {
        assert_eq!(record[member], value, "{member} of {record}");
    }
    assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
    assert!(errors(&wanted).is_empty());
}

async fn a_bad_line_is_named_and_loses_nothing_else(on: On) {
    let app = on.clinic().await;
    let line = |id: &str, rest: &str| format!("{id},{rest}\r\n");
    let good = "2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,";
    let bad = [
        "B-1,2026/11/20,25:31:00,090-1234-5678,050-3111-0001,10,75,",
        "B-2,2026/11/20,14:31:00,090-1234-5678,5031110001,10,75,",
        "B-3,2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,1:75,",
        "B-4,2026/11/20,14:31:00,\"090-1234-5678,050-3111-0001,10,75,",
        "B-5,2026/11/20",
        "B-6,2036/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,",
        "B-7,2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,1,2,3",
        "=B 8,2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,",
    ];
    let mut bytes = HEADER.as_bytes().to_vec();
    for (at, text) in bad.iter().enumerate() {
        bytes.extend_from_slice(line(&format!("A-{at}"), good).as_bytes());
        bytes.extend_from_slice(format!("{text}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"B-9,\xff\xfe,14:31:00\r\n\r\n");
    bytes.extend_from_slice(line("A-9", good).as_bytes());
    let mut wanted = log(&app, bytes);
    wanted.form.encoding = pool_service::admin::import::encoding::Encoding::parse("utf-8").expect("a name");
    let lines = refused(import(&app, &wanted).await);
    assert!(lines[0].contains("9 calls kept") && lines[1].contains("9 lines could not be read"), "{lines:?}");
    let named = errors(&wanted);
    let numbers: Vec<&str> = named.iter().map(|(line, ..)| line.as_str()).collect();
    assert_eq!(numbers, ["3", "5", "7", "9", "11", "13", "15", "17", "18"]);
    for ((_, _, text), bad) in named.iter().zip(bad) {
        // What a spreadsheet would compute is marked as a text.
        assert_eq!(text.strip_prefix('\'').unwrap_or(text), bad);
    }
    for ((_, why, _), said) in named.iter().zip([
        "started \"2026/11/20 25:31:00\" is no moment",
        "must start with 0",
        "talk \"1:75\" is no duration",
        "quotation mark",
        "has 2 columns",
        "lies ahead",
        "has 10 columns, the header has 8",
        "call id",
        "no UTF-8",
    ]) {
        assert!(why.contains(said), "{why}");
    }
    for id in ["A-0", "A-7", "A-9"] {
        app.kept_call("clinic-main", &format!("carrier-x/{id}")).await;
    }
}

async fn importing_twice_changes_nothing(on: On) {
    let app = on.clinic().await;
    // The carrier gives no ids: they follow from number, caller and start.
    let rows: String = (0..200)
        .map(|at| {
            format!(",2026/11/20,14:{:02}:{:02},090-1234-{:04},050-3111-0001,5,{at},\r\n", at / 60, at % 60, at % 7)
        })
        .collect();
    let wanted = log(&app, format!("{HEADER}{rows}"));
    let first = import(&app, &wanted).await.expect("imported");
    assert!(first[0].contains("200 new, 0 known before"), "{first:?}");
    let again = import(&app, &wanted).await.expect("imported");
    assert!(again[0].contains("0 new, 200 known before"), "{again:?}");
    // The first time may have ended between a call and what it changes of later ones: the second makes up for that.
    let (store, pool) = (&app.service.store, PoolId::parse("clinic-main").expect("an id"));
    let everything = CallQuery {
        of: CallsOf::Pool,
        from: Timestamp::ZERO,
        until: app.clock.now(),
        after: None,
        newest_first: true,
        limit: 1,
    };
    let last = store.calls(&pool, &everything).await.expect("an answer").remove(0);
    let judged = pool_service::calls::read(&last).expect("a record").call;
    let unjudged = Call { is_first_time_caller: Some(judged.is_first_time_caller != Some(true)), ..judged.clone() };
    http_support::records::keep(store, &unjudged).await;
    import(&app, &wanted).await.expect("imported");
    let now = store.calls(&pool, &everything).await.expect("an answer").remove(0);
    assert_eq!(pool_service::calls::read(&now).expect("a record").call, judged);
    let (hours_before, hours_after) = (stamps(&app).await, {
        import(&app, &wanted).await.expect("imported");
        stamps(&app).await
    });
    assert_eq!(hours_before, hours_after, "nothing was saved again");
}

/// What every save of a call counts up.
async fn stamps(app: &TestApp) -> Vec<u64> {
    let pool = PoolId::parse("clinic-main").expect("an id");
    let ever = Timestamp::from_millis(u64::MAX / 2);
    let hours = app.service.store.hours(&pool, Timestamp::ZERO, ever).await.expect("hours");
    hours.into_iter().map(|(_, stamp)| stamp).collect()
}

#[tokio::test]
async fn shift_jis_is_recognised_and_utf_8_with_its_mark_too() {
    let app = TestApp::clinic().await;
    let text = |id: &str| {
        format!("{HEADER}{id},2026/11/20,14:31:00,非通知,０５０－３１１１－０００１,10,１：１５,㈱髙橋①\r\n")
    };
    let japanese = text("S-1");
    let (cp932, _, is_lossy) = SHIFT_JIS.encode(&japanese);
    assert!(!is_lossy);
    import(&app, &log(&app, &cp932)).await.expect("imported");
    import(&app, &log(&app, format!("\u{feff}{}", text("U-1")))).await.expect("imported");
    for id in ["S-1", "U-1"] {
        let record = app.kept_call("clinic-main", &format!("carrier-x/{id}")).await;
        assert_eq!((&record["anonymous"], &record["talk_seconds"]), (&json!(true), &json!(75)), "{record}");
    }
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text("W-1").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let lines = refused(import(&app, &log(&app, utf16)).await);
    assert!(lines[0].contains("UTF-16"), "{lines:?}");
}

#[tokio::test]
async fn a_dry_run_keeps_nothing_and_says_what_it_would() {
    let app = TestApp::clinic().await;
    let text = format!("{HEADER}A-1,2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,\r\n");
    let wanted = Wanted { dry_run: true, errors: None, ..log(&app, text) };
    let lines = import(&app, &wanted).await.expect("read");
    assert!(lines[0].starts_with("1 call would be kept"), "{lines:?}");
    assert!(lines[1].contains("line 2: 050-3111-0001 began 2026-11-20T05:31:00Z"), "{lines:?}");
    let done = import(&app, &Wanted { dry_run: false, ..wanted }).await.expect("imported");
    assert!(done[0].contains("1 new"), "{done:?}");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_at_all_says_why() {
    let app = TestApp::clinic().await;
    let good = log(&app, HEADER);
    let changed = |change: &dyn Fn(&mut Wanted)| {
        let mut wanted = good.clone();
        change(&mut wanted);
        wanted
    };
    for (wanted, said) in [
        (changed(&|wanted| wanted.file = PathBuf::from("/nowhere.csv")), "/nowhere.csv cannot be read"),
        (changed(&|wanted| wanted.form.zone = Some("Asia/Tokio".to_owned())), "Asia/Tokio"),
        (changed(&|wanted| wanted.form.time_format = Some("%H:%M".to_owned())), "--time-format"),
        (
            changed(&|wanted| wanted.form.columns = columns::parse("started=発信日").expect("a mapping")),
            "--map number=COLUMN",
        ),
        (
            changed(&|wanted| wanted.form.columns.extend(columns::parse("talk=秒").expect("a mapping"))),
            "no column is named \"秒\"",
        ),
        (changed(&|wanted| wanted.source = "carrier x".to_owned()), "source"),
        (changed(&|wanted| wanted.errors = Some(PathBuf::from("/nowhere/errors.csv"))), "--errors"),
        (changed(&|wanted| wanted.errors = Some(wanted.file.clone())), "another file than the log"),
    ] {
        let lines = refused(import(&app, &wanted).await);
        assert!(lines.iter().any(|line| line.contains(said)), "{said}: {lines:?}");
    }
    assert_eq!(fs::read_to_string(&good.file).expect("a file"), HEADER);
    let empty = refused(import(&app, &log(&app, "")).await);
    assert!(empty[0].contains("is empty"), "{empty:?}");
}

async fn an_import_that_the_store_stops_can_be_given_again(on: On) {
    let app = on.clinic().await;
    let text = format!("{HEADER}A-1,2026/11/20,14:31:00,090-1234-5678,050-3111-0001,10,75,\r\n");
    let wanted = log(&app, text);
    app.is_cut.store(true, std::sync::atomic::Ordering::Relaxed);
    import(&app, &wanted).await.expect_err("the store is away");
    app.is_cut.store(false, std::sync::atomic::Ordering::Relaxed);
    assert!(import(&app, &wanted).await.expect("imported")[0].contains("1 new"));
}

#[test]
fn the_command_works_while_the_service_runs_and_while_it_does_not() {
    the_command_works(&[]);
}

#[test]
fn the_command_works_on_redis_too() {
    the_command_works(&["--set", &format!("store={}", redis_url())]);
}

fn the_command_works(store: &[&str]) {
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("UTF-8").to_owned();
    let data = directory.path().join("data");
    fs::write(path("clinic.toml"), http_support::CLINIC).expect("a file");
    succeed(&data, &[&["apply", &path("clinic.toml")], store].concat());
    let map = "zone = \"Asia/Tokyo\"\nskip_lines = 1\n[columns]\nstarted = [\"開始\"]\nnumber = [2]\ntalk = [\"秒\"]\n";
    fs::write(path("map.toml"), map).expect("a file");
    let text = "ご利用明細\n開始,番号,秒\n2020/11/20 14:31:00,050-3111-0001,75\n2020/11/20 14:32:00,050-3111-0002,\n";
    let (bytes, ..) = SHIFT_JIS.encode(text);
    fs::write(path("log.csv"), bytes).expect("a file");
    let (log, map) = (path("log.csv"), path("map.toml"));
    let import = [&["calls", "import", &log, "--source", "carrier-x", "--map-file", &map], store].concat();
    assert!(succeed(&data, &import).contains("2 new"));
    let served = Served::start(&data, store);
    assert!(succeed(&data, &import).contains("2 known before"));
    fs::write(path("log.csv"), "ご利用明細\n開始,番号,秒\nearly,050-3111-0001,75\n").expect("a file");
    let errors = path("errors.csv");
    let (code, complaint) = fail(&data, &[&import[..], &["--set", "log.level=warn", "--errors", &errors]].concat());
    assert_eq!(code, 1);
    assert!(complaint.contains("0 calls kept") && complaint.contains("1 line could not be read"), "{complaint}");
    assert!(fs::read_to_string(&errors).expect("a file").contains("early,050-3111-0001,75"));
    drop(served);
    let (code, complaint) =
        fail(&data, &[&["calls", "import", &log, "--source", "x", "--map", "begin=a"], store].concat());
    assert_eq!(code, 2);
    assert!(complaint.contains("there are id, number"), "{complaint}");
}
