//! Thousands of connections that ask nothing, or never finish asking, do not keep a visitor from a number: at the cap,
//! the one that is idle for longest makes room. One address does not push out what another one has open.

mod http_support;

use axum::body::Body;
use http_support::{
    CLINIC, TARO,
    process::{Served, succeed},
    visitor::{Visitor, connect_from},
};
use hyper::{Request, client::conn::http2::handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{fs, net::Ipv4Addr};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const IDLE: u32 = 10_000;
const HALF_OPEN: u32 = 2_000;
const CAP: &str = "http.max_connections=300";
const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);

fn clinic(settings: &[&str]) -> (TempDir, Served) {
    // Both ends of the flood are open files; the service's end is closed early.
    rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let directory = TempDir::new().expect("a directory");
    let mut arguments = vec!["--set", "http.limits.requests_per_minute=0"];
    for setting in settings {
        arguments.extend(["--set", setting]);
    }
    let served = Served::start(directory.path(), &arguments);
    let file = directory.path().join("clinic.toml");
    fs::write(&file, CLINIC).expect("a file");
    succeed(directory.path(), &["apply", &file.display().to_string()]);
    (directory, served)
}

/// A connection on which one request was answered.
async fn kept_alive(address: Ipv4Addr, authority: &str) -> TcpStream {
    let mut stream = connect_from(address, authority).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("a request");
    let mut byte = [0];
    assert_eq!(stream.read(&mut byte).await.expect("an answer"), 1);
    stream
}

async fn half_a_head(address: Ipv4Addr, authority: &str) -> TcpStream {
    let mut stream = connect_from(address, authority).await;
    stream.write_all(b"POST /v1/leases HTTP/1.1\r\nhost: a\r\norigin: https://cl").await.expect("half a head");
    stream
}

async fn gets_a_number(served: &Served) {
    let row = Visitor::at(HONEST, served.authority()).await.lease(TARO).await;
    assert_eq!(row["status"], "leased", "{row}");
}

async fn metric(served: &Served, reason: &str) -> u32 {
    let request = Request::get("/metrics").header("host", "a").body(Body::empty()).expect("a request");
    let (_, _, text) = Visitor::at(HONEST, served.authority()).await.send(request).await;
    let text = String::from_utf8_lossy(&text).into_owned();
    let line =
        text.lines().find_map(|line| line.strip_prefix(&format!("hatsuban_limited_total{{reason=\"{reason}\"}} ")));
    line.map_or(0, |count| count.parse().expect("a count"))
}

#[tokio::test]
async fn ten_thousand_idle_keep_alives_leave_room_for_a_visitor() {
    // Loopback is a trusted proxy: as from many addresses.
    let (_directory, served) = clinic(&[CAP, "http.header_read_seconds=300"]);
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        idle.push(kept_alive(Ipv4Addr::LOCALHOST, served.authority()).await);
    }
    gets_a_number(&served).await;
    assert!(metric(&served, "idle_connections").await >= IDLE - 300);
    // The ones that were idle for longest are those that were closed.
    let mut rest = Vec::new();
    idle[0].read_to_end(&mut rest).await.expect("an end");
}

#[tokio::test]
async fn thousands_of_half_sent_heads_leave_room_for_a_visitor() {
    let (_directory, served) = clinic(&[CAP, "http.header_read_seconds=300"]);
    let mut half_open = Vec::new();
    for _ in 0..HALF_OPEN {
        half_open.push(half_a_head(Ipv4Addr::LOCALHOST, served.authority()).await);
    }
    gets_a_number(&served).await;
}

#[tokio::test]
async fn one_address_does_not_push_out_what_another_has_open() {
    let none_trusted = "http.limits.trusted_proxies=";
    let (_directory, served) = clinic(&[none_trusted, "http.limits.connections_per_address=50", CAP]);
    let mut visitor = Visitor::at(HONEST, served.authority()).await;
    assert_eq!(visitor.lease(TARO).await["status"], "leased");
    let mut crowd = Vec::new();
    for _ in 0..1_000 {
        crowd.push(kept_alive(Ipv4Addr::LOCALHOST, served.authority()).await);
    }
    assert!(!visitor.is_gone());
    assert_eq!(visitor.lease(TARO).await["status"], "leased", "on the connection that was open before");
    let closed = metric(&served, "idle_connections").await;
    assert!((900..1_000).contains(&closed), "{closed}");
}

#[tokio::test]
async fn an_address_whose_connections_are_all_busy_gets_no_more() {
    let (_directory, served) = clinic(&[
        "http.limits.trusted_proxies=",
        "http.limits.connections_per_address=3",
        "http.body_read_seconds=300",
    ]);
    let mut busy = Vec::new();
    for _ in 0..3 {
        let mut stream = connect_from(Ipv4Addr::LOCALHOST, served.authority()).await;
        let head = "POST /v1/leases HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("a head");
        // It asks for the body: the request is under way.
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).await.expect("an interim answer"), 1);
        busy.push(stream);
    }
    let mut one_more = connect_from(Ipv4Addr::LOCALHOST, served.authority()).await;
    let mut rest = Vec::new();
    // Nothing or a reset: it was never served.
    assert!(one_more.read_to_end(&mut rest).await.is_err() || rest.is_empty());
    gets_a_number(&served).await;
    assert_eq!(metric(&served, "address_connections").await, 1);
}

#[tokio::test]
async fn a_request_head_has_a_largest_size() {
    let (_directory, served) = clinic(&["http.max_head_bytes=8192"]);
    for (headers, status) in [("x: y\r\n".to_owned(), "200"), (format!("x: {}\r\n", "y".repeat(9_000)), "431")] {
        let mut stream = connect_from(HONEST, served.authority()).await;
        let head = format!("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.expect("a head");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"));
    }
}

#[tokio::test]
async fn an_http2_connection_that_asks_nothing_is_closed() {
    let (_directory, served) = clinic(&["http.idle_seconds=1"]);
    let stream = connect_from(HONEST, served.authority()).await;
    let (mut sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    let connection = tokio::spawn(connection);
    let request = Request::get("http://a/healthz").body(Body::empty()).expect("a request");
    assert_eq!(sender.send_request(request).await.expect("an answer").status(), 200);
    // Its client answers pings and would stay for ever.
    connection.await.expect("no panic").expect("an orderly end");
}
