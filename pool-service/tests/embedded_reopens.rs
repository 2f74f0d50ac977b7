//! What the embedded store promised still holds after it was closed and opened again.

mod support;

use pool_service::{
    domain::{
        access::AccessToken,
        ids::{DestinationId, PoolId},
        lease::{Lease, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        site::Configuration,
        time::Timestamp,
        token::TokenKey,
        visitor::{Profile, Visitor},
    },
    store::{
        Acquire, AdminStore, Grant, How, LeaseStore, StoreError,
        clock::{ManualClock, wall},
        embedded::{EmbeddedClock, EmbeddedStore},
        records::{CallQuery, CallsOf, DocumentKind, RecordStore, SaveCall, SavedCall, Survives},
    },
};
use std::{collections::BTreeMap, path::Path};
use support::{
    START, begin_call, call, call_row, end_call, keep_call, number, numbers, overflow, pool, pool_id, seconds, session,
};

fn open(path: &Path, clock: &ManualClock) -> EmbeddedStore {
    EmbeddedStore::open(path, EmbeddedClock::Manual(clock.clone())).expect("a store")
}

async fn with_numbers(store: &EmbeddedStore, count: usize) {
    let main = pool_id("main");
    store.put_pool(&pool(&main, Some(overflow()), LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&main, &numbers(count), Standing::Active).await.expect("numbers");
}

async fn acquire(store: &EmbeddedStore, name: &str) -> Grant {
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim: None };
    store.acquire(&pool_id("main"), &[row]).await.expect("an answer").remove(0).grant
}

async fn leased(store: &EmbeddedStore, name: &str) -> (Lease, How) {
    match acquire(store, name).await {
        Grant::Leased { lease, how, .. } => (lease, how),
        other => panic!("no lease: {other:?}"),
    }
}

async fn holder_sessions(store: &EmbeddedStore, index: usize) -> Vec<String> {
    let holders = store.holders(&pool_id("main"), &number(index), None).await.expect("an answer").expect("known");
    holders.leases.iter().map(|lease| lease.session.as_str().trim_start_matches('-').to_owned()).collect()
}

#[tokio::test]
async fn leases_history_and_order_survive() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    with_numbers(&store, 2).await;
    let (a, _) = leased(&store, "a").await;
    leased(&store, "b").await;
    clock.advance(seconds(300));
    let (c, _) = leased(&store, "c").await;
    store.release(&main, &session("c")).await.expect("released");
    clock.advance(seconds(300));
    let (d, _) = leased(&store, "d").await;
    let shown = acquire(&store, "e").await;
    assert!(matches!(shown, Grant::Leased { .. }), "both numbers were free");
    let shown = acquire(&store, "f").await;
    assert!(matches!(shown, Grant::Overflow { .. }));
    drop(store);

    let store = open(directory.path(), &clock);
    assert_eq!(holder_sessions(&store, 0).await, ["e", "c", "a"]);
    assert_eq!(holder_sessions(&store, 1).await, ["d", "b"]);
    let shown = store.holders(&main, &overflow(), None).await.expect("an answer").expect("known");
    assert_eq!(shown.leases[0].session, session("f"));
    let (renewed, how) = leased(&store, "d").await;
    assert_eq!((renewed, how), (d, How::Renewed));
    assert!(matches!(acquire(&store, "c").await, Grant::Overflow { .. }), "a release survives");
    let announced = store.sweep(&main, 10).await.expect("an answer");
    let announced: Vec<_> = announced.into_iter().map(|lease| lease.generation).collect();
    assert_eq!(announced, [a.generation, a.generation + 1], "what ended is still to be announced, a release is not");
    assert_eq!(c.generation, 3);
    drop(store);

    let store = open(directory.path(), &clock);
    assert_eq!(store.sweep(&main, 10).await, Ok(vec![]), "once is once");
    clock.advance(seconds(300));
    let (next, _) = leased(&store, "g").await;
    assert_eq!((next.number, next.generation), (number(0), 6), "order and generation go on");
    assert_eq!(leased(&store, "d").await.1, How::Regranted, "a session still knows its number");
}

