//! `hatsuban simulate`: on the same visitors and calls no other way of giving out numbers credits more calls rightly than
//! wrongly, and what is stated of a call is so about as often, under laws of delay that the model does not know. All of it
//! is seeded; `npm run bench:attribution` does the same at length.

use pool_service::simulate::{Options, law::Law, report::Format, simulate};

fn few() -> Options {
    let laws = vec![Law::Arrival, Law::LogNormal];
    Options { runs: 5, days: 4, pool_sizes: vec![20, 100], laws, ..Options::default() }
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let options = Options { runs: 2, days: 3, pool_sizes: vec![10], laws: Law::ALL.to_vec(), ..Options::default() };
    let report = simulate(&options).expect("options that make sense");
    assert_eq!(simulate(&options).expect("options that make sense"), report);
    assert_ne!(simulate(&Options { seed: 2, ..options }).expect("options that make sense").rows, report.rows);
}

#[test]
fn no_other_policy_beats_ours_beyond_the_interval() {
    let report = simulate(&few()).expect("options that make sense");
    assert_eq!(report.rows.len(), 4);
    for row in &report.rows {
        let beating: Vec<_> = row.cells.iter().filter(|cell| cell.beats_ours()).collect();
        assert!(beating.is_empty(), "{} numbers, {}: {beating:?}", row.numbers, row.law);
        let (ours, lifo) = (&row.cells[0], row.cells.iter().find(|cell| cell.policy == "lifo").expect("a stack"));
        assert!(lifo.ahead.mean > lifo.ahead.half_width, "{} does no harm: {lifo:?}", lifo.policy);
        assert!(ours.right > 40.0 && (ours.right + ours.untracked) < 100.0, "{ours:?}");
    }
}

#[test]
fn what_is_stated_is_so_about_as_often() {
    let report = simulate(&few()).expect("options that make sense");
    for trust in &report.trust {
        assert!(trust.is_foreign && trust.calls > 500, "{trust:?}");
        assert!(trust.ratio() < 0.9, "{}: {}", trust.law, trust.ratio());
        for bin in trust.bins.iter().filter(|bin| bin.calls > 100) {
            assert!((bin.stated - bin.is_so).abs() < 0.15, "{}: {bin:?}", trust.law);
        }
        let certain = trust.bins.iter().find(|bin| bin.name == "certain").expect("a class");
        assert!(certain.is_so > 0.9, "{certain:?}");
    }
}

#[test]
fn a_report_comes_in_every_form() {
    let options =
        Options { runs: 2, days: 3, pool_sizes: vec![10, 30], laws: vec![Law::Arrival], ..Options::default() };
    let report = simulate(&options).expect("options that make sense");
    let csv = report.lines(Format::Csv);
    assert_eq!(csv.len(), 1 + 2 * 9);
    assert!(csv.iter().all(|line| line.split(',').count() >= 10), "{csv:?}");
    let table = report.lines(Format::Table).join("\n");
    for said in ["right − wrong", "hatsuban", "lifo, stealing", "rows no other policy", "Brier score"] {
        assert!(table.contains(said), "{said}: {table}");
    }
    let svg = report.lines(Format::Svg).join("\n");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>") && svg.contains("prefers-color-scheme:dark"));
    assert_eq!(svg.matches("<polyline").count(), 9);
    let json: serde_json::Value = serde_json::from_str(&report.lines(Format::Json).join("")).expect("JSON");
    assert_eq!(json["report"]["rows"][1]["cells"][0]["policy"], "hatsuban");
    assert!(json["wins"].is_number() && json["foreign_brier"].is_number());
}

#[test]
fn options_that_make_no_sense_are_refused_in_a_sentence() {
    for (options, what) in [
        (Options { runs: 1, ..few() }, "--runs"),
        (Options { days: 2, ..few() }, "--days"),
        (Options { visits_per_hour: f64::NAN, ..few() }, "--visits-per-hour"),
        (Options { pool_sizes: vec![0], ..few() }, "--pool-sizes"),
    ] {
        let refused = simulate(&options).expect_err("no sense").to_string();
        assert!(refused.starts_with(what), "{refused}");
    }
}
