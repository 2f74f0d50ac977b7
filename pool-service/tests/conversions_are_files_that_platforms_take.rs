//! Files of conversions, compared byte by byte with the ones in `fixtures/conversions`: encodings, line ends, headers, times.

mod conversion_support;

use conversion_support::{Told, at, call, click, conversion, november};
use pool_service::domain::{
    attribution::Class,
    call::Call,
    conversion::{Braid, Conversion, Target, Which, export::file, money::Currency},
    ids::SessionId,
    lease::Lease,
    time::Span,
    visitor::Consent,
};
use std::{collections::BTreeMap, fs, path::Path};

/// Compares with a golden file; gives what was left out.
#[track_caller]
fn is_golden(name: &str, conversions: Vec<Conversion>, calls: &[Call]) -> BTreeMap<&'static str, u64> {
    let (bytes, tally) = file(november(conversions), calls);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/conversions").join(name);
    let golden = fs::read(&path).unwrap_or_default();
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&golden), "{}", path.display());
    assert_eq!(bytes, golden, "{}", path.display());
    tally.left_out.iter().map(|(reason, count)| (reason.name(), *count)).collect()
}

#[test]
fn google_ads_takes_gclids_with_local_times() {
    let calls = [
        call("1", "2026-11-21T14:30:00.900+09:00").clicked(&[click("gclid", "Cj0KCQjw_first_BwE", None)]),
        // Of two clicks the one of this visit; what the call system says it was worth; a comma is quoted elsewhere.
        call("2", "2026-11-21T15:00:00+09:00")
            .clicked(&[click("gclid", "-0lder", Some("2026-11-20T00:00:00Z")), click("gclid", "this-visit", None)])
            .worth("12.50", Some("USD")),
        // The newest of those that cookies tell, in the night of Japan's next day.
        call("3", "2026-11-21T15:00:00Z").clicked(&[
            click("gclid", "old", Some("2026-11-01T00:00:00Z")),
            click("gclid", "new", Some("2026-11-20T00:00:00Z")),
        ]),
        // Worth something of which nobody knows the currency but the operator.
        call("4", "2026-11-22T09:00:00+09:00").clicked(&[click("gclid", "worth", None)]).worth("800", None),
        call("5", "2026-11-22T09:00:01+09:00").clicked(&[click("gclid", "worthless", None)]).worth("-1", Some("円")),
        // Only a braid, for which the file has no column; ids of others.
        call("6", "2026-11-22T10:00:00+09:00").clicked(&[click("wbraid", "CloKCQ", None), click("msclkid", "x", None)]),
    ];
    let left_out = is_golden("google-ads.csv", vec![conversion(Target::GoogleAds, "Phone call")], &calls);
    assert_eq!(left_out, BTreeMap::from([("no-id", 1)]));
}

#[test]
fn google_ads_takes_what_visitors_said_of_the_use_for_ads() {
    let calls = [
        call("7", "2026-11-22T11:00:00+09:00")
            .clicked(&[click("gclid", "for-all", None)])
            .who_said(Some(Consent::Granted), Some(Consent::Granted)),
        call("8", "2026-11-22T11:00:01+09:00")
            .clicked(&[click("gclid", "to-measure", None)])
            .who_said(Some(Consent::Granted), Some(Consent::Denied)),
        call("9", "2026-11-22T11:00:02+09:00")
            .clicked(&[click("gclid", "to-be-left", None)])
            .who_said(Some(Consent::Denied), None),
        call("10", "2026-11-22T11:00:03+09:00").clicked(&[click("gclid", "unsaid", None)]),
    ];
    let plain = conversion(Target::GoogleAds, "Phone call");
    let left_out =
        is_golden("google-ads-consent.csv", vec![Conversion { consent_columns: true, ..plain.clone() }], &calls);
    assert_eq!(left_out, BTreeMap::from([("no-consent", 1)]));
    // Without the columns nobody who denied is told, either.
    let (bytes, _) = file(november(vec![plain]), &calls);
    assert!(!String::from_utf8_lossy(&bytes).contains("to-be-left"));
}

