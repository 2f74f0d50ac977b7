//! A flood of new sessions from one address takes its share of a pool and no more; others get numbers, and those who have
//! one keep it.

mod http_support;

use http_support::{
    process::{Served, succeed},
    visitor::Visitor,
};
use std::{collections::HashSet, fs, net::Ipv4Addr, sync::Arc};
use tempfile::TempDir;
use tokio::task::JoinSet;

const FLOOD: u32 = 10_000;
const CONNECTIONS: u32 = 16;
const SHARE: usize = 100;
const ATTACKER: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A clinic with a thousand numbers and no overflow number.
const CLINIC: &str = r#"
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["https://clinic.example"]
target = [{ id = "main", number = "03-5550-0100", pool = "clinic" }]

[[pool]]
id = "clinic"
site = "clinic"
destination = "03-5550-0100"
numbers = ["050-3111-0000..050-3111-0999"]
"#;

fn clinic(settings: &[&str]) -> (TempDir, Served) {
    let directory = TempDir::new().expect("a directory");
    let mut arguments = vec!["--set", "http.limits.trusted_proxies="];
    for setting in settings {
        arguments.extend(["--set", setting]);
    }
    let served = Served::start(directory.path(), &arguments);
    let file = directory.path().join("clinic.toml");
    fs::write(&file, CLINIC).expect("a file");
    succeed(directory.path(), &["apply", &file.display().to_string()]);
    (directory, served)
}

/// What each session of a flood got, and how: the number, or why there was none.
async fn flood(served: &Served) -> Vec<(String, Result<String, String>)> {
    let authority: Arc<str> = served.authority().into();
    let mut visitors = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let authority = Arc::clone(&authority);
        visitors.spawn(async move {
            let mut visitor = Visitor::at(ATTACKER, &authority).await;
            let mut got = Vec::new();
            for at in (connection..FLOOD).step_by(CONNECTIONS as usize) {
                let session = format!("session-of-a-flood-{at}");
                let row = visitor.lease(&session).await;
                let number = row["number"]["national"].as_str().map(str::to_owned);
                let why = row["status"].as_str().map_or_else(|| row["status"].to_string(), str::to_owned);
                got.push((session, number.ok_or(why)));
            }
            got
        });
    }
    visitors.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_sessions_of_one_address_take_their_share_and_no_more() {
    let unlimited = ["http.limits.requests_per_minute=0", "http.limits.new_sessions_per_minute=0"];
    let (_directory, served) = clinic(&unlimited);
    let got = flood(&served).await;
    assert_eq!(got.len(), FLOOD as usize);
    let taken: HashSet<&String> = got.iter().filter_map(|(_, number)| number.as_ref().ok()).collect();
    assert_eq!(taken.len(), SHARE, "a tenth of the pool");
    assert!(got.iter().all(|(_, number)| number.as_ref().is_ok() || number == &Err("exhausted".to_owned())));

    // Forty others at forty addresses, ten sessions each: all of them get a number that the flood does not have.
    let mut theirs = HashSet::new();
    for address in 1..=40 {
        let mut visitor = Visitor::at(Ipv4Addr::new(127, 0, 1, address), served.authority()).await;
        for session in 0..10 {
            let row = visitor.lease(&format!("honest-visitor-{address}-{session}")).await;
            assert_eq!(row["status"], "leased", "{row}");
            theirs.insert(row["number"]["national"].as_str().expect("a number").to_owned());
        }
    }
    assert_eq!(theirs.len(), 400);
    assert!(theirs.iter().all(|number| !taken.contains(number)));

    // Whoever has a number at the crowded address keeps it.
    let mut visitor = Visitor::at(ATTACKER, served.authority()).await;
    for (session, number) in got.iter().filter(|(_, number)| number.is_ok()) {
        let row = visitor.lease(session).await;
        assert_eq!(row["number"]["national"].as_str().map(str::to_owned).ok_or(String::new()), *number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_a_flood_is_told_to_wait_and_the_others_are_not() {
    let (_directory, served) = clinic(&[]);
    let got = flood(&served).await;
    assert!(got.iter().filter(|(_, number)| number.is_ok()).count() <= SHARE);
    assert!(got.iter().filter(|(_, number)| number == &Err("429".to_owned())).count() > FLOOD as usize / 4);
    let mut visitor = Visitor::at(Ipv4Addr::new(127, 0, 1, 1), served.authority()).await;
    let row = visitor.lease("honest-visitor-elsewhere").await;
    assert_eq!(row["status"], "leased", "{row}");
}
