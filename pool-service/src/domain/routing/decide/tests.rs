//! What is decided, case by case and by chance.

use super::*;
use crate::domain::routing::{
    Destination, Gateway, Strategy,
    block::Block,
    schedule::{OpenSpan, Zone},
};
use proptest::prelude::{prop, prop_assert_eq, proptest};

struct World {
    site: Site,
    pool: Pool,
    schedules: Vec<Schedule>,
    in_use: BTreeMap<DestinationId, u32>,
    full: Vec<DestinationId>,
    source: Source,
    caller: Option<&'static str>,
    turn: u64,
}

fn world(destinations: &[(&str, u32)]) -> World {
    let site = serde_json::json!({"id": "clinic", "key": "st_clinic", "name": "クリニック", "origins": [],
        "session_cookie": null, "targets": []});
    let pool = serde_json::json!({"id": "main", "site": "clinic", "destination": "0355500100", "overflow": null,
        "policy": crate::domain::policy::LeasePolicy::default()});
    let mut pool: Pool = serde_json::from_value(pool).expect("a pool");
    pool.routing.destinations = destinations.iter().map(|(to, capacity)| destination(to, *capacity)).collect();
    // Open on no day.
    let closed = Schedule {
        id: ScheduleId::parse("closed").expect("an id"),
        zone: Zone::parse("Asia/Tokyo").expect("a zone"),
        weekly: Default::default(),
        on_holidays: vec![OpenSpan::parse("00:00-24:00").expect("a span")],
        holidays: [].into(),
        has_japanese_holidays: false,
        special: [].into(),
    };
    World {
        site: serde_json::from_value(site).expect("a site"),
        pool,
        schedules: vec![closed],
        in_use: BTreeMap::new(),
        full: Vec::new(),
        source: Source::default(),
        caller: Some("09012345678"),
        turn: 0,
    }
}

fn id(id: &str) -> DestinationId {
    DestinationId::parse(id).expect("an id")
}

fn destination(name: &str, capacity: u32) -> Destination {
    Destination {
        id: id(name),
        to: SendTo::parse(&format!("sip:{name}@pbx.example")).expect("a URI"),
        priority: 0,
        weight: 1,
        capacity: (capacity > 0).then_some(capacity),
        timeout_seconds: 20,
        schedule: None,
    }
}

