//! What a document says of routing, as it is written: nothing here is checked but names and kinds of values.

use crate::domain::routing::{Language, Strategy};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[pool.routing]`: where the pool's calls are sent, beyond its one destination.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingEntry {
    /// `[[pool.routing.destination]]`
    #[serde(default, rename = "destination")]
    pub destinations: Vec<DestinationEntry>,
    /// Which of several destinations of the same priority is called first.
    pub strategy: Option<Strategy>,
    /// Opening hours.
    pub schedule: Option<String>,
    /// Through which host SIP systems call numbers.
    pub gateway: Option<String>,
    /// The language of all that is said.
    pub language: Option<Language>,
    /// Said to whoever answers.
    pub whisper: Option<String>,
    /// Said to the caller before anybody is called.
    pub notice: Option<String>,
    /// The call shall be recorded.
    pub record: Option<bool>,
    /// When nobody answers, the next destination is called.
    pub next: Option<bool>,
    /// `[pool.routing.absence]`
    pub absence: Option<AbsenceEntry>,
    /// `[pool.routing.closed]`
    pub closed: Option<AbsenceEntry>,
}

/// `[[pool.routing.destination]]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationEntry {
    /// The operator's name for it.
    pub id: String,
    /// A number, or a SIP URI.
    pub to: String,
    /// Lower ones are called first.
    pub priority: Option<i64>,
    /// Its share among those of its priority.
    pub weight: Option<i64>,
    /// Calls that it takes at a time.
    pub capacity: Option<i64>,
    /// How long it rings.
    pub timeout_seconds: Option<i64>,
    /// Opening hours of its own.
    pub schedule: Option<String>,
}

/// `[pool.routing.absence]`, `[pool.routing.closed]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbsenceEntry {
    /// A number or a SIP URI that is called instead.
    pub send_to: Option<String>,
    /// Said to the caller.
    pub message: Option<String>,
    /// The caller may leave a message.
    #[serde(default)]
    pub voicemail: bool,
    /// A short message to be sent to the caller.
    pub sms: Option<String>,
}

/// `[[site.blocked]]`, `[[pool.blocked]]`: one of the first three.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockedEntry {
    /// A caller's number.
    pub number: Option<String>,
    /// How callers' numbers begin.
    pub prefix: Option<String>,
    /// Callers that withhold their number.
    #[serde(default)]
    pub anonymous: bool,
    /// From then on it blocks no more.
    pub until: Option<Moment>,
    /// What the operator wants to remember of it.
    #[serde(default)]
    pub note: String,
}

/// `[[schedule]]`: opening hours. Spans are written `09:00-18:00`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleEntry {
    /// The operator's name for it.
    pub id: String,
    /// A zone of the IANA database.
    pub zone: String,
    /// When it is open, by days: `mon`, `mon-fri`, `holiday`.
    #[serde(default)]
    pub weekly: BTreeMap<String, Vec<String>>,
    /// Days that are holidays.
    #[serde(default)]
    pub holidays: Vec<Moment>,
    /// Japan's public holidays are holidays.
    #[serde(default)]
    pub japanese_holidays: bool,
    /// Days with hours of their own; none: closed.
    #[serde(default)]
    pub special: BTreeMap<String, Vec<String>>,
}

/// A date or a time, with or without quotes around it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    /// In quotes.
    Text(String),
    /// TOML's own.
    Own(toml::value::Datetime),
}

impl Moment {
    /// As it is written.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Own(own) => own.to_string(),
        }
    }
}
