//! `hatsuban conversions export`: the same file whether a service runs or not, on standard output or whole in its place; what
//! was left out is said beside it, and nothing stays behind.

mod conversion_support;
mod http_support;

use conversion_support::{Told, call, configured, keep};
use http_support::{
    CLINIC,
    process::{Served, fail, hatsuban, run},
};
use pool_service::{
    admin::{Command, Office},
    store::{
        Store,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};
use tempfile::TempDir;

const EXPORT: [&str; 8] =
    ["conversions", "export", "--target", "salesforce-task", "--from", "2026-11-20", "--to", "2026-11-20"];

/// A data directory with a clinic and three calls of one day, and the file that they make.
async fn clinic() -> (TempDir, Vec<u8>) {
    let data = TempDir::new().expect("a directory");
    let store = EmbeddedStore::open(&data.path().join("store"), EmbeddedClock::System).expect("a store");
    let store: Arc<dyn Store> = Arc::new(store);
    let clinic = CLINIC.replacen("key = \"st_clinic\"", "key = \"st_clinic\"\ncookies = [\"_biz_uid\"]", 1);
    let document = configured(&clinic, "[[site.conversion]]\ntarget = \"salesforce-task\"\nname = \"電話\"");
    let office =
        Office { store: Arc::clone(&store), live: None, calls: None, public_url: String::new(), manual_clock: None };
    let apply = Command::Apply { document, dry_run: false, prune: false };
    office.carry_out(&apply, &http_support::operator(), &|_| ()).await.expect("a valid document");
    let joined =
        |id: &str, began_at: &str| call(id, began_at).with_cookie("_biz_uid", "6da13683d342443d8beabdd7718b03b0");
    let calls = [
        joined("1", "2026-11-20T14:30:00+09:00"),
        call("2", "2026-11-20T15:00:00+09:00"),
        joined("3", "2026-11-21T00:00:00+09:00"),
    ];
    keep(store.as_ref(), &calls).await;
    let settings = conversion_support::november(office_conversions(store.as_ref()).await);
    let (file, _) = pool_service::domain::conversion::export::file(settings, &calls[..1]);
    (data, file)
}

async fn office_conversions(store: &dyn Store) -> Vec<pool_service::domain::conversion::Conversion> {
    let (_, configuration) = store.configuration().await.expect("a configuration");
    configuration.sites.into_iter().flat_map(|site| site.conversions).collect()
}

/// Files of the data directory that hold conversions.
fn left_behind(data: &Path) -> usize {
    let names = fs::read_dir(data).expect("a directory").map(|entry| entry.expect("an entry").file_name());
    names.filter(|name| name.to_string_lossy().contains("conversions")).count()
}

#[track_caller]
fn exports(data: &Path, file: &[u8]) {
    let output = run(data, &EXPORT);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(file));
    let left_out = "left out: 1 no-id (of a visitor without an id that the platform takes)";
    assert!(said.lines().eq(["1 conversion, of 2 calls", left_out]), "{said}");
    assert_eq!(left_behind(data), 0);
}

#[tokio::test]
async fn a_file_is_the_same_with_and_without_a_running_service() {
    let (data, file) = clinic().await;
    exports(data.path(), &file);
    let served = Served::start(data.path(), &[]);
    exports(data.path(), &file);
    drop(served);
}

#[tokio::test]
async fn a_file_that_standard_output_does_not_take_is_a_failure() {
    let (data, _) = clinic().await;
    let full = fs::File::options().write(true).open("/dev/full").expect("a device");
    let ran = hatsuban(data.path(), &EXPORT).stdout(full).output().expect("it runs");
    let said = String::from_utf8(ran.stderr).expect("UTF-8");
    assert_eq!((ran.status.code(), said.contains("could not be written whole")), (Some(1), true), "{said}");
    assert_eq!(left_behind(data.path()), 0);
}

#[tokio::test]
async fn a_file_in_its_place_is_whole_and_nobody_elses() {
    let (data, file) = clinic().await;
    let elsewhere = TempDir::new().expect("a directory");
    let path = elsewhere.path().join("task.csv");
    fs::write(&path, "yesterday's").expect("a file");
    let output = path.to_str().expect("UTF-8");
    let arguments: Vec<&str> = EXPORT.into_iter().chain(["--output", output]).collect();
    let ran = run(data.path(), &arguments);
    assert!(ran.status.success() && ran.stdout.is_empty(), "{ran:?}");
    assert_eq!(fs::read(&path).expect("a file"), file);
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a directory").count(), 1);
    // What cannot be made leaves what was there.
    let wrong: Vec<&str> =
        arguments.iter().map(|&argument| if argument == "salesforce-task" { "yahoo" } else { argument }).collect();
    let (code, said) = fail(data.path(), &wrong);
    let why = "no site has a [[site.conversion]] with target = \"yahoo\"";
    assert!(code == 1 && said.contains(why), "{code}: {said}");
    assert_eq!(fs::read(&path).expect("a file"), file);
    assert_eq!(left_behind(data.path()), 0);
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let data = TempDir::new().expect("a directory");
    for (arguments, what) in [
        (&["conversions", "export"][..], "--target"),
        (&["conversions", "export", "--target", "bing"], "must be one of google-ads, yahoo"),
    ] {
        let (code, said) = fail(data.path(), arguments);
        assert!(code == 2 && said.contains(what), "{code}: {said}");
    }
}
