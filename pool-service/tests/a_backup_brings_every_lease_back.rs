//! A backup that was taken while the service ran, restored elsewhere: whoever held a number holds it again, also those who
//! got theirs after the backup, and nobody else is given it. A file that is not whole is refused before it does anything.

mod http_support;

use http_support::{
    CLINIC, HANAKO, TARO,
    process::{Served, fail, succeed},
};
use pool_service::{
    admin::transfer,
    domain::ids::PoolId,
    store::{
        AdminStore,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use tempfile::TempDir;

const SABURO: &str = "saburo-saburo-saburo";
const MANUAL: [&str; 2] = ["--set", "clock=manual"];

fn lease(service: &Served, session: &str, token: Option<&Value>) -> Value {
    let mut row = json!({"target": "main"});
    if let Some(token) = token {
        row["token"] = token.clone();
    }
    let body = json!({"site": "st_clinic", "session": session, "leases": [row]}).to_string();
    let answer = service.ask("POST /v1/leases", &body);
    let body = answer.split("\r\n\r\n").nth(1).expect("a body");
    serde_json::from_str::<Value>(body).unwrap_or_else(|_| panic!("{answer}"))["leases"][0].clone()
}

fn apply(data: &Path, directory: &TempDir) {
    let file = directory.path().join("clinic.toml");
    fs::write(&file, CLINIC).expect("a file");
    succeed(data, &["apply", &file.display().to_string()]);
}

#[test]
fn those_who_held_numbers_hold_them_again() {
    let directory = TempDir::new().expect("a directory");
    let (old, new) = (directory.path().join("old"), directory.path().join("new"));
    let file = directory.path().join("backup").display().to_string();
    apply(&old, &directory);
    let service = Served::start(&old, &MANUAL);
    let taro = lease(&service, TARO, None);
    assert!(succeed(&old, &["backup", &file]).contains("rows written"));
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600, "it holds secrets");
    let hanako = lease(&service, HANAKO, None);
    assert_ne!(taro["number"], hanako["number"]);
    let (_, complaint) = fail(&old, &["backup", &file]);
    assert!(complaint.contains("is there already"), "{complaint}");
    let (_, complaint) = fail(&old, &["restore", &file]);
    assert!(complaint.contains("stop it first"), "{complaint}");
    service.kill();

    let restored = succeed(&new, &["restore", &file]);
    assert!(restored.contains("for 300 seconds"), "{restored}");
    let (_, complaint) = fail(&new, &["restore", &file]);
    assert!(complaint.contains("configured here already"), "{complaint}");

    // The key of callers' numbers is in no backup.
    fs::copy(old.join("caller.key"), new.join("caller.key")).expect("copied");
    let service = Served::start(&new, &MANUAL);
    let again = lease(&service, TARO, None);
    assert_eq!((&again["number"], &again["generation"]), (&taro["number"], &taro["generation"]));
    let stranger = lease(&service, SABURO, None);
    assert_eq!(stranger["status"], "overflow", "any free number may be somebody's");
    let again = lease(&service, HANAKO, Some(&hanako["token"]));
    assert_eq!((&again["status"], &again["number"]), (&json!("leased"), &hanako["number"]));
    succeed(&new, &["clock", "advance", "301"]);
    let stranger = lease(&service, SABURO, None);
    assert_eq!(stranger["status"], "leased");
    assert!(stranger["generation"].as_u64() > Some(1_000_000), "those since the backup are not used twice");
}

#[tokio::test]
async fn a_file_that_is_not_whole_changes_nothing() {
    let directory = TempDir::new().expect("a directory");
    let (data, file) = (directory.path().join("data"), directory.path().join("backup"));
    apply(&data, &directory);
    succeed(&data, &["backup", &file.display().to_string()]);
    let whole = fs::read(&file).expect("a backup");
    let store = EmbeddedStore::open(&directory.path().join("new"), EmbeddedClock::System).expect("a store");
    let restore = async |bytes: &[u8]| {
        fs::write(&file, bytes).expect("written");
        transfer::restore(&store, &file, &|_| ()).await.map_err(|refused| refused.to_string())
    };
    for length in 0..whole.len() {
        let why = restore(&whole[..length]).await.expect_err("not whole");
        assert!(why.contains("cannot be read"), "{length}: {why}");
    }
    for at in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        restore(&changed).await.expect_err("changed");
    }
    let newer = String::from_utf8(whole.clone()).expect("UTF-8").replacen(":2,", ":3,", 1);
    let why = restore(newer.as_bytes()).await.expect_err("of a newer version");
    assert!(why.contains("with that one or a newer one"), "{why}");
    assert_eq!(store.configuration().await.expect("an answer").0, 0, "nothing of all that was taken over");

    restore(&whole).await.expect("whole");
    let main = PoolId::parse("clinic-main").expect("an id");
    assert_eq!(store.numbers(&main).await.expect("numbers").len(), 3);
}

#[tokio::test]
async fn half_a_restore_is_not_opened_as_if_it_were_whole() {
    let directory = TempDir::new().expect("a directory");
    let open = || EmbeddedStore::open(directory.path(), EmbeddedClock::System);
    let store = open().expect("a store");
    pool_service::store::transfer::TransferStore::begin_import(&store).await.expect("empty");
    drop(store);
    let why = open().err().expect("refused").to_string();
    assert!(why.contains("was cut short: delete that directory and restore again"), "{why}");
}
