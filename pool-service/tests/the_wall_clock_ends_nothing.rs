//! The embedded store's time over restarts: the machine's own counting decides, not the wall clock that anybody may set. A
//! machine that went down without warning may have lost leases: nothing new is granted until they have run out.

mod support;

use pool_service::{
    domain::{
        lease::{Lease, Standing},
        policy::LeasePolicy,
        time::{Span, Timestamp},
        token::LeaseClaim,
        visitor::Visitor,
    },
    store::{
        Acquire, AdminStore, Grant, How, LeaseStore,
        embedded::{EmbeddedClock, EmbeddedStore, Machine},
    },
};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use support::{START, numbers, pool, pool_id, seconds, session};

/// A machine whose clocks a test moves.
#[derive(Debug)]
struct Made(Mutex<(Timestamp, Span, String)>);

impl Made {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new((START, seconds(1_000), "first start".to_owned()))))
    }

    fn pass(&self, span: Span) {
        let mut machine = self.0.lock().expect("unpoisoned");
        (machine.0, machine.1) = (machine.0 + span, machine.1 + span);
    }

    fn set_wall_clock(&self, to: Timestamp) {
        self.0.lock().expect("unpoisoned").0 = to;
    }

    fn start_again(&self) {
        let mut machine = self.0.lock().expect("unpoisoned");
        (machine.1, machine.2) = (seconds(20), format!("after {}", machine.2));
    }
}

impl Machine for Made {
    fn wall(&self) -> Timestamp {
        self.0.lock().expect("unpoisoned").0
    }

    fn since_start(&self) -> Span {
        self.0.lock().expect("unpoisoned").1
    }

    fn start_id(&self) -> Option<String> {
        Some(self.0.lock().expect("unpoisoned").2.clone())
    }
}

fn open(path: &Path, machine: &Arc<Made>) -> EmbeddedStore {
    EmbeddedStore::open(path, EmbeddedClock::Machine(Arc::clone(machine) as Arc<dyn Machine>)).expect("a store")
}

async fn with_numbers(store: &EmbeddedStore, count: usize) {
    store.put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&pool_id("main"), &numbers(count), Standing::Active).await.expect("numbers");
}

async fn ask(store: &EmbeddedStore, name: &str, claim: Option<LeaseClaim>) -> Option<(Lease, How)> {
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim };
    match store.acquire(&pool_id("main"), &[row]).await.expect("an answer").remove(0).grant {
        Grant::Leased { lease, how, .. } => Some((lease, how)),
        _ => None,
    }
}

/// The files as they stand while the store is open: what a crash leaves.
fn crash_image(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory").map(|entry| entry.expect("an entry")) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            crash_image(&path, &to);
        } else {
            std::fs::copy(path, to).expect("copied");
        }
    }
}

#[tokio::test]
async fn a_clock_set_forward_while_the_store_was_closed_ends_no_lease() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let store = open(directory.path(), &machine);
    with_numbers(&store, 1).await;
    ask(&store, "a", None).await.expect("a lease");
    drop(store);
    machine.set_wall_clock(START + seconds(86_400));
    machine.pass(seconds(100));

    let store = open(directory.path(), &machine);
    assert_eq!(store.now().await, Ok(START + seconds(100)));
    assert_eq!(ask(&store, "b", None).await, None, "a's page still shows it");
    machine.pass(seconds(200));
    assert!(ask(&store, "b", None).await.is_some());
}

#[tokio::test]
async fn a_clock_set_back_while_the_store_was_closed_prolongs_no_lease() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let store = open(directory.path(), &machine);
    with_numbers(&store, 1).await;
    ask(&store, "a", None).await.expect("a lease");
    drop(store);
    machine.set_wall_clock(START - seconds(86_400));
    machine.pass(seconds(300));

    let store = open(directory.path(), &machine);
    assert!(ask(&store, "b", None).await.is_some(), "its time has passed");
}

#[tokio::test]
async fn a_clock_that_was_put_right_is_followed_once_nobody_holds_a_number() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let store = open(directory.path(), &machine);
    with_numbers(&store, 1).await;
    ask(&store, "a", None).await.expect("a lease");
    drop(store);
    machine.pass(seconds(300));
    machine.set_wall_clock(START + seconds(86_400));
    let store = open(directory.path(), &machine);
    assert_eq!(store.now().await, Ok(START + seconds(86_400)));
}

#[tokio::test]
async fn a_running_store_heeds_no_wall_clock() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let store = open(directory.path(), &machine);
    machine.set_wall_clock(START + seconds(86_400));
    assert_eq!(store.now().await, Ok(START));
    machine.pass(seconds(7));
    assert_eq!(store.now().await, Ok(START + seconds(7)));
}

#[tokio::test]
async fn after_a_loss_of_power_nothing_new_is_granted_for_a_while() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let (before, lost) = (directory.path().join("before"), directory.path().join("lost"));
    let store = open(&before, &machine);
    with_numbers(&store, 3).await;
    let (first, _) = ask(&store, "a", None).await.expect("a lease");
    // What follows never reaches the disk.
    crash_image(&before, &lost);
    let (second, _) = ask(&store, "b", None).await.expect("a lease");
    let claim = LeaseClaim::of(&pool_id("main"), &second);
    machine.pass(seconds(30));
    machine.start_again();

    let store = open(&lost, &machine);
    assert_eq!(ask(&store, "c", None).await, None, "any free number may be somebody's");
    let (renewed, how) = ask(&store, "a", None).await.expect("its own");
    assert_eq!((renewed.number, how), (first.number, How::Renewed));
    let (restored, how) = ask(&store, "b", Some(claim)).await.expect("what its token proves");
    assert_eq!((&restored.number, how), (&second.number, How::Restored));
    assert!(restored.generation > second.generation);
    drop(store);

    machine.pass(seconds(299));
    let store = open(&lost, &machine);
    assert_eq!(ask(&store, "c", None).await, None, "another restart ends nothing of this");
    machine.pass(seconds(1));
    assert!(ask(&store, "c", None).await.is_some());
}

#[tokio::test]
async fn a_lapsed_lease_proves_nothing_after_a_loss_of_power() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let (before, lost) = (directory.path().join("before"), directory.path().join("lost"));
    let store = open(&before, &machine);
    with_numbers(&store, 1).await;
    let (first, _) = ask(&store, "a", None).await.expect("a lease");
    crash_image(&before, &lost);
    machine.pass(seconds(300));
    ask(&store, "b", None).await.expect("a lease of the same number, which never reaches the disk");
    machine.start_again();

    let store = open(&lost, &machine);
    let claim = LeaseClaim::of(&pool_id("main"), &first);
    assert_eq!(ask(&store, "a", Some(claim)).await, None, "b's page shows it");
    machine.pass(seconds(300));
    assert!(ask(&store, "a", None).await.is_some());
}

#[tokio::test]
async fn an_orderly_end_and_a_kill_lose_nothing_and_hold_up_nobody() {
    let (directory, machine) = (tempfile::tempdir().expect("a directory"), Made::new());
    let (orderly, killed) = (directory.path().join("orderly"), directory.path().join("killed"));
    let store = open(&orderly, &machine);
    with_numbers(&store, 2).await;
    crash_image(&orderly, &killed);
    drop(store);
    assert!(ask(&open(&killed, &machine), "a", None).await.is_some(), "the machine stayed on: nothing was lost");
    machine.start_again();
    assert!(ask(&open(&orderly, &machine), "a", None).await.is_some(), "everything was synced");
}
