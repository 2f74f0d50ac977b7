//! Reading what the service says. Whatever does not have the form of the protocol counts as no answer.

use crate::js;
use alloc::{string::String, vec::Vec};
use snippet_core::keeper::{Answer, Row};
use wasm_bindgen::prelude::JsValue;

#[cfg(feature = "npm")]
use super::typed as body;
#[cfg(not(feature = "npm"))]
use super::untyped as body;

/// One reply.
pub(crate) struct Reply {
    /// The number of the request that it is for.
    pub(crate) request: u32,
    /// What it says.
    pub(crate) told: Told,
}

/// What a reply says.
pub(crate) enum Told {
    /// What each target may show.
    Answer(Answer),
    /// The request was refused for good, and why.
    Refused(String),
    /// Nothing: the service could not be reached, or has a fault.
    Nothing,
}

impl Reply {
    /// Reads what the client called back with. `targets` are the ids that answers name.
    pub(crate) fn read(reply: &JsValue, targets: &[&str]) -> Self {
        let request = js::integer(reply, "id").unwrap_or(0) as u32;
        let status = js::integer(reply, "status").unwrap_or(0);
        let body = js::get(reply, "parsed");
        let told = match status {
            200 => body::read(&body, targets).map_or(Told::Nothing, Told::Answer),
            // Too early or too much, not wrong.
            408 | 425 | 429 => Told::Nothing,
            400..=499 => {
                Told::Refused(js::text(&body, "detail").or_else(|| js::text(&body, "title")).unwrap_or_default())
            }
            _ => Told::Nothing,
        };
        Self { request, told }
    }
}

/// What the kind of a problem with a lease's token has in it.
const TOKEN: &[u8] = b"token";

/// The row that a problem makes: refused for good, refused because of the token, or not decided.
pub(super) fn refusal(kind: &str, status: u64) -> Row {
    match status {
        _ if kind.as_bytes().windows(TOKEN.len()).any(|part| part == TOKEN) => Row::TokenRefused,
        408 | 425 | 429 | 500.. => Row::Unavailable,
        _ => Row::Refused,
    }
}

/// The answer out of rows that name their target; rows of targets that nobody knows are left out.
pub(super) fn answer(heartbeat_ms: u64, hidden_hold_ms: u64, rows: Vec<(String, Row)>, targets: &[&str]) -> Answer {
    let index_of = |id: &str| targets.iter().position(|target| *target == id);
    let rows = rows.into_iter().filter_map(|(id, row)| Some((index_of(&id)?, row))).collect();
    Answer { heartbeat_ms, hidden_hold_ms, rows }
}
