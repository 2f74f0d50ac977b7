//! The real program: its start, its socket, its end.

mod http_support;

use http_support::{
    CLINIC, ORIGIN, TARO,
    process::{Served, fail, succeed},
};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
};
use tempfile::TempDir;

/// One request on a connection of its own; gives the whole answer.
fn ask(service: &Served, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(service.authority()).expect("a connection");
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: x\r\norigin: {ORIGIN}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    answer
}

fn lease() -> String {
    format!(r#"{{"site":"st_clinic","session":"{TARO}","leases":[{{"target":"main"}}]}}"#)
}

fn clinic(directory: &TempDir) -> String {
    let path = directory.path().join("clinic.toml");
    fs::write(&path, CLINIC).expect("a file");
    path.display().to_string()
}

#[test]
fn commands_reach_the_running_service_and_work_without_one() {
    let directory = TempDir::new().expect("a directory");
    let (data, file) = (directory.path().join("data"), clinic(&directory));
    assert!(succeed(&data, &["apply", "--dry-run", &file]).contains("would be done: site clinic: added"));
    assert!(succeed(&data, &["apply", &file]).contains("pool clinic-main: 3 numbers added"));
    let offline = succeed(&data, &["token", "create", "--name", "pbx", "--scope", "calls:read", "--site", "clinic"]);

    let service = Served::start(&data, &["--set", "clock=manual"]);
    assert_eq!(succeed(&data, &["apply", &file]), "unchanged\n");
    let answer = ask(&service, "POST /v1/leases", &lease());
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("05031110001"), "{answer}");
    let online = succeed(&data, &["token", "create", "--name", "crm", "--scope", "calls:read"]);
    succeed(&data, &["clock", "advance", "100"]);
    for token in [offline, online] {
        let head =
            format!("GET /v1/numbers/05031110001/attribution HTTP/1.1\r\nauthorization: Bearer {}\r\nx:", token.trim());
        let answer = ask(&service, &head, "");
        assert!(answer.contains(r#""attribution":"certain""#) && answer.contains(r#""silent_for_ms":100"#), "{answer}");
    }
    let names = succeed(&data, &["token", "list"]);
    let rows: Vec<Vec<&str>> = names.lines().map(|line| line.split_whitespace().collect()).collect();
    for row in [&["pbx", "calls:read", "clinic"][..], &["crm", "calls:read", "all", "sites"]] {
        assert!(rows.iter().any(|told| told[1..].starts_with(row)), "{row:?} in {names}");
    }
    assert!(succeed(&data, &["tag", "--site", "clinic"]).contains(&format!("{}/tag/st_clinic.js", service.url)));
    let (code, complaint) = fail(&data, &["tag", "--site", "nowhere"]);
    assert_eq!(code, 1);
    assert!(complaint.contains("there is no site \"nowhere\" (sites: clinic, shop)"), "{complaint}");
}

#[test]
fn a_command_in_the_wrong_directory_begins_no_installation() {
    let directory = TempDir::new().expect("a directory");
    for arguments in [
        &["token", "create", "--name", "pbx", "--scope", "route"][..],
        &["tag", "--site", "clinic"],
        &["keys", "list"],
        &["backup", "backup.jsonl"],
        &["forget", "--caller", "090-1234-5678"],
        &["conversions", "export", "--target", "yahoo"],
    ] {
        let (code, complaint) = fail(directory.path(), arguments);
        let place = format!("hatsuban: there is no store in {}, and no service runs there", directory.path().display());
        assert!(code == 1 && complaint.starts_with(&place) && complaint.lines().count() == 1, "{complaint}");
        assert!(complaint.contains("--data-directory") && complaint.contains("`hatsuban apply`"), "{complaint}");
    }
    assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 0, "nothing was begun");
}

#[test]
fn the_clock_of_a_system_service_cannot_be_moved() {
    let directory = TempDir::new().expect("a directory");
    let _service = Served::start(directory.path(), &[]);
    let (_, complaint) = fail(directory.path(), &["clock", "advance", "1"]);
    assert!(complaint.contains("clock = \"manual\""), "{complaint}");
}

#[test]
fn a_negative_lease_time_is_refused_by_its_name() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("wrong.toml");
    fs::write(&file, CLINIC.replace("overflow =", "lease_life_seconds = -150\noverflow =")).expect("a file");
    let (code, complaint) = fail(directory.path(), &["apply", &file.display().to_string()]);
    assert_eq!(code, 1);
    assert_eq!(complaint, "hatsuban: pool \"clinic-main\": lease_life_seconds = -150 must not be negative\n");
}

