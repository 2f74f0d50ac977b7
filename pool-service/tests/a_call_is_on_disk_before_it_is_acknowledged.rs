//! The order of system calls: a call is acknowledged after the journal was synced to the disk, a lease after it was handed
//! to the system.

#![allow(clippy::print_stdout, reason = "what is said is a system call that strace sees")]

mod support;

use pool_service::{
    domain::{lease::Standing, policy::LeasePolicy, visitor::Visitor},
    store::{
        Acquire, AdminStore, LeaseStore,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
};
use std::{fs, process::Command};
use support::{begin_call, end_call, number, numbers, pool, pool_id, session};

const ROUNDS: usize = 5;

/// Run alone by the other test, under the eyes of `strace`.
#[tokio::test]
async fn leases_and_calls_are_acknowledged() {
    let directory = tempfile::tempdir().expect("a directory");
    let (main, store) = (pool_id("main"), EmbeddedStore::open(directory.path(), EmbeddedClock::System));
    let store = store.expect("a store");
    store.put_pool(&pool(&main, None, LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&main, &numbers(ROUNDS), Standing::Active).await.expect("numbers");
    println!("begins");
    for round in 0..ROUNDS {
        let row = Acquire { session: session(&round.to_string()), visitor: Visitor::default(), claim: None };
        store.acquire(&main, &[row]).await.expect("a lease");
        println!("acknowledged lease {round}");
        let name = format!("call-{round}");
        begin_call(&store, &main, &name, &number(round)).await;
        println!("acknowledged call {round}");
        end_call(&store, &main, &name).await;
        println!("acknowledged end {round}");
    }
}

/// Whether these system calls wrote to the journal, and whether it was synced after the last of those writes.
fn written_and_synced(calls: &[&str]) -> (bool, bool) {
    let (mut is_written, mut is_synced, mut under_way) = (false, false, vec![]);
    for line in calls {
        let thread = line.split_whitespace().next().expect("a thread");
        if line.contains(".jnl>") && line.contains("write(") {
            (is_written, is_synced) = (true, false);
        } else if line.contains(".jnl>") && line.contains("fdatasync(") {
            if line.contains("<unfinished") {
                under_way.push(thread);
            } else {
                is_synced = line.ends_with("= 0");
            }
        } else if line.contains("fdatasync resumed>") && under_way.contains(&thread) {
            is_synced = line.ends_with("= 0");
        }
    }
    (is_written, is_synced)
}

#[test]
fn the_journal_is_synced_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("calls");
    let program = std::env::current_exe().expect("this program");
    let traced = Command::new("strace")
        .args(["-f", "-y", "-s", "80", "-e", "trace=write,fdatasync,fsync", "-o"])
        .arg(&log)
        .arg(program)
        .args(["--exact", "leases_and_calls_are_acknowledged", "--nocapture", "--test-threads=1"])
        .output()
        .expect("strace runs: install the package strace");
    assert!(traced.status.success(), "{}", String::from_utf8_lossy(&traced.stderr));

    let text = fs::read_to_string(&log).expect("a log");
    let lines: Vec<&str> = text.lines().collect();
    let at = |what: &str| {
        let said = lines.iter().position(|line| line.contains("write(1<") && line.contains(what));
        said.unwrap_or_else(|| panic!("{what} was not said:\n{text}"))
    };
    let mut last = at("begins");
    for round in 0..ROUNDS {
        for (what, must_be_synced) in [("lease", false), ("call", true), ("end", true)] {
            let acknowledged = at(&format!("acknowledged {what} {round}"));
            let (is_written, is_synced) = written_and_synced(&lines[last..acknowledged]);
            assert!(is_written, "{what} {round} was acknowledged before it was written");
            assert_eq!(is_synced, must_be_synced, "{what} {round}:\n{}", lines[last..=acknowledged].join("\n"));
            last = acknowledged;
        }
    }
}
