//! From the embedded store to Redis between two starts of the service: every page keeps its number, and the store that was
//! left grants nothing any more.

mod http_support;
mod support;

use http_support::{
    CLINIC, HANAKO, TARO,
    process::{Served, fail, succeed},
};
use std::fs;
use support::redis_server::RedisServer;
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