#[test]
fn google_ads_takes_one_id_of_three_in_a_row() {
    let braids = vec![Braid::Gbraid, Braid::Wbraid];
    let conversions = vec![Conversion { braids, value: None, ..conversion(Target::GoogleAds, "Call, iOS \"too\"") }];
    let calls = [
        call("1", "2026-11-21T14:30:00+09:00").clicked(&[click("wbraid", "w-1", None)]),
        call("2", "2026-11-21T14:31:00+09:00").clicked(&[click("gbraid", "g-1", None), click("wbraid", "w-2", None)]),
        // Of one click the gclid.
        call("3", "2026-11-21T14:32:00+09:00").clicked(&[click("gbraid", "g-2", None), click("gclid", "c-1", None)]),
        // This visit's braid rather than a gclid of weeks ago.
        call("4", "2026-11-21T14:33:00+09:00")
            .clicked(&[click("gclid", "c-old", Some("2026-11-01T00:00:00Z")), click("wbraid", "w-3", None)]),
        // Nobody's id looks like this.
        call("5", "2026-11-21T14:34:00+09:00").clicked(&[click("gclid", "~tilde.and.dots", None)]),
    ];
    let left_out = is_golden("google-ads-braids.csv", conversions, &calls);
    assert_eq!(left_out, BTreeMap::from([("no-id", 1)]));
}

#[test]
fn a_zone_whose_clocks_change_is_written_as_an_offset() {
    let conversions =
        vec![Conversion { zone: "America/New_York".to_owned(), ..conversion(Target::GoogleAds, "Phone call") }];
    // Clocks go back on 1 November: both are half past one there.
    let calls = [
        call("1", "2026-11-01T01:30:00-04:00").clicked(&[click("gclid", "a", None)]),
        call("2", "2026-11-01T01:30:00-05:00").clicked(&[click("gclid", "a", None)]),
    ];
    is_golden("google-ads-summer-time.csv", conversions, &calls);
}

#[test]
fn yahoo_search_takes_its_template() {
    let conversions = vec![conversion(Target::Yahoo, "電話①"), conversion(Target::Yahoo, "電話\"再\"")];
    let calls = [
        call("1", "2026-11-21T14:30:00+09:00").clicked(&[click("yclid", "YSS.1000425224.EAIaIQ_first-BwE", None)]),
        // Another zone's call in Japan's time.
        call("2", "2026-11-21T18:00:00Z").clicked(&[
            click("yclid", "YJAD.1790000000.display", Some("2026-11-20T00:00:00Z")),
            click("yclid", "YSS.1000425224.second", None),
        ]),
        call("3", "2026-11-22T14:30:00+09:00").clicked(&[click(
            "yclid",
            "YJAD.1790000000.display",
            Some("2026-11-20T00:00:00Z"),
        )]),
    ];
    let left_out = is_golden("yahoo.csv", conversions, &calls);
    assert_eq!(left_out, BTreeMap::from([("no-id", 2)]));
}

#[test]
fn yahoo_display_takes_four_columns() {
    let calls = [
        call("1", "2026-11-21T14:30:00+09:00").clicked(&[click(
            "yclid",
            "YJAD.1790000000.1EALEzSJBNabc",
            Some("2026-11-20T00:00:00Z"),
        )]),
        // There is no column to say that these are dollars.
        call("2", "2026-11-21T14:31:00+09:00")
            .clicked(&[click("yclid", "YJAD.1790000000.dollars", Some("2026-11-20T00:00:00Z"))])
            .worth("40", Some("USD")),
    ];
    is_golden("yahoo-display.csv", vec![conversion(Target::YahooDisplay, "電話")], &calls);
}

#[test]
fn microsoft_takes_an_offset_and_ids_without_the_cookies_prefix() {
    let conversions = vec![Conversion {
        zone: "Asia/Kolkata".to_owned(),
        currency: Currency::parse("INR"),
        ..conversion(Target::Microsoft, "Phone call")
    }];
    let calls = [
        call("1", "2026-11-21T09:00:00Z").clicked(&[click("msclkid", "e1ec00b001061fe751d6696cdb18353c", None)]),
        call("2", "2026-11-21T09:01:00Z").clicked(&[click("msclkid", "_uete1ec00b001061fe751d6696cdb18353d", None)]),
        call("3", "2026-11-21T09:02:00Z").clicked(&[click("msclkid", "_uet", None)]),
    ];
    let left_out = is_golden("microsoft.csv", conversions, &calls);
    assert_eq!(left_out, BTreeMap::from([("no-id", 1)]));
}

