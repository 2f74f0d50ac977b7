//! Data that version 0.1.0 wrote, its directory and its backup, is read by this version: everything is found.
//!
//! `tests/fixtures/0.1.0` was written by this test with `HATSUBAN_WRITE_FIXTURES` set to its path. It is written anew for
//! no version: a new layout gets a directory of its own beside it.

mod support;

use pool_service::{
    admin::transfer,
    domain::{
        access::{AccessToken, Scope},
        call::CallKey,
        lease::Standing,
        policy::LeasePolicy,
        site::Configuration,
        token::TokenKey,
        visitor::{ClickId, Profile, Visitor},
    },
    store::{
        Acquire, Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
};
use std::{fs, path::Path};
use support::{START, call_row, keep_call, number, numbers, overflow, pool, pool_id, seconds, session};

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/0.1.0")
}

fn open(path: &Path, clock: &ManualClock) -> EmbeddedStore {
    EmbeddedStore::open(path, EmbeddedClock::Manual(clock.clone())).expect("a store")
}

async fn acquire(store: &dyn Store, name: &str) {
    let click = ClickId { kind: "gclid".into(), value: format!("click-{name}"), clicked_at_ms: None, from_url: true };
    let profile = Profile { visitor_id: Some(name.to_owned()), ..Profile::default() };
    let visitor = Visitor { click_ids: vec![click], ..Visitor::default() }.with(profile);
    let row = Acquire { session: session(name), visitor, claim: None };
    store.acquire(&pool_id("main"), &[row]).await.expect("an answer");
}

/// Version 0.1.0 did not write down who told of a call.
fn old_key(name: &str) -> CallKey {
    CallKey::parse(&format!("unknown/{name}")).expect("a key")
}

/// Some of everything that a store holds.
async fn history(store: &dyn Store, clock: &ManualClock) {
    let main = pool_id("main");
    let configured = pool(&main, Some(overflow()), LeasePolicy::default());
    let configuration = Configuration { pools: vec![configured.clone()], ..Configuration::default() };
    store.put_configuration(0, &configuration).await.expect("an answer").expect("a version");
    store.put_pool(&configured).await.expect("a pool");
    store.put_numbers(&main, &numbers(3), Standing::Active).await.expect("numbers");
    store.put_numbers(&main, &[number(2)], Standing::Draining).await.expect("numbers");
    store.token_keys(&TokenKey::new([7; 36], START)).await.expect("keys");
    let (token, _) = AccessToken::issue("pbx".into(), vec![Scope::CallsRead], vec![], START, ([1; 8], [2; 32]));
    assert!(store.put_access_token(None, &token).await.expect("an answer"), "it is the first");
    for name in ["a", "b", "c"] {
        acquire(store, name).await;
    }
    let (mut ended, mut lasts) =
        (call_row("ended", number(0), START), call_row("lasts", number(1), START + seconds(300)));
    ended.span.key = old_key("ended");
    keep_call(store, &main, &ended).await;
    ended.span.ended_at = Some(START);
    keep_call(store, &main, &ended).await;
    clock.advance(seconds(300));
    acquire(store, "d").await;
    lasts.span.key = old_key("lasts");
    keep_call(store, &main, &lasts).await;
}

/// All that can be asked, as one text.
async fn seen(store: &dyn Store) -> String {
    let main = pool_id("main");
    let mut seen = format!("{:#?}\n", store.configuration().await.expect("an answer"));
    seen += &format!("{:#?}\n", store.access_tokens().await.expect("tokens"));
    seen += &format!("{:#?}\n", store.token_keys(&TokenKey::new([8; 36], START)).await.expect("keys"));
    seen += &format!("{:#?}\n", store.numbers(&main).await.expect("numbers"));
    seen += &format!("{:#?}\n", store.occupancy(&main).await.expect("counts"));
    for number in numbers(3).iter().chain([&overflow()]) {
        seen += &format!("{:#?}\n", store.holders(&main, number, None).await.expect("an answer"));
        seen += &format!("{:#?}\n", store.holders(&main, number, Some(START)).await.expect("an answer"));
        seen += &format!("{:#?}\n", store.pool_of(number).await.expect("an answer"));
    }
    for name in ["ended", "lasts"] {
        let kept = store.call(&main, &old_key(name)).await.expect("an answer").expect("a call");
        seen += &format!("{:#?}\n", kept.row.span);
    }
    seen
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory").map(|entry| entry.expect("an entry")) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            let mut bytes = fs::read(&path).expect("a file");
            if path.extension().is_some_and(|extension| extension == "jnl") {
                // The rest of a journal is zeros that were reserved.
                bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
            }
            fs::write(to, bytes).expect("copied");
        }
    }
}

/// What the history shows on this version, in a directory of its own.
async fn expected(directory: &Path) -> (String, ManualClock) {
    let clock = ManualClock::at(START);
    let store = open(&directory.join("fresh"), &clock);
    history(&store, &clock).await;
    let seen = seen(&store).await;
    if let Some(fixtures) = std::env::var_os("HATSUBAN_WRITE_FIXTURES") {
        let fixtures = Path::new(&fixtures);
        fs::create_dir_all(fixtures).expect("a directory");
        transfer::backup(&store, &fixtures.join("backup.ndjson"), &|_| ()).await.expect("a backup");
        copy(&directory.join("fresh"), &fixtures.join("store"));
    }
    (seen, clock)
}

#[tokio::test]
async fn a_directory_is_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let (expected, clock) = expected(directory.path()).await;
    copy(&fixtures().join("store"), &directory.path().join("old"));
    let store = open(&directory.path().join("old"), &clock);
    assert_eq!(seen(&store).await, expected);
}

#[tokio::test]
async fn a_backup_is_restored() {
    let directory = tempfile::tempdir().expect("a directory");
    let (expected, clock) = expected(directory.path()).await;
    let store = open(&directory.path().join("new"), &clock);
    transfer::restore(&store, &fixtures().join("backup.ndjson"), &|_| ()).await.expect("restored");
    assert_eq!(seen(&store).await, expected);
}
