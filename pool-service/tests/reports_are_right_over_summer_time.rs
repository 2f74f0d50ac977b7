//! Hours, days and months of a report are those of the asked zone, over changes of its clocks and for offsets of half an
//! hour; every call is in exactly one of them, whether it is counted by itself or in a slot of a roll-up.

use pool_service::domain::{
    attribution::Class,
    call::{CallState, source::Source},
    ids::PoolId,
    report::{
        By, Sums, Touch, Traits,
        buckets::Every,
        filter::Range,
        rollup::{Line, SLOT},
    },
    time::{Span, Timestamp},
    zone::{Edge, Zone},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ZONES: [&str; 9] = [
    "Asia/Tokyo",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Beirut",
    "UTC",
];

fn zone(name: &str) -> Zone {
    Zone::parse(name).expect("a zone")
}

fn moment(text: &str) -> Timestamp {
    zone("UTC").moment(text, Edge::From).expect("a moment")
}

fn range(zone: &Zone, from: &str, to: &str) -> Range {
    Range { from: zone.moment(from, Edge::From).expect("a day"), until: zone.moment(to, Edge::To).expect("a day") }
}

/// One answered call that counts.
fn line(talk_seconds: u64, caller: u64) -> Line {
    let traits = Traits {
        site: None,
        advertiser: None,
        source: Source::default(),
        destination: None,
        clicks: Vec::new(),
        state: CallState::Ended,
        class: Class::None,
        answered: true,
        valid: true,
    };
    Line { traits, calls: 1, talk_seconds, callers: BTreeSet::from([caller]) }
}

/// One call every quarter of an hour: how many each stretch of a range has.
fn quarters(zone: &Zone, every: Every, range: Range) -> Vec<(String, u64)> {
    let mut sums = Sums::new(By::Time(every), Touch::Last, zone.clone());
    let mut at = range.from;
    while at < range.until {
        sums.add(&PoolId::none(), at, &line(1, 1));
        at = at + SLOT;
    }
    let groups = sums.groups(range, 1_000).expect("few");
    assert_eq!(groups.iter().map(|group| group.counts.calls).sum::<u64>(), sums.total().calls);
    groups.into_iter().map(|group| (group.name.unwrap_or_default(), group.counts.calls)).collect()
}

fn days(name: &str, from: &str, to: &str) -> Vec<(String, u64)> {
    let zone = zone(name);
    quarters(&zone, Every::Day, range(&zone, from, to))
}

fn hours(name: &str, from: &str, to: &str) -> Vec<(String, u64)> {
    let range = Range { from: moment(from), until: moment(to) };
    quarters(&zone(name), Every::Hour, range)
}

fn shown(groups: &[(&str, u64)]) -> Vec<(String, u64)> {
    groups.iter().map(|(name, calls)| ((*name).to_owned(), *calls)).collect()
}

#[test]
fn days_have_as_many_hours_as_the_clocks_there_say() {
    let new_york = days("America/New_York", "2026-03-07", "2026-03-09");
    assert_eq!(new_york, shown(&[("2026-03-07", 96), ("2026-03-08", 92), ("2026-03-09", 96)]));
    let new_york = days("America/New_York", "2026-10-31", "2026-11-02");
    assert_eq!(new_york, shown(&[("2026-10-31", 96), ("2026-11-01", 100), ("2026-11-02", 96)]));
    let berlin = days("Europe/Berlin", "2026-03-28", "2026-03-30");
    assert_eq!(berlin, shown(&[("2026-03-28", 96), ("2026-03-29", 92), ("2026-03-30", 96)]));
    let berlin = days("Europe/Berlin", "2026-10-24", "2026-10-26");
    assert_eq!(berlin, shown(&[("2026-10-24", 96), ("2026-10-25", 100), ("2026-10-26", 96)]));
    assert_eq!(days("Australia/Lord_Howe", "2026-04-05", "2026-04-05"), shown(&[("2026-04-05", 98)]));
    assert_eq!(days("Australia/Lord_Howe", "2026-10-04", "2026-10-04"), shown(&[("2026-10-04", 94)]));
    let kolkata = days("Asia/Kolkata", "2026-03-28", "2026-03-29");
    assert_eq!(kolkata, shown(&[("2026-03-28", 96), ("2026-03-29", 96)]));
}

#[test]
fn an_hour_that_comes_twice_is_shown_twice_with_its_offsets() {
    assert_eq!(
        hours("Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"),
        shown(&[
            ("2026-10-25T01:00+02:00", 4),
            ("2026-10-25T02:00+02:00", 4),
            ("2026-10-25T02:00+01:00", 4),
            ("2026-10-25T03:00+01:00", 4),
        ])
    );
    assert_eq!(
        hours("America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T08:00:00Z"),
        shown(&[("2026-11-01T01:00-04:00", 4), ("2026-11-01T01:00-05:00", 4), ("2026-11-01T02:00-05:00", 4)])
    );
    // The clock goes back by half an hour only: from 02:00 to 01:30.
    assert_eq!(
        hours("Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T16:30:00Z"),
        shown(&[("2026-04-05T01:00+11:00", 4), ("2026-04-05T01:30+10:30", 2), ("2026-04-05T02:00+10:30", 4)])
    );
}

#[test]
fn an_hour_that_is_left_out_is_not_there() {
    assert_eq!(
        hours("America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z"),
        shown(&[("2026-03-08T01:00-05:00", 4), ("2026-03-08T03:00-04:00", 4)])
    );
    // By half an hour: from 02:00 to 02:30.
    assert_eq!(
        hours("Australia/Lord_Howe", "2026-10-03T14:30:00Z", "2026-10-03T17:00:00Z"),
        shown(&[("2026-10-04T01:00+10:30", 4), ("2026-10-04T02:30+11:00", 2), ("2026-10-04T03:00+11:00", 4)])
    );
}

#[test]
fn hours_of_half_hour_zones_begin_with_the_clock_there() {
    assert_eq!(
        hours("Asia/Kolkata", "2026-11-21T18:30:00Z", "2026-11-21T20:30:00Z"),
        shown(&[("2026-11-22T00:00+05:30", 4), ("2026-11-22T01:00+05:30", 4)])
    );
    assert_eq!(
        hours("Asia/Kathmandu", "2026-11-21T18:15:00Z", "2026-11-21T19:15:00Z"),
        shown(&[("2026-11-22T00:00+05:45", 4)])
    );
}

#[test]
fn months_end_when_they_end_there() {
    let tokyo = zone("Asia/Tokyo");
    let mut sums = Sums::new(By::Time(Every::Month), Touch::Last, tokyo.clone());
    for (at, caller) in [("2026-11-30T14:59:59Z", 1), ("2026-11-30T15:00:00Z", 2), ("2026-12-31T14:59:59Z", 2)] {
        sums.add(&PoolId::none(), moment(at), &line(60, caller));
    }
    let groups = sums.groups(range(&tokyo, "2026-11-01", "2027-01-31"), 10).expect("three months");
    let told: Vec<_> = groups
        .iter()
        .map(|group| (group.name.as_deref().unwrap_or("-"), group.counts.calls, group.counts.unique_callers))
        .collect();
    assert_eq!(told, [("2026-11", 1, 1), ("2026-12", 2, 1), ("2027-01", 0, 0)]);
    let hours =
        quarters(&zone("Europe/Berlin"), Every::Month, range(&zone("Europe/Berlin"), "2026-03-01", "2026-03-31"));
    assert_eq!(hours, shown(&[("2026-03", 31 * 96 - 4)]));
}

/// What the clock shows at each call, without any stretches.
fn by_the_clock(zone_name: &str, every: Every, at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(at.as_millis()).expect("small")).expect("a moment");
    let shown = at.in_tz(zone_name).expect("a zone");
    shown
        .strftime(match every {
            Every::Hour => "%Y-%m-%d %H %:z",
            Every::Day => "%Y-%m-%d",
            Every::Month => "%Y-%m",
        })
        .to_string()
}

