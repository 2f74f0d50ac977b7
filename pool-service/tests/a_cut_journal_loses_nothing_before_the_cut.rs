//! The journal of the embedded store, cut at every byte of its last commits, as a crash may leave it: the store opens, has
//! everything that was committed before the cut, and of a commit that was cut it has nothing.

mod support;

use pool_service::{
    domain::{lease::Standing, policy::LeasePolicy, visitor::Visitor},
    store::{
        Acquire, AdminStore, LeaseStore,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
        records::RecordStore,
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use support::{START, begin_call, call, number, numbers, pool, pool_id, session};

fn open(path: &Path) -> EmbeddedStore {
    EmbeddedStore::open(path, EmbeddedClock::Manual(ManualClock::at(START))).expect("it opens wherever it was cut")
}

async fn acquire(store: &EmbeddedStore, names: &[&str]) {
    let row = |name: &&str| Acquire { session: session(name), visitor: Visitor::default(), claim: None };
    store.acquire(&pool_id("main"), &names.iter().map(row).collect::<Vec<_>>()).await.expect("an answer");
}

/// The journal that is written to.
fn journal(directory: &Path) -> PathBuf {
    let files = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "jnl")).max().expect("a journal")
}

/// What was written into it; the file is longer, of zeros.
fn written(directory: &Path) -> Vec<u8> {
    let mut bytes = fs::read(journal(directory)).expect("a journal");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("something") + 1;
    bytes.truncate(end);
    bytes
}

fn copy_all_but_journals(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory").map(|entry| entry.expect("an entry")) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all_but_journals(&path, &to);
        } else if path.extension().is_none_or(|extension| extension != "jnl") {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

/// What of the three last commits is there: two leases, a call, another lease. Panics if half of one is.
async fn found(store: &EmbeddedStore) -> [bool; 3] {
    let main = pool_id("main");
    let mut holders = vec![];
    for index in 0..3 {
        let of_number = store.holders(&main, &number(index), None).await.expect("an answer").expect("a number");
        holders.push(of_number.leases.first().map(|lease| lease.session.clone()));
        if index == 0 {
            let record = store.call(&main, &call("one")).await.expect("an answer");
            assert_eq!(record.is_some(), of_number.calls.len() == 1, "a call and its place among others come together");
        }
    }
    let has_two = holders[0] == Some(session("a"));
    assert_eq!(holders[1], has_two.then(|| session("b")), "two leases of one step come together");
    let has_call = store.call(&main, &call("one")).await.expect("an answer").is_some();
    let has_third = holders[2] == Some(session("c"));
    [has_two, has_call, has_third]
}

#[tokio::test]
async fn all_or_nothing_of_each_commit() {
    let directory = tempfile::tempdir().expect("a directory");
    let (live, cut) = (directory.path().join("live"), directory.path().join("cut"));
    let (main, store) = (pool_id("main"), open(&live));
    store.put_pool(&pool(&main, None, LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&main, &numbers(3), Standing::Active).await.expect("numbers");
    let mut ends = vec![written(&live).len()];
    acquire(&store, &["a", "b"]).await;
    ends.push(written(&live).len());
    begin_call(&store, &main, "one", &number(0)).await;
    ends.push(written(&live).len());
    acquire(&store, &["c"]).await;
    ends.push(written(&live).len());
    assert!(ends.is_sorted() && ends[0] < ends[3], "each is acknowledged only once it is in the journal: {ends:?}");

    let (whole, name) = (written(&live), journal(&live).file_name().expect("a name").to_owned());
    for length in ends[0]..=ends[3] {
        copy_all_but_journals(&live, &cut);
        let mut bytes = whole[..length].to_vec();
        // After a loss of power the end of the file may be there while what was written is not.
        if length % 4 == 0 {
            bytes.resize(length + 4_096, 0);
        }
        fs::write(cut.join(&name), bytes).expect("written");
        let expected = [length >= ends[1], length >= ends[2], length >= ends[3]];
        assert_eq!(found(&open(&cut)).await, expected, "cut at {length} of {ends:?}");
        fs::remove_dir_all(&cut).expect("removed");
    }
}
