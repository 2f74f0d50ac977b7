//! The disk fills up under a running service: it says so, promises nothing meanwhile, and goes on by itself once there is
//! room. What was acknowledged before is there afterwards.
//!
//! The system is told to let the service's files grow no further (`prlimit`), which every user may do to a process of
//! their own, and which a file answers as a full disk does: with an error in the middle of a write.

mod http_support;

use http_support::{
    CLINIC, HANAKO, TARO,
    process::{Served, hatsuban, succeed},
};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// A service whose process bears the signal that comes with the limit.
fn start(data: &Path) -> Served {
    let service = hatsuban(data, &["--listen", "127.0.0.1:0", "--set", "sweep.interval_seconds=1", "serve"]);
    let mut shell = Command::new("sh");
    shell.env_clear().args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(service.get_program());
    shell.args(service.get_args());
    Served::start_as(shell)
}

fn let_files_grow_to(service: &Served, limit: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &service.process_id().to_string(), &format!("--fsize={limit}:unlimited")])
        .status();
    assert!(limited.expect("prlimit runs: it is part of util-linux").success());
}

fn clinic(data: &Path, directory: &TempDir) {
    let file = directory.path().join("clinic.toml");
    fs::write(&file, CLINIC).expect("a file");
    succeed(data, &["apply", &file.display().to_string()]);
}

#[test]
fn it_is_said_and_what_was_promised_holds() {
    let directory = TempDir::new().expect("a directory");
    let data = directory.path().join("data");
    clinic(&data, &directory);
    let mut service = start(&data);
    let before = service.lease(TARO);
    assert!(before.contains(r#""generation":1,"#), "{before}");

    for _ in 0..2 {
        let_files_grow_to(&service, "1");
        let refused = service.lease(HANAKO);
        assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("/problems/store-unavailable"), "{refused}");
        let ready = service.ask("GET /readyz", "");
        assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("disk is full: make room"), "{ready}");
        assert!(!ready.contains(&data.display().to_string()), "where the files are is nobody's business");
        assert!(service.ask("GET /healthz", "").starts_with("HTTP/1.1 200"), "a restart would help nobody");
        assert!(service.ask("GET /tag/st_clinic.js", "").contains("st_clinic"), "tags need no disk");
        assert!(service.lease(TARO).starts_with("HTTP/1.1 503"), "nothing is promised that is not written");

        let_files_grow_to(&service, "unlimited");
        service.wait_for_log("the store works again");
        assert!(service.ask("GET /readyz", "").starts_with("HTTP/1.1 200"));
        let after = service.lease(TARO);
        assert!(after.contains(r#""generation":1,"#) && after.contains("05031110001"), "{after}");
    }
    let granted = service.lease(HANAKO);
    assert!(granted.starts_with("HTTP/1.1 200") && granted.contains("05031110002"), "{granted}");

    service.kill();
    let service = Served::start(&data, &[]);
    assert_eq!(number_in(&service.lease(HANAKO)), number_in(&granted), "what was granted afterwards is on the disk");
    assert_eq!(number_in(&service.lease(TARO)), number_in(&before));
}

fn number_in(answer: &str) -> String {
    let number = answer.split(r#""national":""#).nth(1).and_then(|rest| rest.split('"').next());
    number.unwrap_or_else(|| panic!("no number: {answer}")).to_owned()
}
