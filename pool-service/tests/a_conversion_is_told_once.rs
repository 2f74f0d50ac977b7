//! One conversion for a call, none for what is nobody's, a trial or of another outcome; one for an id and second.

mod conversion_support;

use conversion_support::{Told, call, click, conversion, november};
use pool_service::domain::{
    attribution::Class,
    call::{Call, validity::Invalid},
    conversion::{Conversion, Target, Which, export::file},
    ids::{SessionId, SiteId},
    lease::Lease,
};

const GOOGLE: Target = Target::GoogleAds;

/// Ids that stand in the file, and what was left out.
fn told(conversion: Conversion, calls: &[Call]) -> (Vec<String>, String) {
    let (bytes, tally) = file(november(vec![conversion]), calls);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let ids: Vec<String> = text.lines().skip(2).filter_map(|line| Some(line.split_once(',')?.0.to_owned())).collect();
    assert_eq!(ids.len() as u64, tally.told);
    (ids, tally.to_string())
}

fn came(id: &str, gclid: &str, began_at: &str) -> Call {
    call(id, began_at).clicked(&[click("gclid", gclid, None)])
}

#[test]
fn the_same_click_in_the_same_second_is_one_conversion() {
    let calls = [
        came("1", "a", "2026-11-21T14:30:00.100+09:00"),
        // The same call, told by another system.
        came("2", "a", "2026-11-21T14:30:00.900+09:00"),
        came("3", "b", "2026-11-21T14:30:00.950+09:00"),
        // The visitor calls again.
        came("4", "a", "2026-11-21T14:30:01+09:00"),
    ];
    let (ids, left_out) = told(conversion(GOOGLE, "Phone call"), &calls);
    assert_eq!((ids, left_out.as_str()), (vec!["a".into(), "b".into(), "a".into()], "duplicate=1"));
}

#[test]
fn only_calls_that_count_are_told() {
    let began_at = "2026-11-21T14:30:00+09:00";
    let calls = [
        came("1", "valid", began_at),
        came("2", "too-short", began_at).invalid().with_outcome("order"),
        came("3", "not-answered", began_at).invalid().with(|call| call.facts.answered_at = None),
        came("4", "appointment", began_at).with_outcome("appointment"),
        came("5", "trial", began_at).with_outcome("order").with(|call| call.facts.is_test = true),
        came("6", "blocked", began_at).with_outcome("order").with(|call| call.facts.is_blocked = true),
        came("7", "not-judged", began_at).with(|call| call.validity = None),
        came("8", "elsewhere", began_at).with(|call| call.site = SiteId::parse("shop").ok()),
        came("9", "unknown", began_at).with(|call| call.site = None),
    ];
    let ids = |which: &str| {
        let which = Which::parse(which).expect("a choice");
        told(Conversion { which, ..conversion(GOOGLE, "Phone call") }, &calls)
    };
    assert_eq!(ids("valid"), (vec!["valid".into(), "appointment".into()], "not-counted=5".to_owned()));
    let answered = ["valid", "too-short", "appointment", "not-judged"].map(str::to_owned).to_vec();
    assert_eq!(ids("answered"), (answered, "not-counted=3".to_owned()));
    assert_eq!(ids("outcome:appointment"), (vec!["appointment".into()], "not-counted=6".to_owned()));
    let both = ["too-short", "appointment"].map(str::to_owned).to_vec();
    assert_eq!(ids("outcome:appointment, order"), (both, "not-counted=5".to_owned()));
    for text in ["", "all", "outcome:", "outcome:a,,b", "Valid"] {
        assert!(Which::parse(text).is_err(), "{text}");
    }
}

#[test]
fn only_what_is_surely_the_visitors_is_told() {
    let began_at = "2026-11-21T14:30:00+09:00";
    let earlier = came("0", "earlier", "2026-11-14T14:30:00+09:00");
    let lease = earlier.credited().expect("a lease").clone();
    let other = Lease { session: SessionId::parse("hanako-hanako-hanako").expect("a session"), ..lease.clone() };
    let calls = [
        came("1", "certain", began_at),
        came("2", "likely", began_at).of_class(Class::Likely),
        came("3", "ambiguous", began_at).of_class(Class::Ambiguous),
        came("4", "nobody", began_at).of_class(Class::None),
        came("5", "not-judged", began_at).with(|call| call.attribution = None),
        came("erased", "erased", began_at).with(|call| call.erased_at = Some(call.began_at())),
        // The caller called before: from the same session, from another, and now to a number that nobody held.
        came("6", "again", began_at).carried(lease.clone()),
        came("7", "again", "2026-11-21T14:31:00+09:00").carried(other),
        came("8", "again", "2026-11-21T14:32:00+09:00").of_class(Class::None).carried(lease),
    ];
    let (ids, left_out) = told(conversion(GOOGLE, "Phone call"), &calls);
    assert_eq!(
        (ids, left_out.as_str()),
        (vec!["certain".into(), "earlier".into()], "erased=1, not-credited=3, only-likely=3")
    );
    let likely = Conversion { include_likely: true, ..conversion(GOOGLE, "Phone call") };
    let (ids, left_out) = told(likely, &calls);
    assert_eq!(ids, ["certain", "likely", "earlier", "earlier", "earlier"].map(str::to_owned));
    assert_eq!(left_out, "erased=1, not-credited=3");
}

#[test]
fn the_reasons_why_a_call_does_not_count_do_not_matter() {
    let calls = [Invalid::NotAnswered, Invalid::RepeatCaller, Invalid::NoLease].map(|reason| {
        came("1", "a", "2026-11-21T14:30:00+09:00")
            .with(|call| call.validity.as_mut().expect("a judgement").reasons = vec![reason])
    });
    assert_eq!(told(conversion(GOOGLE, "Phone call"), &calls), (Vec::new(), "not-counted=3".to_owned()));
}