#[test]
fn a_second_process_is_refused_and_a_dead_ones_socket_is_replaced() {
    let directory = TempDir::new().expect("a directory");
    let data = directory.path();
    let socket = data.join("hatsuban.sock");
    let service = Served::start(data, &[]);
    assert_eq!(fs::metadata(&socket).expect("a socket").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(data.join("store")).expect("a store").permissions().mode() & 0o777, 0o700);
    let (code, complaint) = fail(data, &["--listen", "127.0.0.1:0", "serve"]);
    assert_eq!(code, 1);
    assert!(complaint.contains("a service is already running on"), "{complaint}");

    service.kill();
    assert!(socket.exists(), "it had no chance to tidy up");
    let service = Served::start(data, &[]);
    assert_eq!(succeed(data, &["token", "list"]), "");

    fs::remove_file(&socket).expect("the socket");
    let (_, complaint) = fail(data, &["token", "list"]);
    assert!(complaint.contains("store "), "{complaint}");
    assert!(complaint.contains("another process"), "{complaint}");
    drop(service);
}

#[test]
fn a_lease_is_still_there_after_a_kill() {
    let directory = TempDir::new().expect("a directory");
    succeed(directory.path(), &["apply", &clinic(&directory)]);
    let service = Served::start(directory.path(), &[]);
    let before = ask(&service, "POST /v1/leases", &lease());
    service.kill();
    let service = Served::start(directory.path(), &[]);
    let after = ask(&service, "POST /v1/leases", &lease());
    assert!(before.contains(r#""generation":1,"#) && after.contains(r#""generation":1,"#), "{after}");
}

#[test]
fn sigterm_gives_load_balancers_time_and_lets_requests_finish() {
    let directory = TempDir::new().expect("a directory");
    succeed(directory.path(), &["apply", &clinic(&directory)]);
    let mut service = Served::start(directory.path(), &["--set", "shutdown.grace_seconds=3600"]);
    assert!(ask(&service, "GET /readyz", "").starts_with("HTTP/1.1 200"));

    // Its head has arrived when the service asks for its body.
    let under_way = TcpStream::connect(service.authority()).expect("a connection");
    let (mut under_way, mut answers) = (under_way.try_clone().expect("a handle"), BufReader::new(under_way));
    let length = lease().len();
    write!(under_way, "POST /v1/leases HTTP/1.1\r\nhost: x\r\norigin: {ORIGIN}\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n")
        .expect("it is sent");
    let mut line = String::new();
    answers.read_line(&mut line).expect("a line");
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");

    service.signal("TERM");
    service.wait_for_log("stopping");
    let answer = ask(&service, "GET /readyz", "");
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("stopping"), "{answer}");
    assert!(ask(&service, "POST /v1/leases", &lease()).starts_with("HTTP/1.1 200"), "requests are still taken");

    service.signal("INT");
    under_way.write_all(lease().as_bytes()).expect("it is sent");
    let mut answer = String::new();
    answers.read_to_string(&mut answer).expect("UTF-8");
    assert!(answer.contains("HTTP/1.1 200 OK") && answer.contains("05031110001"), "{answer}");
    let address = service.authority().to_owned();
    assert_eq!(service.ended(), Some(0));
    assert!(TcpStream::connect(address).is_err());
    assert!(!directory.path().join("hatsuban.sock").exists());
}

#[test]
fn half_a_request_head_does_not_hold_a_connection() {
    let directory = TempDir::new().expect("a directory");
    let service = Served::start(directory.path(), &["--set", "http.header_read_seconds=1"]);
    for half in ["", "PRI * HTTP/2", "GET /healthz HTTP/1.1\r\nhost:"] {
        let mut stream = TcpStream::connect(service.authority()).expect("a connection");
        stream.write_all(half.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the service hangs up");
        assert!(!answer.contains("200"), "{answer}");
    }
}

#[test]
fn an_oversized_body_is_answered_before_the_connection_closes() {
    let directory = TempDir::new().expect("a directory");
    let service = Served::start(directory.path(), &[]);
    let answer = ask(&service, "POST /v1/leases", &" ".repeat(1_000_000));
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems/body-too-large"), "{answer}");
}
