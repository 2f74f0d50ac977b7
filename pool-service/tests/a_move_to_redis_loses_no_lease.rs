//! From the embedded store to Redis between two starts of the service: every page keeps its number, and the store that was
//! left grants nothing any more.

mod http_support;
mod support;

use http_support::{
    CLINIC, HANAKO, TARO,
    process::{Served, fail, succeed},
};
use pool_service::{
    admin::transfer,
    domain::{lease::Standing, policy::LeasePolicy, time::Timestamp, visitor::Visitor},
    store::{
        Acquire, AdminStore, Grant, How, LeaseStore,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
    },
};
use std::fs;
use support::{START, numbers, pool, pool_id, redis_server::RedisServer, seconds, session};
use tempfile::TempDir;

/// What an answer promises: number and generation.
fn promise(answer: &str) -> (String, String) {
    let field = |name: &str| {
        let rest = answer.split(&format!("\"{name}\":")).nth(1).unwrap_or_else(|| panic!("no {name}: {answer}"));
        rest.split([',', '}']).next().unwrap_or_default().to_owned()
    };
    (field("national"), field("generation"))
}

#[test]
fn every_page_keeps_its_number() {
    let (directory, redis) = (TempDir::new().expect("a directory"), RedisServer::start(&[]));
    let (data, file) = (directory.path().join("data"), directory.path().join("clinic.toml"));
    fs::write(&file, CLINIC).expect("a file");
    succeed(&data, &["apply", &file.display().to_string()]);
    let service = Served::start(&data, &[]);
    let before = [TARO, HANAKO].map(|session| promise(&service.lease(session)));
    let url = redis.url();
    let (_, complaint) = fail(&data, &["move", "--to", &url]);
    assert!(complaint.contains("stop it first"), "{complaint}");
    service.kill();

    let secret = format!("redis://nobody:secret@127.0.0.1:{}/", redis.port());
    let (_, complaint) = fail(&data, &["move", "--to", &secret]);
    assert!(!complaint.contains("secret"), "{complaint}");
    let moved = succeed(&data, &["move", "--to", &url]);
    assert!(moved.contains(&format!("rows moved to {url}")), "{moved}");
    assert!(!moved.contains("nothing new is granted"), "it is the same machine's clock: {moved}");

    let service = Served::start(&data, &["--store", &url]);
    assert_eq!([TARO, HANAKO].map(|session| promise(&service.lease(session))), before);
    let (_, _) = promise(&service.lease("saburo-saburo-saburo"));
    service.kill();
    let (_, complaint) = fail(&data, &["--listen", "127.0.0.1:0", "serve"]);
    assert!(complaint.contains("was moved to redis://"), "{complaint}");

    let other = directory.path().join("other");
    succeed(&other, &["apply", &file.display().to_string()]);
    let (_, complaint) = fail(&other, &["move", "--to", &url]);
    assert!(complaint.contains("configured on this Redis server already"), "{complaint}");
    Served::start(&other, &[]).kill();
}

async fn acquire(store: &EmbeddedStore, name: &str) -> Grant {
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim: None };
    store.acquire(&pool_id("main"), &[row]).await.expect("an answer").remove(0).grant
}

#[tokio::test]
async fn a_clock_that_is_ahead_ends_nobodys_promise() {
    let directory = TempDir::new().expect("a directory");
    let open = |name: &str, at: Timestamp| {
        let clock = ManualClock::at(at);
        let store = EmbeddedStore::open(&directory.path().join(name), EmbeddedClock::Manual(clock.clone()));
        (store.expect("a store"), clock)
    };
    let (from, _) = open("from", START);
    from.put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
    from.put_numbers(&pool_id("main"), &numbers(1), Standing::Active).await.expect("numbers");
    acquire(&from, "a").await;

    let (to, clock) = open("to", START + seconds(299));
    let lines = transfer::moved(&from, &to, "there", &|_| ()).await.expect("moved");
    assert!(lines[1].contains("299000 ms ahead: for 300 seconds nothing new is granted"), "{lines:?}");
    clock.advance(seconds(1));
    assert_eq!(acquire(&to, "b").await, Grant::Exhausted, "a's page counts for 299 seconds more");
    clock.advance(seconds(299));
    assert!(matches!(acquire(&to, "b").await, Grant::Leased { how: How::Granted, .. }));
}
