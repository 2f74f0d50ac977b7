//! The tag build's way: the browser has parsed the JSON, and property after property is taken from it.

use super::answer::{answer, refusal};
use crate::js;
use alloc::{string::String, vec::Vec};
use snippet_core::{
    keeper::{Answer, Row},
    number::Number,
};
use wasm_bindgen::prelude::JsValue;

/// `None` if the body is no lease answer; a row that is none of the protocol's is left out.
pub(super) fn read(body: &JsValue, targets: &[&str]) -> Option<Answer> {
    let heartbeat_ms = js::integer(body, "heartbeat_ms")?;
    let hidden_hold_ms = js::integer(body, "hidden_hold_ms")?;
    let leases = js::get(body, "leases");
    let rows: Vec<(String, Row)> = js::items(&leases).into_iter().filter_map(|row| read_row(&row)).collect();
    Some(answer(heartbeat_ms, hidden_hold_ms, rows, targets))
}

fn read_row(row: &JsValue) -> Option<(String, Row)> {
    let read = match js::text(row, "status")?.as_str() {
        "leased" => Row::Leased {
            number: read_number(row)?,
            lease_for_ms: js::integer(row, "lease_for_ms")?,
            token: js::text(row, "token")?,
        },
        "overflow" => Row::Overflow { number: read_number(row)?, lease_for_ms: js::integer(row, "lease_for_ms")? },
        "exhausted" => Row::Exhausted,
        "problem" => {
            let problem = js::get(row, "problem");
            refusal(&js::text(&problem, "type").unwrap_or_default(), js::integer(&problem, "status").unwrap_or(500))
        }
        _ => return None,
    };
    Some((js::text(row, "target")?, read))
}

/// Only what is a number: it goes onto the page.
fn read_number(row: &JsValue) -> Option<Number> {
    Number::from_national(&js::text(&js::get(row, "number"), "national")?)
}
