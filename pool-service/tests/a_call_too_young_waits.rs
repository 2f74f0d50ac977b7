//! A call is told when the platform takes it: after its click, once that is old enough, and before it is too old.

mod conversion_support;

use conversion_support::{Told, at, call, click, conversion, november};
use pool_service::domain::{
    call::Call,
    conversion::{
        Conversion, Target,
        export::{Settings, file},
    },
    report::filter::Range,
    time::Span,
    visitor::ClickId,
};

/// What was left out of a file written at this moment; `none` if the one call stands in it.
fn at_moment(conversion: &Conversion, call: &Call, now: &str) -> String {
    let now = at(now);
    let settings = november(vec![conversion.clone()]);
    let range = Range { until: now, ..settings.range };
    let (_, tally) = file(Settings { now, range, ..settings }, [call]);
    assert_eq!(tally.told == 1, tally.left_out.is_empty(), "{tally:?}");
    tally.to_string()
}

fn came(kind: &str, value: &str, clicked_at: Option<&str>) -> Call {
    call("1", "2026-11-21T14:30:00+09:00").clicked(&[click(kind, value, clicked_at)])
}

#[test]
fn google_is_told_six_hours_after_the_click() {
    let google = conversion(Target::GoogleAds, "Phone call");
    let known = came("gclid", "a", Some("2026-11-21T10:00:00+09:00"));
    assert_eq!(at_moment(&google, &known, "2026-11-21T15:59:59+09:00"), "too-recent=1");
    assert_eq!(at_moment(&google, &known, "2026-11-21T16:00:00+09:00"), "none");
    // Nobody knows when the click was: it was before the call.
    let unknown = came("gclid", "a", None);
    assert_eq!(at_moment(&google, &unknown, "2026-11-21T20:29:59+09:00"), "too-recent=1");
    assert_eq!(at_moment(&google, &unknown, "2026-11-21T20:30:00+09:00"), "none");
}

#[test]
fn each_platform_has_its_own_age() {
    for (target, kind, value, last_refused, taken) in [
        (Target::Microsoft, "msclkid", "a", "16:29:59", "16:30:00"),
        (Target::Yahoo, "yclid", "YSS.1.a", "20:29:59", "20:30:00"),
        (Target::YahooDisplay, "yclid", "YJAD.1.a", "20:29:59", "20:30:00"),
    ] {
        let (conversion, call) = (conversion(target, "Phone call"), came(kind, value, None));
        let moment = |time: &str| format!("2026-11-21T{time}+09:00");
        assert_eq!(at_moment(&conversion, &call, &moment(last_refused)), "too-recent=1", "{}", target.name());
        assert_eq!(at_moment(&conversion, &call, &moment(taken)), "none", "{}", target.name());
    }
    let task = call("1", "2026-11-21T14:30:00+09:00").with_cookie("_biz_uid", "6da13683d342443d8beabdd7718b03b0");
    let salesforce = conversion(Target::SalesforceTask, "Call");
    assert_eq!(at_moment(&salesforce, &task, "2026-11-21T14:33:05+09:00"), "none");
    assert_eq!(at_moment(&salesforce, &task, "2031-11-21T14:30:00+09:00"), "none");
}

#[test]
fn a_click_of_more_than_ninety_days_ago_is_too_old() {
    let google = conversion(Target::GoogleAds, "Phone call");
    let call = came("gclid", "a", Some("2026-09-01T00:00:00Z"));
    assert_eq!(at_moment(&google, &call, "2026-11-30T00:00:00Z"), "none");
    assert_eq!(at_moment(&google, &call, "2026-11-30T00:00:01Z"), "too-old=1");
    let shorter = Conversion { maximum_age: Some(Span::from_seconds(30 * 86_400)), ..google.clone() };
    assert_eq!(at_moment(&shorter, &call, "2026-11-22T00:00:00Z"), "too-old=1");
    // Of a click of unknown time the lease tells: it began ten minutes before the call.
    let unknown = came("gclid", "a", None);
    assert_eq!(at_moment(&google, &unknown, "2027-02-19T14:20:00+09:00"), "none");
    assert_eq!(at_moment(&google, &unknown, "2027-02-19T14:20:01+09:00"), "too-old=1");
}

#[test]
fn a_call_is_told_only_if_it_began_after_the_click() {
    let google = conversion(Target::GoogleAds, "Phone call");
    let month = "2026-11-30T00:00:00Z";
    // Platforms read whole seconds.
    let in_its_second = came("gclid", "a", Some("2026-11-21T14:30:00+09:00"));
    assert_eq!(at_moment(&google, &in_its_second, month), "before-click=1");
    let a_second_before = came("gclid", "a", Some("2026-11-21T14:29:59.999+09:00"));
    assert_eq!(at_moment(&google, &a_second_before, month), "none");
    // The visitor's clock is an hour ahead: the page was heard of a minute before the call, and the click led to it.
    let ahead = came("gclid", "a", None)
        .clicked(&[ClickId { from_url: true, ..click("gclid", "a", Some("2026-11-21T15:30:00+09:00")) }]);
    assert_eq!(at_moment(&google, &ahead, "2026-11-21T20:28:59+09:00"), "too-recent=1");
    assert_eq!(at_moment(&google, &ahead, "2026-11-21T20:29:00+09:00"), "none");
    // The visitor clicked once more after the call: the click before is the one that led to it.
    let twice = call("1", "2026-11-21T14:30:00+09:00").clicked(&[
        click("gclid", "after", Some("2026-11-21T15:00:00+09:00")),
        click("gclid", "before", Some("2026-11-20T15:00:00+09:00")),
    ]);
    let (bytes, _) = file(november(vec![google]), [&twice]);
    assert!(String::from_utf8(bytes).expect("UTF-8").contains("\nbefore,"));
}

#[test]
fn a_call_that_lasts_is_told_when_it_is_over() {
    let google = Conversion { minimum_age: Span::default(), ..conversion(Target::GoogleAds, "Phone call") };
    let lasting = came("gclid", "a", None).with(|call| call.facts.ended_at = None);
    assert_eq!(at_moment(&google, &lasting, "2026-11-21T14:40:00+09:00"), "in-progress=1");
    let refused = lasting.clone().with(|call| call.facts.is_blocked = true);
    assert_eq!(at_moment(&google, &refused, "2026-11-21T14:40:00+09:00"), "not-counted=1");
    // A system that tells of no ends is not waited for.
    assert_eq!(at_moment(&google, &lasting, "2026-11-21T16:30:00+09:00"), "none");
}
