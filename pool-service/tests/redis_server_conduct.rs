//! What the Redis store does when the server is not as it should be.

mod support;

use pool_service::{
    admin::apply::apply,
    domain::{lease::Standing, policy::LeasePolicy, time::Timestamp, visitor::Visitor},
    store::{
        Acquire, AdminStore, Grant, LeaseStore, StoreError,
        records::{DocumentKind, RecordStore},
        redis::{RedisClock, RedisStore},
    },
};
use std::{
    sync::Once,
    time::{Duration, Instant},
};
use support::{begin_call, number, numbers, pool, pool_id, redis_server::RedisServer, session, unique};

async fn connect(server: &RedisServer) -> Result<RedisStore, StoreError> {
    RedisStore::connect(&server.url(), "hatsuban", RedisClock::Server).await
}

async fn set_up(store: &RedisStore) {
    store.put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&pool_id("main"), &numbers(3), Standing::Active).await.expect("numbers");
}

async fn acquire(store: &RedisStore, name: &str) -> Result<Grant, StoreError> {
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim: None };
    store.acquire(&pool_id("main"), &[row]).await.map(|mut acquired| acquired.remove(0).grant)
}

#[tokio::test]
async fn a_server_that_evicts_keys_is_refused() {
    let server = RedisServer::start(&["--maxmemory-policy", "allkeys-lru"]);
    let Err(StoreError::Unsuitable(why)) = connect(&server).await else { panic!("connected") };
    assert!(why.contains("allkeys-lru") && why.contains("set maxmemory-policy to noeviction"), "{why}");
    server.command("CONFIG SET maxmemory-policy noeviction");
    connect(&server).await.expect("now it will do");
}

#[tokio::test]
async fn a_user_that_may_not_read_settings_is_enough_and_one_that_cannot_notice_a_failover_is_not() {
    let server = RedisServer::start(&[]);
    server.obey("ACL SETUSER blind on >secret ~* +@all -info -config");
    server.obey("ACL SETUSER careful on >secret ~* +@all -config");
    let blind = format!("redis://blind:secret@127.0.0.1:{}/", server.port());
    let refused = RedisStore::connect(&blind, "hatsuban", RedisClock::Server).await;
    let Err(StoreError::Unsuitable(why)) = refused else { panic!("connected") };
    assert!(why.contains("+info"), "{why}");
    let url = format!("redis://careful:secret@127.0.0.1:{}/", server.port());
    let store = RedisStore::connect(&url, "hatsuban", RedisClock::Server).await.expect("a store");
    set_up(&store).await;
    acquire(&store, "a").await.expect("a lease");
}

#[tokio::test]
async fn an_older_version_refuses_what_a_newer_one_wrote() {
    let (server, prefix) = (RedisServer::shared(), unique());
    server.command(&format!("SET {prefix}:schema 3"));
    let refused = RedisStore::connect(&server.url(), &prefix, RedisClock::Server).await;
    let Err(StoreError::Unsuitable(why)) = refused else { panic!("connected") };
    assert!(why.contains("newer version"), "{why}");
}

#[tokio::test]
async fn scripts_that_the_server_forgot_are_loaded_again() {
    let server = RedisServer::start(&[]);
    let store = connect(&server).await.expect("a store");
    set_up(&store).await;
    let first = acquire(&store, "a").await.expect("a lease");
    assert!(server.command("SCRIPT FLUSH").starts_with("+OK"));
    let Grant::Leased { lease, .. } = acquire(&store, "a").await.expect("a lease") else { panic!("no lease") };
    assert!(matches!(first, Grant::Leased { lease: first, .. } if first.number == lease.number));
    assert!(server.command("SCRIPT FLUSH").starts_with("+OK"));
    begin_call(&store, &pool_id("main"), "one", &number(0)).await;
}

#[tokio::test]
async fn a_stopped_server_is_unavailable_at_once_and_works_again_when_it_is_back() {
    let server = RedisServer::start(&[]);
    let port = server.port();
    let store = connect(&server).await.expect("a store");
    set_up(&store).await;
    acquire(&store, "a").await.expect("a lease");
    drop(server);
    for _ in 0..3 {
        let told = [acquire(&store, "a").await.err(), store.ready().await.err(), store.now().await.err()]
            .map(|error| error.expect("no server"));
        for error in told {
            let StoreError::Unavailable(why) = error else { panic!("{error}") };
            // No time that passed says so: nobody waited.
            assert!(why.contains(&port.to_string()) && !why.contains("did not answer in time"), "{why}");
        }
    }
    // Off this thread, so that the attempt to connect that began before runs into the closed port.
    let server = tokio::task::spawn_blocking(move || RedisServer::start_on(port, &[])).await.expect("no panic");
    let server = server.expect("the port is still free");
    store.ready().await.expect("ready at the first call");
    let unknown = acquire(&store, "a").await;
    assert_eq!(unknown, Err(StoreError::UnknownPool(pool_id("main"))), "this server kept nothing");
    set_up(&store).await;
    acquire(&store, "a").await.expect("a lease");
    drop(server);
}