#[tokio::test]
async fn calls_and_their_pins_survive() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    with_numbers(&store, 1).await;
    let begun = begin_call(&store, &main, "one", &number(0)).await;
    drop(store);

    let store = open(directory.path(), &clock);
    clock.advance(seconds(3_600));
    assert!(matches!(acquire(&store, "a").await, Grant::Overflow { .. }), "pinned");
    let kept = store.call(&main, &call("one")).await.expect("an answer").expect("a known call");
    assert_eq!((kept.revision, &kept.row.span), (1, &begun));
    let ended = end_call(&store, &main, "one").await;
    drop(store);

    let store = open(directory.path(), &clock);
    assert!(matches!(acquire(&store, "a").await, Grant::Overflow { .. }), "pinned for a while after its end");
    clock.advance(seconds(300));
    leased(&store, "a").await;
    drop(store);

    let store = open(directory.path(), &clock);
    let kept = store.call(&main, &call("one")).await.expect("an answer").expect("a known call");
    assert_eq!((kept.revision, kept.row.span), (2, ended));
    let at_begin = store.holders(&main, &number(0), Some(START)).await.expect("an answer").expect("known");
    assert_eq!(at_begin.calls.len(), 1);
}

#[tokio::test]
async fn records_are_found_and_counted_after_reopening() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    with_numbers(&store, 1).await;
    let mut row = call_row("one", number(0), START);
    (row.caller, row.destination) = (Some("0af3".to_owned()), DestinationId::parse("desk").ok());
    keep_call(&store, &main, &row).await;
    keep_call(&store, &PoolId::none(), &row).await;
    store.put_document(DocumentKind::Audit, "a", None, "1", None).await.expect("written");
    store.put_document(DocumentKind::Audit, "b", None, "2", Some(START + seconds(60))).await.expect("written");
    let seen = async |store: &EmbeddedStore| {
        let mut seen = String::new();
        for pool in [&main, &PoolId::none()] {
            for of in [CallsOf::Pool, CallsOf::Caller("0af3".to_owned()), CallsOf::Number(number(0))] {
                let (from, until) = (START, START + seconds(1));
                let query = CallQuery { of, from, until, after: None, newest_first: false, limit: 9 };
                seen += &format!("{:?}\n", store.calls(pool, &query).await.expect("calls"));
            }
            seen += &format!("{:?}\n", store.hours(pool, START, START + seconds(1)).await.expect("hours"));
            seen += &format!("{:?}\n", store.traffic(pool).await.expect("traffic"));
        }
        seen + &format!("{:?}\n", store.documents(DocumentKind::Audit, "a", "z", false, 9).await.expect("documents"))
    };
    let before = seen(&store).await;
    assert_eq!(before.matches("\"one\"").count(), 6, "{before}");
    drop(store);

    let store = open(directory.path(), &clock);
    assert_eq!(seen(&store).await, before);
    let mut row = call_row("two", number(0), START);
    row.destination = DestinationId::parse("desk").ok();
    let save = SaveCall { row, read_revision: 0, capacity: Some(1), survives: Survives::Crash };
    assert_eq!(store.save_call(&main, &save).await, Ok(SavedCall::Busy));
    clock.advance(seconds(60));
    assert_eq!(store.sweep_documents(DocumentKind::Audit, 9).await, Ok(1));
}

#[tokio::test]
async fn the_pin_of_another_call_is_known_after_reopening() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    with_numbers(&store, 1).await;
    leased(&store, "a").await;
    for name in ["one", "two"] {
        begin_call(&store, &main, name, &number(0)).await;
    }
    drop(store);

    let store = open(directory.path(), &clock);
    end_call(&store, &main, "one").await;
    store.release(&main, &session("a")).await.expect("an answer").expect("a lease");
    clock.advance(seconds(3_600));
    assert!(matches!(acquire(&store, "b").await, Grant::Overflow { .. }), "the other call goes on");
}

#[tokio::test]
async fn configuration_numbers_and_tokens_survive() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    with_numbers(&store, 3).await;
    store.put_numbers(&main, &[number(1)], Standing::Draining).await.expect("put");
    let configuration =
        Configuration { pools: vec![pool(&main, None, LeasePolicy::default())], ..Configuration::default() };
    let version = store.put_configuration(0, &configuration).await.expect("an answer").expect("a version");
    let key = TokenKey::new([7; 36], START);
    store.token_keys(&key).await.expect("keys");
    let (token, _) = AccessToken::issue("one".into(), vec![], vec![], START, ([1; 8], [2; 32]));
    assert!(store.put_access_token(None, &token).await.expect("an answer"), "it is the first");
    drop(store);

    let store = open(directory.path(), &clock);
    assert_eq!(store.configuration().await, Ok((version, configuration)));
    let standings: Vec<_> = store.numbers(&main).await.expect("numbers").into_iter().map(|(_, how)| how).collect();
    assert_eq!(standings, [Standing::Active, Standing::Draining, Standing::Active]);
    assert_eq!(store.pool_of(&number(1)).await, Ok(Some(main.clone())));
    assert_eq!(store.pool_of(&overflow()).await, Ok(Some(main)));
    assert!(store.token_keys(&TokenKey::new([8; 36], START)).await.expect("keys") == [key]);
    assert_eq!(store.access_token(&token.id).await, Ok(Some(token)));
}