/// Calls around a change of some zone's clocks in 2024 to 2029, most of them near it.
fn moments() -> impl Strategy<Value = Vec<u64>> {
    const DAYS: i64 = 40 * 86_400_000;
    const HOURS: i64 = 2 * 3_600_000;
    let last = moment("2029-12-31");
    let changes: Vec<u64> = ZONES
        .iter()
        .flat_map(|name| {
            let zone = zone(name);
            let next = move |at: &Timestamp| zone.change_after(*at).filter(|at| *at < last);
            let changes = std::iter::successors(next(&moment("2024-01-01")), next);
            changes.map(Timestamp::as_millis).collect::<Vec<_>>()
        })
        .collect();
    proptest::sample::select(changes).prop_flat_map(|change| {
        let near = prop_oneof![3 => -HOURS..HOURS, 1 => -DAYS..DAYS];
        proptest::collection::vec(near.prop_map(move |by| change.saturating_add_signed(by)), 1..100)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_call_is_counted_where_the_clock_shows_it(
        moments in moments(),
        zone_name in proptest::sample::select(ZONES.to_vec()),
        every in proptest::sample::select(vec![Every::Hour, Every::Day, Every::Month]),
    ) {
        let zone = zone(zone_name);
        let mut sums = Sums::new(By::Time(every), Touch::Last, zone.clone());
        let mut slotted = Sums::new(By::Time(every), Touch::Last, zone.clone());
        let mut naive: BTreeMap<String, (u64, u64, BTreeSet<u64>)> = BTreeMap::new();
        for (number, at) in moments.iter().enumerate() {
            let (talk, caller) = (at % 300, number as u64 % 7);
            let at = Timestamp::from_millis(*at);
            sums.add(&PoolId::none(), at, &line(talk, caller));
            let slot = Timestamp::from_millis(at.as_millis() / SLOT.as_millis() * SLOT.as_millis());
            let is_whole = slotted.keeps_whole(Range { from: slot, until: slot + SLOT });
            prop_assert!(is_whole);
            slotted.add(&PoolId::none(), slot, &line(talk, caller));
            let counted = naive.entry(by_the_clock(zone_name, every, at)).or_default();
            counted.0 += 1;
            counted.1 += talk;
            counted.2.insert(caller);
        }
        let earliest = Timestamp::from_millis(*moments.iter().min().expect("one"));
        let latest = Timestamp::from_millis(*moments.iter().max().expect("one"));
        let asked = Range { from: earliest, until: latest + Span::from_millis(1) };
        let groups = sums.groups(asked, 100_000).expect("not too many");
        prop_assert_eq!(&groups, &slotted.groups(asked, 100_000).expect("not too many"));
        // Stretches touch each other, and their names are all different.
        prop_assert!(groups.windows(2).all(|two| two[0].range.expect("one").until == two[1].range.expect("one").from));
        let names: BTreeSet<_> = groups.iter().map(|group| group.name.clone()).collect();
        prop_assert_eq!(names.len(), groups.len());
        // An hour of the clock may be cut in two by a change within it; then both parts show the same hour but not offset.
        let counted: BTreeMap<String, (u64, u64, u64)> = groups
            .iter()
            .filter(|group| group.counts.calls > 0)
            .map(|group| {
                let name = by_the_clock(zone_name, every, group.range.expect("one").from);
                (name, (group.counts.calls, group.counts.talk_seconds, group.counts.unique_callers))
            })
            .collect();
        let naive = naive.into_iter().map(|(name, (calls, talk, callers))| (name, (calls, talk, callers.len() as u64)));
        prop_assert_eq!(counted, naive.collect());
    }
}