impl World {
    fn asked(&self, work: impl FnOnce(&Asked<'_>) -> Decision) -> Decision {
        work(&Asked {
            call: &CallKey::parse("test/1").expect("a key"),
            number: &TrackingNumber::parse("050-3111-0001").expect("a number"),
            site: Some(&self.site),
            pool: Some(&self.pool),
            destination: Some(&self.pool.destination),
            schedules: &self.schedules,
            caller: self.caller,
            is_anonymous: self.caller.is_none(),
            source: &self.source,
            turn: self.turn,
            in_use: &self.in_use,
            full: &self.full,
            now: Timestamp::from_millis(1_795_239_000_000),
        })
    }

    fn decide(&self) -> Decision {
        self.asked(decide)
    }
}

fn called(decision: &Decision) -> Vec<String> {
    decision.legs.iter().map(|leg| leg.to.to_string()).collect()
}

fn codes(decision: &Decision) -> Vec<&str> {
    decision.reasons.iter().map(|why| why.code.as_str()).collect()
}

#[test]
fn a_pool_without_routing_sends_to_its_destination() {
    let decision = world(&[]).decide();
    assert_eq!((decision.action, called(&decision)), (Action::Connect, vec!["0355500100".to_owned()]));
    assert_eq!(decision.legs[0].destination, Some(id("static")));
}

#[test]
fn whoever_is_blocked_by_site_or_pool_reaches_nobody_even_without_the_store() {
    let mut world = world(&[]);
    let block = Block { until: None, note: "nuisance".to_owned() };
    world.site.blocked.prefixes.insert("0901".to_owned(), block.clone());
    for decision in [world.decide(), world.asked(without_store)] {
        assert_eq!(
            (decision.action, called(&decision), codes(&decision)),
            (Action::Reject, vec![], vec!["blocked_prefix"])
        );
        assert!(decision.reasons[0].text.contains("site clinic") && decision.reasons[0].text.contains("nuisance"));
    }
    world.site.blocked = BlockList::default();
    world.pool.routing.blocked.anonymous = Some(block);
    assert_eq!(world.decide().action, Action::Connect);
    world.caller = None;
    assert_eq!((world.decide().action, codes(&world.decide())), (Action::Reject, vec!["blocked_anonymous"]));
}

#[test]
fn a_number_without_destination_is_unknown() {
    let world = world(&[]);
    let decision = world.asked(|asked| decide(&Asked { destination: None, pool: None, site: None, ..*asked }));
    assert_eq!((decision.action, codes(&decision)), (Action::Unknown, vec!["unknown_number"]));
    let decision = world.asked(|asked| decide(&Asked { pool: None, ..*asked }));
    assert_eq!((decision.action, called(&decision)), (Action::Connect, vec!["0355500100".to_owned()]));
}

#[test]
fn closed_pools_call_their_answering_service_and_closed_destinations_are_left_out() {
    let mut world = world(&[("a", 0), ("b", 0)]);
    world.pool.routing.destinations[0].schedule = ScheduleId::parse("closed").ok();
    let decision = world.decide();
    assert_eq!(
        (called(&decision), codes(&decision)),
        (vec!["sip:b@pbx.example".to_owned()], vec!["destination_closed"])
    );
    world.pool.routing.destinations[1].schedule = ScheduleId::parse("closed").ok();
    assert_eq!((world.decide().action, called(&world.decide())), (Action::Closed, vec![]));
    world.pool.routing.schedule = ScheduleId::parse("closed").ok();
    world.pool.routing.absence.message = Some("留守です".to_owned());
    let decision = world.decide();
    assert_eq!((decision.action, decision.message().text.as_str()), (Action::Closed, "留守です"));
    assert!(decision.hours.is_some_and(|hours| !hours.is_open));
    let service = SendTo::parse("03-5550-0199").expect("a number");
    world.pool.routing.closed = Some(Absence { send_to: Some(service), ..Absence::default() });
    let decision = world.decide();
    assert_eq!((called(&decision), decision.first_destination()), (vec!["0355500199".to_owned()], None));
}

#[test]
fn occupied_destinations_are_left_out_until_all_are() {
    let mut world = world(&[("a", 2), ("b", 1)]);
    world.in_use = [(id("a"), 2)].into();
    assert_eq!(called(&world.decide()), ["sip:b@pbx.example"]);
    world.full = vec![id("b")];
    world.pool.routing.absence.sms = Some("sorry".to_owned());
    let decision = world.decide();
    assert_eq!((decision.action, called(&decision)), (Action::Busy, vec![]));
    assert_eq!((codes(&decision), decision.absence.sms.as_deref()), (vec!["destination_full"; 2], Some("sorry")));
}

#[test]
fn only_the_first_rings_if_the_next_shall_not_and_the_answering_service_comes_last() {
    let mut world = world(&[("a", 0), ("b", 0)]);
    world.pool.routing.absence.send_to = SendTo::parse("03-5550-0199").ok();
    assert_eq!(called(&world.decide()), ["sip:a@pbx.example", "sip:b@pbx.example", "0355500199"]);
    world.pool.routing.tries_next = false;
    assert_eq!(called(&world.decide()), ["sip:a@pbx.example", "0355500199"]);
}

#[test]
fn whoever_answers_hears_the_channel_and_the_site() {
    let mut world = world(&[]);
    world.pool.routing.whisper = Some("{site}、{channel}からのお電話です".to_owned());
    world.source.channel = Some("Google広告".to_owned());
    let whisper = world.decide().whisper.expect("a whisper");
    assert_eq!(whisper.text, "クリニック、Google広告からのお電話です");
    world.source.channel = None;
    let decision = world.asked(without_store);
    assert_eq!(decision.whisper.expect("a whisper").text, "クリニック、不明からのお電話です");
    assert!(decision.is_degraded);
}

#[test]
fn without_the_store_the_static_destination_is_called_through_the_gateway() {
    let mut world = world(&[("a", 0)]);
    world.pool.routing.gateway = Gateway::parse("sbc.example").ok();
    let decision = world.asked(without_store);
    assert_eq!(decision.legs[0].to.uri(decision.gateway.as_ref()), "sip:+81355500100@sbc.example");
    assert_eq!(codes(&decision), ["store_unavailable"]);
}

proptest! {
    /// Nobody is called beyond what they take, everybody who has room is called, and a decision is read as it was written.
    #[test]
    fn capacity_is_kept_and_decisions_are_kept_whole(
        loads in prop::collection::vec((0_u32..4, 0_u32..4), 1..6),
        strategy in prop::sample::select(vec![Strategy::Priority, Strategy::Weighted, Strategy::RoundRobin]),
        turn in 0_u64..100,
    ) {
        let names: Vec<String> = (0..loads.len()).map(|at| format!("d{at}")).collect();
        let destinations: Vec<(&str, u32)> = names.iter().map(String::as_str).zip(loads.iter().map(|load| load.0)).collect();
        let mut world = world(&destinations);
        world.pool.routing.strategy = strategy;
        world.turn = turn;
        world.in_use = names.iter().zip(&loads).map(|(name, load)| (id(name), load.1)).collect();
        let decision = world.decide();
        let mut free: Vec<String> = names.iter().zip(&loads).filter(|(_, load)| load.0 == 0 || load.1 < load.0)
            .map(|(name, _)| format!("sip:{name}@pbx.example")).collect();
        let mut found = called(&decision);
        free.sort();
        found.sort();
        prop_assert_eq!(found, free);
        prop_assert_eq!(&decision, &world.decide());
        let json = serde_json::to_string(&decision).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Decision>(&json).expect("a decision"), decision);
    }
}
