//! Options and answers as types: what the npm entry's `index.d.ts` says is what it takes, and nothing else.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// What an application says; written as the service writes a tag's settings.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(deserialize = "camelCase"))]
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
    clicks: Option<Vec<String>>,
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

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Target {
    id: String,
    number: Option<String>,
    selector: Option<String>,
    e164: Option<String>,
    groups: Option<Vec<u8>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Dynamic,
    Channel,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Consent {
    Required,
    Granted,
    ChannelOnly,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum LeaseOn {
    Load,
    Sight,
    Interaction,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Channel {
    name: String,
    when: String,
    numbers: BTreeMap<String, String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Image {
    selector: String,
    target: String,
    url: String,
    #[serde(default)]
    background: bool,
}

/// An application's options as settings.
///
/// # Errors
/// With a sentence that names what is wrong.
#[wasm_bindgen]
pub fn options(given: JsValue) -> Result<JsValue, String> {
    let options: Options = from_value(given).map_err(|error| error.to_string())?;
    options.serialize(&Serializer::json_compatible()).map_err(|error| error.to_string())
}

/// The service's answer as the golden JSON of the protocol has it. Written out flat: the tagged types of the protocol's own
/// crate, read through `serde`, would be a third of the program.
#[derive(Deserialize, Serialize)]
struct Answer {
    heartbeat_ms: f64,
    hidden_hold_ms: f64,
    leases: Vec<Row>,
}

#[derive(Deserialize, Serialize)]
struct Row {
    target: String,
    status: Status,
    number: Option<Number>,
    lease_for_ms: Option<f64>,
    token: Option<String>,
    problem: Option<Problem>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Leased,
    Overflow,
    Exhausted,
    Problem,
}

#[derive(Deserialize, Serialize)]
struct Number {
    national: String,
    e164: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Problem {
    r#type: String,
    status: f64,
}

/// The service's answer if it is one; nothing else goes on.
#[wasm_bindgen]
pub fn answer(body: JsValue) -> JsValue {
    let read: Option<Answer> = from_value(body).ok();
    read.and_then(|answer| answer.serialize(&Serializer::json_compatible()).ok()).unwrap_or(JsValue::UNDEFINED)
}
