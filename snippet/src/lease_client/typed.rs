//! The npm build's way: the protocol's own types.

use super::answer::{answer, refusal};
use alloc::{string::String, vec::Vec};
use pool_protocol::lease::{LeaseAnswer, LeaseOutcome, LeaseRow};
use snippet_core::{
    keeper::{Answer, Row},
    number::Number,
};
use wasm_bindgen::prelude::JsValue;

/// `None` if the body is no lease answer.
pub(super) fn read(body: &JsValue, targets: &[&str]) -> Option<Answer> {
    let read: LeaseAnswer = serde_wasm_bindgen::from_value(body.clone()).ok()?;
    let rows: Vec<(String, Row)> = read.leases.into_iter().filter_map(row).collect();
    Some(answer(read.heartbeat_ms, read.hidden_hold_ms, rows, targets))
}

fn row(LeaseRow { target, outcome }: LeaseRow) -> Option<(String, Row)> {
    let row = match outcome {
        LeaseOutcome::Leased { number, lease_for_ms, token, .. } => {
            Row::Leased { number: checked(&number)?, lease_for_ms, token }
        }
        LeaseOutcome::Overflow { number, lease_for_ms } => Row::Overflow { number: checked(&number)?, lease_for_ms },
        LeaseOutcome::Exhausted => Row::Exhausted,
        LeaseOutcome::Problem { problem } => refusal(&problem.kind, problem.status.into()),
    };
    Some((target, row))
}

/// Only what is a number: it goes onto the page.
fn checked(number: &pool_protocol::Number) -> Option<Number> {
    Number::from_national(&number.national)
}