#[test]
fn salesforce_takes_tasks_that_marketo_measure_joins() {
    let uid = "6da13683d342443d8beabdd7718b03b0";
    let answered = Conversion { which: Which::Answered, ..conversion(Target::SalesforceTask, "Call") };
    let joined = |id: &str, began_at: &str| call(id, began_at).with_cookie("_biz_uid", uid);
    let calls = [
        joined("1", "2026-11-21T14:30:00+09:00"),
        // The visit ended 31 minutes before, and 30 minutes.
        joined("2", "2026-11-21T15:00:00+09:00")
            .leased(|lease| lease.last_heartbeat_at = at("2026-11-21T14:29:00+09:00")),
        joined("3", "2026-11-21T15:10:00+09:00")
            .leased(|lease| lease.last_heartbeat_at = at("2026-11-21T14:40:00+09:00")),
        // What people say comes from outside.
        joined("4", "2026-11-21T23:59:59+09:00").with_outcome("=HYPERLINK(\"https://evil.example\",\"予約\")"),
        joined("5", "2026-11-22T00:00:00+09:00").with(|call| {
            call.facts.caller = None;
            call.facts.is_anonymous = true;
        }),
        call("6", "2026-11-22T09:00:00+09:00").with_cookie("_biz_uid", "=1+1"),
        call("7", "2026-11-22T09:00:00+09:00"),
    ];
    let left_out = is_golden("salesforce-task.csv", vec![answered], &calls);
    assert_eq!(left_out, BTreeMap::from([("no-id", 2)]));
}

#[test]
fn a_repeat_callers_task_counts_from_the_same_sessions_last_visit() {
    let told = |call: Call| {
        let conversions = vec![Conversion { which: Which::Answered, ..conversion(Target::SalesforceTask, "Call") }];
        String::from_utf8(file(november(conversions), &[call]).0).expect("UTF-8")
    };
    let again = || {
        let call = call("1", "2026-11-21T14:30:00+09:00").with_cookie("_biz_uid", "6da13683d342443d8beabdd7718b03b0");
        let lease = call.credited().expect("a lease").clone();
        // As it was when the caller called for the first time.
        let first = Lease { last_heartbeat_at: at("2026-11-21T12:00:00+09:00"), ..lease };
        call.carried(first)
    };
    let same = told(again());
    assert!(same.contains("1 minutes after the visit: within its session"), "{same}");
    let (bytes, tally) = file(
        november(vec![Conversion { include_likely: true, ..conversion(Target::SalesforceTask, "Call") }]),
        &[again().leased(|lease| lease.session = SessionId::parse("hanako-hanako-hanako").expect("a session"))],
    );
    let other = String::from_utf8(bytes).expect("UTF-8");
    assert!(other.contains("150 minutes after the visit: another session"), "{other} {tally}");
}

#[test]
fn a_file_without_conversions_still_says_what_it_is() {
    for target in Target::ALL {
        let (bytes, tally) = file(november(vec![conversion(target, "電話")]), &[]);
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let expected = if matches!(target, Target::GoogleAds | Target::Microsoft) { 2 } else { 1 };
        assert_eq!((lines, tally.to_string().as_str()), (expected, "none"), "{}", target.name());
    }
}

#[test]
fn what_is_only_likely_is_told_if_the_site_wants_it() {
    let conversions = vec![Conversion { include_likely: true, ..conversion(Target::GoogleAds, "Phone call") }];
    let calls = [call("1", "2026-11-21T14:30:00+09:00")
        .clicked(&[click("gclid", "likely", None)])
        .of_class(Class::Likely)
        .with(|call| call.facts.ended_at = call.facts.ended_at.map(|at| at + Span::from_seconds(1)))];
    let (bytes, _) = file(november(conversions), &calls);
    assert!(String::from_utf8(bytes).expect("UTF-8").contains("\nlikely,Phone call,2026-11-21 14:30:00,5000,JPY\n"));
}
