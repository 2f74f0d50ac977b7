//! Every golden body reads into its type and writes back the same JSON, so the types, the examples in
//! `docs/PROTOCOL.md` and what is on the wire cannot drift apart.

use pool_protocol::{
    attribution::AttributionAnswer,
    call::{CallEvent, CallRecord},
    lease::{LeaseAnswer, LeaseRequest, LeaveRequest},
    lookup::{LookupAnswer, LookupRequest, SightingRequest},
    problem::Problem,
    route::RouteAnswer,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn round_trips<T: Serialize + DeserializeOwned>(golden: &str) {
    let body: T = serde_json::from_str(golden).expect("the golden body reads into its type");
    let written = serde_json::to_value(&body).expect("the type writes");
    let expected: Value = serde_json::from_str(golden).expect("the golden body is JSON");
    assert_eq!(written, expected);
}

#[test]
fn lease_request() {
    round_trips::<LeaseRequest>(include_str!("../golden/lease_request.json"));
}

#[test]
fn lease_answer() {
    round_trips::<LeaseAnswer>(include_str!("../golden/lease_answer.json"));
}

#[test]
fn leave_request() {
    round_trips::<LeaveRequest>(include_str!("../golden/leave_request.json"));
}

#[test]
fn attribution_answer() {
    round_trips::<AttributionAnswer>(include_str!("../golden/attribution_answer.json"));
}

#[test]
fn problem() {
    round_trips::<Problem>(include_str!("../golden/problem.json"));
}

#[test]
fn lease_request_of_a_known_visitor() {
    round_trips::<LeaseRequest>(include_str!("../golden/lease_request_known_visitor.json"));
}

#[test]
fn lookup() {
    round_trips::<LookupRequest>(include_str!("../golden/lookup_request.json"));
    round_trips::<LookupAnswer>(include_str!("../golden/lookup_answer.json"));
}

#[test]
fn sighting_request() {
    round_trips::<SightingRequest>(include_str!("../golden/sighting_request.json"));
}

#[test]
fn calls() {
    round_trips::<CallEvent>(include_str!("../golden/call_event.json"));
    round_trips::<CallRecord>(include_str!("../golden/call_record.json"));
}

#[test]
fn route_answer() {
    round_trips::<RouteAnswer>(include_str!("../golden/route_answer.json"));
}
