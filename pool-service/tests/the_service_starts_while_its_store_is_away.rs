//! Redis is down when the service starts: it serves tags by the last known good configuration, says what is missing, gives
//! no number away, and goes on by itself once Redis is there.

mod http_support;
mod support;

use http_support::{
    CLINIC, TARO,
    process::{Served, fail, succeed},
};
use std::{fs, os::unix::fs::PermissionsExt};
use support::redis_server::RedisServer;
use tempfile::TempDir;

#[test]
fn it_serves_what_it_knows_and_waits_for_the_rest() {
    let (directory, redis) = (TempDir::new().expect("a directory"), RedisServer::start(&[]));
    let (data, file) = (directory.path().join("data"), directory.path().join("clinic.toml"));
    fs::write(&file, CLINIC).expect("a file");
    let (port, url) = (redis.port(), redis.url());
    let settings = ["--store", &url, "--set", "configuration.poll_seconds=1"];
    let file = file.display().to_string();
    succeed(&data, &["--store", &url, "apply", &file]);
    let service = Served::start(&data, &settings);
    assert!(service.lease(TARO).contains("05031110001"));
    service.kill();
    let kept = data.join("last-known-good.json");
    assert_eq!(fs::metadata(&kept).expect("a file").permissions().mode() & 0o777, 0o600, "it holds keys");
    drop(redis);

    let mut service = Served::start(&data, &settings);
    assert!(service.ask("GET /healthz", "").starts_with("HTTP/1.1 200"));
    let tag = service.ask("GET /tag/st_clinic.js", "");
    assert!(tag.contains("st_clinic") || tag.contains("/problems/assets-missing"), "{tag}");
    let ready = service.ask("GET /readyz", "");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("the store does not answer"), "{ready}");
    assert!(!ready.contains("127.0.0.1"), "where the store is, is for the log: {ready}");
    let refused = service.lease(TARO);
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("/problems/store-unavailable"), "{refused}");

    let _redis = RedisServer::start_on(port, &[]).expect("Redis on its port");
    service.wait_for_log("the store is there");
    assert!(service.ask("GET /readyz", "").starts_with("HTTP/1.1 200"));
    succeed(&data, &["apply", &file]);
    let granted = service.lease(TARO);
    assert!(granted.contains("05031110001"), "this Redis kept nothing, and works: {granted}");
}

#[test]
fn without_a_configuration_of_this_store_it_does_not_start() {
    let directory = TempDir::new().expect("a directory");
    let redis = RedisServer::start(&[]);
    let url = redis.url();
    Served::start(directory.path(), &["--store", &url]).kill();
    drop(redis);
    let other = ["--listen", "127.0.0.1:0", "--store", &url, "--set", "redis.prefix=other", "serve"];
    let (_, complaint) = fail(directory.path(), &other);
    assert!(complaint.contains("cannot be reached"), "{complaint}");
    let kept = directory.path().join("last-known-good.json");
    fs::write(&kept, "half of").expect("written");
    let (_, complaint) = fail(directory.path(), &["--listen", "127.0.0.1:0", "--store", &url, "serve"]);
    assert!(complaint.contains("cannot be reached"), "{complaint}");
}
