//! `hatsuban size`: from expected visits without any service, from what a pool has been carrying with one; and the metrics
//! by which an operator sees that a pool is short of numbers.

mod http_support;

use http_support::{TestApp, findings};
use pool_service::{admin::Command, sweeper};
use std::process;

fn hatsuban(arguments: &[&str]) -> (bool, String, String) {
    let ran = process::Command::new(env!("CARGO_BIN_EXE_hatsuban")).args(arguments).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.success(), text(ran.stdout), text(ran.stderr))
}

fn size(pool: &str) -> Command {
    Command::Size { pool: pool.to_owned(), target_blocking: 100 }
}

impl TestApp {
    async fn sample(&self) {
        let (store, live) = (self.service.store.as_ref(), &self.service.live);
        sweeper::sample(store, live, &self.service.metrics).await;
    }

    async fn metrics(&self) -> String {
        self.get("/metrics", &[]).await.text()
    }
}

#[test]
fn expected_visits_give_a_number_and_the_formula() {
    let (done, said, _) = hatsuban(&[
        "size",
        "--visits-per-hour",
        "60",
        "--visit-minutes",
        "3",
        "--target-blocking",
        "1%",
        "--min-hold-seconds",
        "0",
    ]);
    assert!(done);
    // 60 an hour, each for 180 + 150 s, are 5.5 at once; Erlang B: 11 numbers block 1.5 %, 12 block 0.7 %.
    for line in ["A = 60 × 5.50 / 60 = 5.50", "12 numbers: at most 1 % of visitors find none", "B(A, N) ="] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    for (arguments, what) in [
        (&["size"][..], "--visits-per-hour"),
        (&["size", "--visits-per-hour", "60"], "--visit-minutes"),
        (&["size", "--visits-per-hour", "-1", "--visit-minutes", "3"], "-1"),
        (&["size", "--visits-per-hour", "60", "--visit-minutes", "3", "--target-blocking", "0"], "0.01% to 99%"),
        (&["size", "--pool", "main", "--visits-per-hour", "60"], "--pool"),
        (&["simulate", "--runs", "1"], "--runs must be 2 to 10000"),
        (&["simulate", "--format", "png"], "table, csv, svg or json"),
        (&["simulate", "--laws", "gut"], "hesitant"),
    ] {
        let (done, _, error) = hatsuban(arguments);
        assert!(!done && error.contains(what), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn a_pool_is_sized_by_what_it_has_been_carrying() {
    let app = TestApp::clinic().await;
    let early = findings(app.command(size("clinic-main")).await);
    assert!(early[0].contains("has not been sampled yet"), "{early:?}");
    assert!(findings(app.command(size("typo")).await)[0].contains("there is no pool"));
    app.sample().await;
    app.main_number("visitor-number-one").await;
    app.advance(60);
    app.sample().await;
    let said = app.command(size("clinic-main")).await.expect("advice").join("\n");
    // None and one of three numbers in use: 0.5 on average. A (1 − B(A, 3)) = 0.5 gives A = 0.51.
    for line in [
        "busiest of 1 hour: 0.50 of 3 numbers in use on average (17 %), 1 at most",
        "leases begun in that hour by this process: 1",
        "A = 0.51, from A × (1 − B(A, 3)) = 0.50",
        "with 3 numbers, 1.31 % of visitors find none",
        "4 numbers: at most 1 % of visitors find none",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("WARNING"), "{said}");
}

#[tokio::test]
async fn a_pool_in_which_hardly_any_number_is_free_is_warned_about() {
    let app = TestApp::clinic().await;
    for visitor in 0..5 {
        app.main_number(&format!("visitor-number-{visitor}")).await;
    }
    app.sample().await;
    let said = app.command(size("clinic-main")).await.expect("advice").join("\n");
    for line in
        ["WARNING: more than 75 % in use", "nearly all 3 numbers were in use", "2 answers with the overflow number"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    let metrics = app.metrics().await;
    for line in [
        r#"hatsuban_pool_utilisation{pool="clinic-main"} 1.0"#,
        r#"hatsuban_pool_numbers{pool="clinic-main",state="rested"} 0"#,
        r#"hatsuban_pool_leases_total{pool="clinic-main",outcome="granted"} 3"#,
        r#"hatsuban_pool_leases_total{pool="clinic-main",outcome="overflow"} 2"#,
        r#"hatsuban_pool_leases_total{pool="clinic-main",outcome="exhausted"} 0"#,
        r#"hatsuban_pool_short_cooldowns_total{pool="clinic-main"} 0"#,
        r#"hatsuban_pool_utilisation{pool="shop"} 0.0"#,
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    app.advance(600);
    app.main_number("visitor-number-9").await;
    app.sample().await;
    let metrics = app.metrics().await;
    assert!(metrics.contains(r#"hatsuban_pool_short_cooldowns_total{pool="clinic-main"} 1"#), "{metrics}");
    assert!(metrics.contains(r#"hatsuban_pool_utilisation{pool="clinic-main"} 0.3333"#), "{metrics}");
}
