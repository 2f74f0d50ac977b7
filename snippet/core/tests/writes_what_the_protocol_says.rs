//! The requests that the snippet writes are the ones that the protocol's types read, and the golden examples.

use pool_protocol::lease::{LeaseRequest as WireRequest, LeaveRequest};
use snippet_core::{
    click_ids::{ClickId, Source},
    wire::{LeaseRequest, leave_body},
};

fn request<'a>(page: &'a str, referrer: &'a str, click_ids: &'a [ClickId]) -> LeaseRequest<'a> {
    LeaseRequest {
        site: "st_clinic",
        session: "Jk3vQ8m2R0aYt6WzXc1BfA",
        page,
        click_ids,
        landing_page: "https://clinic.example/?gclid=Cj0KCQjw_example_BwE",
        referrer,
        leases: &[("main", Some("v1.k1.eyJleGFtcGxlIjoxfQ.c2lnbmF0dXJl")), ("recruit", None)],
    }
}

#[test]
fn a_lease_request_is_the_golden_one() {
    let click = ClickId {
        kind: "gclid",
        value: "Cj0KCQjw_example_BwE".to_owned(),
        clicked_at_ms: Some(1_795_312_800_000),
        source: Source::Url,
    };
    let page = "https://clinic.example/access?gclid=Cj0KCQjw_example_BwE#map";
    let body = request(page, "https://www.google.com/", &[click]).body();
    let written: WireRequest = serde_json::from_str(&body).expect("the body reads");
    let golden = include_str!("../../../pool-service/protocol/golden/lease_request.json");
    let golden: WireRequest = serde_json::from_str(golden).expect("the golden body reads");
    assert_eq!(written, golden);
}

#[test]
fn leaving_is_the_golden_one() {
    let body = leave_body("st_clinic", "Jk3vQ8m2R0aYt6WzXc1BfA", ["main", "recruit"].into_iter());
    let written: LeaveRequest = serde_json::from_str(&body).expect("the body reads");
    let golden = include_str!("../../../pool-service/protocol/golden/leave_request.json");
    assert_eq!(written, serde_json::from_str::<LeaveRequest>(golden).expect("the golden body reads"));
}

#[test]
fn any_text_arrives_as_it_was() {
    let odd = "https://a.jp/\u{0}\u{1f}\"\\\n\t日本💡/";
    let written: WireRequest = serde_json::from_str(&request("", odd, &[]).body()).expect("the body reads");
    assert_eq!(written.visitor.referrer.as_deref(), Some(odd));
}

#[test]
fn long_addresses_are_cut_between_characters() {
    let long = format!("https://a.jp/{}", "あ".repeat(2_000));
    let written: WireRequest = serde_json::from_str(&request(&long, "", &[]).body()).expect("the body reads");
    let page = written.page.expect("a page");
    assert!(page.len() <= 2_048 && long.starts_with(&page));
}
