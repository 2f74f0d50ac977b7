//! Several copies of the service on one Redis: no number goes out twice, each end is announced once, and what is applied
//! through one copy reaches the others.

mod http_support;
mod support;

use http_support::{
    CLINIC, ORIGIN, TARO,
    process::{Served, succeed},
};
use pool_service::{
    domain::{lease::Standing, policy::LeasePolicy, visitor::Visitor},
    store::{
        Acquire, AdminStore, Grant, LeaseStore,
        clock::ManualClock,
        redis::{RedisClock, RedisStore},
    },
};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};
use support::{START, numbers, pool, pool_id, redis_server::RedisServer, seconds, session, unique};
use tempfile::TempDir;
use tokio::task::JoinSet;

async fn copies(clock: &ManualClock) -> [RedisStore; 2] {
    let (url, prefix) = (RedisServer::shared().url(), unique());
    let connect = || RedisStore::connect(&url, &prefix, RedisClock::Manual(clock.clone()));
    [connect().await.expect("a store"), connect().await.expect("a store")]
}

/// Many sessions ask both copies at once; gives the numbers and generations of their leases.
async fn rush(copies: &[RedisStore; 2], sessions: usize) -> Vec<(String, u64)> {
    let mut asking = JoinSet::new();
    for index in 0..sessions {
        let store = copies[index % 2].clone();
        asking.spawn(async move {
            let row = Acquire { session: session(&index.to_string()), visitor: Visitor::default(), claim: None };
            store.acquire(&pool_id("main"), &[row]).await.expect("an answer").remove(0).grant
        });
    }
    let leases = asking.join_all().await.into_iter().filter_map(|grant| match grant {
        Grant::Leased { lease, .. } => Some((lease.number.to_string(), lease.generation)),
        Grant::Overflow { .. } | Grant::Exhausted => None,
    });
    leases.collect()
}

#[tokio::test]
async fn no_number_goes_out_twice_and_each_end_is_announced_once() {
    let clock = ManualClock::at(START);
    let copies = copies(&clock).await;
    copies[0].put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
    copies[1].put_numbers(&pool_id("main"), &numbers(150), Standing::Active).await.expect("numbers");
    let leases = rush(&copies, 400).await;
    assert_eq!(leases.len(), 150, "all numbers are used");
    assert_eq!(leases.iter().map(|(number, _)| number).collect::<BTreeSet<_>>().len(), 150);
    assert_eq!(leases.iter().map(|(_, generation)| generation).collect::<BTreeSet<_>>().len(), 150);

    clock.advance(seconds(300));
    let mut sweeping = JoinSet::new();
    for sweeper in 0..40 {
        let store = copies[sweeper % 2].clone();
        sweeping.spawn(async move { store.sweep(&pool_id("main"), 7).await.expect("swept") });
    }
    let announced: Vec<_> = sweeping.join_all().await.into_iter().flatten().map(|lease| lease.generation).collect();
    assert_eq!(announced.len(), 150, "forty sweeps of seven are enough for all");
    assert_eq!(announced.iter().collect::<BTreeSet<_>>().len(), 150, "none is told by both");
}

fn lease(service: &Served) -> String {
    let body = format!(r#"{{"site":"st_clinic","session":"{TARO}","leases":[{{"target":"main"}}]}}"#);
    ask(service, "POST /v1/leases", &body)
}

fn ask(service: &Served, what: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(service.authority()).expect("a connection");
    let head = format!("host: x\r\norigin: {ORIGIN}\r\nconnection: close\r\ncontent-length: {}", body.len());
    write!(stream, "{what} HTTP/1.1\r\n{head}\r\n\r\n{body}").expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    answer
}

#[test]
fn what_is_applied_through_one_copy_reaches_the_others() {
    let server = RedisServer::start(&[]);
    let directories = [TempDir::new().expect("a directory"), TempDir::new().expect("a directory")];
    let store = format!("store={}", server.url());
    let key_file = format!("calls.key_file={}", directories[0].path().join("caller.key").display());
    let options = ["--set", &store, "--set", "configuration.poll_seconds=1", "--set", &key_file];
    let one = Served::start(directories[0].path(), &options);
    let mut other = Served::start(directories[1].path(), &options);
    other.wait_for_log("appendonly no");
    assert!(lease(&other).contains("/problems/unknown-site"), "{}", lease(&other));

    let file = directories[0].path().join("clinic.toml");
    std::fs::write(&file, CLINIC).expect("a file");
    succeed(directories[0].path(), &["apply", &file.display().to_string()]);
    other.wait_for_log("the configuration changed");
    let told = lease(&other);
    assert!(told.contains("05031110001") && told.contains(r#""generation":1,"#), "{told}");
    let told = lease(&one);
    assert!(
        told.contains("05031110001") && told.contains(r#""generation":1,"#),
        "the same visitor at the other: {told}"
    );
}

#[test]
fn a_server_that_may_have_lost_grants_is_told_by_log_and_metrics() {
    let server = RedisServer::start(&["--appendonly", "yes", "--enable-debug-command", "yes"]);
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("clinic.toml");
    std::fs::write(&file, CLINIC).expect("a file");
    let store = format!("store={}", server.url());
    let mut service = Served::start(directory.path(), &["--set", &store, "--set", "sweep.interval_seconds=1"]);
    succeed(directory.path(), &["apply", &file.display().to_string()]);
    assert!(lease(&service).contains("05031110001"));
    let metrics = ask(&service, "GET /metrics", "");
    assert!(metrics.contains("hatsuban_pool_safe_mode{pool=\"clinic-main\"} 0\n"), "{metrics}");

    assert_eq!(server.command("DEBUG RESTART"), "", "it hangs up");
    service.wait_for_log("nobody gets a new number pool=clinic-main");
    server.wait_for("INFO persistence", "\nloading:0");
    let metrics = ask(&service, "GET /metrics", "");
    assert!(metrics.contains("hatsuban_pool_safe_mode{pool=\"clinic-main\"} 1\n"), "{metrics}");
    assert!(metrics.contains("hatsuban_pool_overlaps{pool=\"clinic-main\"} 0\n"), "{metrics}");
    assert!(lease(&service).contains("05031110001"), "whoever has a lease keeps it");
}