#[tokio::test]
async fn the_clock_does_not_step_back_over_a_restart() {
    let (directory, future) = (tempfile::tempdir().expect("a directory"), wall() + seconds(86_400));
    let store = open(directory.path(), &ManualClock::at(future));
    with_numbers(&store, 1).await;
    let (lease, _) = leased(&store, "a").await;
    drop(store);

    let store = open(directory.path(), &ManualClock::at(wall()));
    assert_eq!(store.now().await, Ok(future));
    assert_eq!(leased(&store, "a").await.0.held_until, lease.held_until);
    drop(store);

    // The wall clock shows an earlier time than the store has seen: time goes on from there.
    let store = EmbeddedStore::open(directory.path(), EmbeddedClock::System).expect("a store");
    let first = store.now().await.expect("the time");
    assert!(first >= future);
    while store.now().await.expect("the time") == first {
        tokio::task::yield_now().await;
    }
    assert!(store.now().await.expect("the time") < future + seconds(60));
}

#[tokio::test]
async fn without_an_earlier_time_the_wall_clock_counts() {
    let directory = tempfile::tempdir().expect("a directory");
    let before = wall();
    let store = EmbeddedStore::open(directory.path(), EmbeddedClock::System).expect("a store");
    let now = store.now().await.expect("the time");
    assert!(before <= now && now <= wall() + seconds(1), "{before:?} {now:?}");
    assert!(now > Timestamp::ZERO);
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = EmbeddedStore::open(directory.path(), EmbeddedClock::System).expect("a store");
    let Err(StoreError::Unsuitable(why)) = EmbeddedStore::open(directory.path(), EmbeddedClock::System) else {
        panic!("opened twice");
    };
    assert!(why.contains(&directory.path().display().to_string()) && why.contains("another process"), "{why}");
    drop(store);
    EmbeddedStore::open(directory.path(), EmbeddedClock::System).expect("free again");
}

#[tokio::test]
async fn an_older_version_refuses_what_a_newer_one_wrote() {
    let directory = tempfile::tempdir().expect("a directory");
    drop(EmbeddedStore::open(directory.path(), EmbeddedClock::System).expect("a store"));
    let database = fjall::Database::builder(directory.path()).open().expect("the engine");
    let admin = database.keyspace("admin", fjall::KeyspaceCreateOptions::default).expect("the keyspace");
    assert_eq!(admin.get("schema").expect("read").expect("a version").as_ref(), b"2");
    admin.insert("schema", "3").expect("written");
    drop((admin, database));
    let Err(StoreError::Unsuitable(why)) = EmbeddedStore::open(directory.path(), EmbeddedClock::System) else {
        panic!("opened");
    };
    assert!(why.contains("newer version"), "{why}");
}

#[tokio::test]
async fn numbers_of_other_countries_and_what_pages_told_survive() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (main, store) = (pool_id("main"), open(directory.path(), &clock));
    let foreign = |text| TrackingNumber::parse(text).expect("a number");
    let (phoenix, shared) = (foreign("+1 602-555-0101"), foreign("+49 (0)30 5550100"));
    store.put_pool(&pool(&main, Some(shared.clone()), LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&main, std::slice::from_ref(&phoenix), Standing::Active).await.expect("numbers");
    let attributes = BTreeMap::from([("plan".to_owned(), "a\u{1f}\t".to_owned())]);
    let profile = Profile { attributes, visitor_id: Some("id".to_owned()), ..Profile::default() };
    let visitor = Visitor::default().with(profile);
    let row = Acquire { session: session("a"), visitor: visitor.clone(), claim: None };
    store.acquire(&main, &[row]).await.expect("an answer");
    clock.advance(seconds(300));
    leased(&store, "b").await;
    assert!(matches!(acquire(&store, "c").await, Grant::Overflow { .. }));
    drop(store);

    let store = open(directory.path(), &clock);
    let (renewed, how) = leased(&store, "b").await;
    assert_eq!((&renewed.number, how), (&phoenix, How::Renewed));
    let holders = store.holders(&main, &phoenix, None).await.expect("an answer").expect("known");
    assert_eq!(holders.leases[1].visitor, visitor);
    assert_eq!(store.sweep(&main, 10).await.expect("an answer")[0].number, phoenix);
    let shown = store.holders(&main, &shared, None).await.expect("an answer").expect("known");
    assert_eq!(shown.leases[0].session, session("c"));
}
