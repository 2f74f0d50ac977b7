//! Options and answers as types: what the npm entry's `index.d.ts` says is what it takes, and nothing else.
//!
//! They are read to be checked; the page's language goes on with what it has. To write them again would cost every visitor
//! 3 KB.
#![allow(dead_code, reason = "fields are there for their names and types")]

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, de::IgnoredAny};
use serde_wasm_bindgen::from_value;
use snippet_core::engine::Engine;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// What an application may say. Other options are refused by `index.js`: `serde_wasm_bindgen` asks for the fields that it
/// knows, and never sees others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    site: String,
    service: String,
    #[serde(default)]
    targets: Vec<Target>,
    session_cookie: Option<String>,
    mode: Option<Mode>,
    consent: Option<Consent>,
    #[serde(default)]
    channels: Vec<Channel>,
    #[serde(default)]
    cookies: Vec<String>,
    media: Option<Media>,
    lease_on: Option<LeaseOn>,
    rollout: Option<f64>,
    health: Option<f64>,
    #[serde(default)]
    data_layer: bool,
    #[serde(default)]
    discover: bool,
    #[serde(default)]
    iframes: bool,
    #[serde(default)]
    images: Vec<Image>,
    #[serde(default)]
    headless: bool,
}

#[derive(Deserialize)]
struct Target {
    id: String,
    number: Option<String>,
    selector: Option<String>,
    e164: Option<String>,
    groups: Option<Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Dynamic,
    Channel,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Consent {
    Required,
    Granted,
    ChannelOnly,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Media {
    Google,
    Yahoo,
    Microsoft,
    Meta,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LeaseOn {
    Load,
    Sight,
    Interaction,
}

#[derive(Deserialize)]
struct Channel {
    name: String,
    /// A function; the page's language calls it.
    when: IgnoredAny,
    numbers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Image {
    selector: String,
    target: String,
    url: String,
    #[serde(default)]
    background: bool,
}

/// What is wrong with an application's options, in a sentence that names it; nothing if they can be worked with.
#[wasm_bindgen]
pub fn complaint(options: JsValue) -> Option<String> {
    match from_value::<Options>(options) {
        Err(error) => Some(error.to_string()),
        Ok(Options { targets, .. }) => targets.into_iter().find_map(|target| {
            let number = target.number.filter(|_| target.e164.is_none())?;
            Engine::discover(&number).is_empty().then(|| {
                alloc::format!(
                    "{number}, of the target {}, is no telephone number of Japan: others need their e164",
                    target.id
                )
            })
        }),
    }
}

/// The service's answer as the golden JSON of the protocol has it. Written out flat: the tagged types of the protocol's own
/// crate, read through `serde`, would be a third of the program.
#[derive(Deserialize)]
struct Answer {
    heartbeat_ms: f64,
    hidden_hold_ms: f64,
    leases: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    target: String,
    status: Status,
    number: Option<Number>,
    lease_for_ms: Option<f64>,
    token: Option<String>,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Leased,
    Overflow,
    Exhausted,
    Problem,
}

#[derive(Deserialize)]
struct Number {
    national: String,
    e164: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    r#type: String,
    status: f64,
}

/// Whether the service's answer is one of the protocol.
#[wasm_bindgen]
pub fn is_answer(body: JsValue) -> bool {
    from_value::<Answer>(body).is_ok()
}
