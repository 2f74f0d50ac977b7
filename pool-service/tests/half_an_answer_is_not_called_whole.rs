//! A command whose answer does not fit where it is written says so and fails; one whose reader wants no more does not.

mod http_support;

use http_support::process::{hatsuban, succeed};
use std::{
    fs::{self, File},
    process::Stdio,
};
use tempfile::TempDir;

#[test]
fn a_full_disk_under_standard_output_is_said() {
    let data = TempDir::new().expect("a directory");
    let file = data.path().join("clinic.toml");
    fs::write(&file, http_support::CLINIC).expect("a file");
    succeed(data.path(), &["apply", file.to_str().expect("UTF-8")]);
    for arguments in [&["openapi"][..], &["config"], &["token", "create", "--name", "pbx", "--scope", "route"]] {
        let full = File::options().write(true).open("/dev/full").expect("a device");
        let ran = hatsuban(data.path(), arguments).stdout(full).output().expect("it runs");
        let said = String::from_utf8(ran.stderr).expect("UTF-8");
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("could not be written whole to standard output"), "{said}");
    }
}

#[test]
fn a_reader_that_hung_up_is_no_failure() {
    let data = TempDir::new().expect("a directory");
    let mut running = hatsuban(data.path(), &["openapi"]).stdout(Stdio::piped()).spawn().expect("it runs");
    drop(running.stdout.take());
    assert!(running.wait().expect("it ends").success());
}