#[tokio::test]
async fn a_server_that_hangs_is_unavailable_in_time() {
    let server = RedisServer::start(&[]);
    let store = connect(&server).await.expect("a store");
    set_up(&store).await;
    let paused = server.command("CLIENT PAUSE 60000 ALL");
    assert!(paused.starts_with("+OK"), "{paused}");
    let asked = Instant::now();
    let Err(StoreError::Unavailable(why)) = acquire(&store, "a").await else { panic!("it hangs, yet a lease") };
    assert!(why.contains("did not answer in time"), "{why}");
    // Its own time was over, long before the server goes on; how long a busy machine makes of it is no promise.
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_long_apply_outlasts_a_server_that_hangs_for_a_moment() {
    let server = RedisServer::start(&[]);
    let store = connect(&server).await.expect("a store");
    let document = r#"
        [[site]]
        id = "clinic"
        key = "st_clinic"
        name = "clinic"
        origins = ["https://clinic.example"]
        [[pool]]
        id = "main"
        site = "clinic"
        destination = "03-5550-1234"
        numbers = ["050-3111-0000..050-3112-4999"]
    "#;
    // Longer than one operation waits, once, when some of the numbers are there.
    let hang = Once::new();
    let progress = |line: String| {
        if line.ends_with("numbers") {
            hang.call_once(|| server.obey("CLIENT PAUSE 2500 ALL"));
        }
    };
    apply(&store, document, false, false, &progress).await.expect("all of it");
    assert!(hang.is_completed());
    assert_eq!(store.numbers(&pool_id("main")).await.expect("numbers").len(), 15_000);
}

#[tokio::test]
async fn a_server_that_became_a_replica_is_unavailable() {
    let server = RedisServer::start(&[]);
    let store = connect(&server).await.expect("a store");
    set_up(&store).await;
    server.command("REPLICAOF 127.0.0.1 1");
    let Err(StoreError::Unavailable(why)) = store.ready().await else { panic!("ready") };
    assert!(why.contains("replica"), "{why}");
    assert!(matches!(acquire(&store, "a").await, Err(StoreError::Unavailable(_))));
    server.command("REPLICAOF NO ONE");
    acquire(&store, "a").await.expect("a lease");
}

#[tokio::test]
async fn the_server_s_clock_decides() {
    let store =
        RedisStore::connect(&RedisServer::shared().url(), &unique(), RedisClock::Server).await.expect("a store");
    set_up(&store).await;
    let before = store.now().await.expect("the time");
    let Ok(Grant::Leased { lease, .. }) = acquire(&store, "a").await else { panic!("no lease") };
    let after = store.now().await.expect("the time");
    assert!(before <= lease.granted_at && lease.granted_at <= after);
    assert!(before > Timestamp::from_millis(1_700_000_000_000));
}

#[tokio::test]
async fn all_keys_of_a_pool_share_its_hash_tag() {
    let server = RedisServer::start(&[]);
    let store = connect(&server).await.expect("a store");
    set_up(&store).await;
    acquire(&store, "a").await.expect("a lease");
    begin_call(&store, &pool_id("main"), "one", &number(0)).await;
    store.put_document(DocumentKind::Audit, "a", None, "1", Some(Timestamp::from_millis(1))).await.expect("written");
    store.release(&pool_id("main"), &session("a")).await.expect("released");
    let keys = server.command("KEYS *");
    let keys: Vec<_> = keys.lines().filter(|line| line.starts_with("hatsuban")).collect();
    // All keys of a call, in all indexes, too.
    let of_pool = keys.iter().filter(|key| key.starts_with("hatsuban:{pool:main}:")).count();
    let of_installation = ["schema", "numbers"].map(|name| format!("hatsuban:{name}"));
    let of_kind = keys.iter().filter(|key| key.starts_with("hatsuban:{documents:audit}:")).count();
    assert!(of_pool >= 9, "{keys:?}");
    assert_eq!(of_kind, 4, "{keys:?}");
    assert_eq!(keys.len() - of_pool - of_kind, of_installation.len(), "{keys:?}");
}
