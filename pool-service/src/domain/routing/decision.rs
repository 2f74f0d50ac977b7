//! What was decided for a call: stored with its record and rendered for every call system.

use super::{
    address::{Gateway, SendTo},
    plan::Absence,
    speech::{Language, Speech},
};
use crate::domain::ids::{DestinationId, ScheduleId};
use serde::{Deserialize, Serialize};

/// What was decided for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What shall happen.
    pub action: Action,
    /// Whom to call, in this order, each when the one before did not answer. Also a closed pool may have one: its answering
    /// service.
    pub legs: Vec<Leg>,
    /// Through which gateway SIP systems call numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
    /// Said to whoever answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<Speech>,
    /// Said to the caller before anybody is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Speech>,
    /// The call shall be recorded.
    #[serde(default)]
    pub record: bool,
    /// The language of what is said to the caller.
    #[serde(default)]
    pub language: Language,
    /// What happens when nobody of the legs answers, or there are none. Whom to call then is the last of the legs already.
    #[serde(default)]
    pub absence: Absence,
    /// Whether it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Why, the most important first.
    pub reasons: Vec<Why>,
    /// The store did not answer in time: this is the static destination.
    #[serde(default)]
    pub is_degraded: bool,
}

/// What shall happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Call the legs.
    Connect,
    /// It is outside the opening hours.
    Closed,
    /// All destinations are occupied.
    Busy,
    /// The caller is blocked.
    Reject,
    /// Nobody knows the number.
    Unknown,
}

/// One attempt to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The destination; `None` for one that is only called in an absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationId>,
    /// What is called.
    pub to: SendTo,
    /// How long it rings.
    pub timeout_seconds: u32,
    /// Calls that it takes at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}

/// What a schedule says of a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Whose opening hours.
    pub schedule: ScheduleId,
    /// Whether it is open.
    pub is_open: bool,
    /// By which of its rules, for people.
    pub because: String,
}

/// Why something was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// For programs: `blocked_number`, `closed`, `full` …
    pub code: String,
    /// For people.
    pub text: String,
}

impl Action {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Closed => "closed",
            Self::Busy => "busy",
            Self::Reject => "reject",
            Self::Unknown => "unknown",
        }
    }

    /// What a SIP system answers the caller when there is nobody to call: status code and reason.
    pub const fn sip(self) -> (u16, &'static str) {
        match self {
            Self::Connect | Self::Closed => (480, "Temporarily Unavailable"),
            Self::Busy => (486, "Busy Here"),
            Self::Reject => (603, "Decline"),
            Self::Unknown => (404, "Not Found"),
        }
    }
}

impl Why {
    pub(super) fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: text.into() }
    }
}

impl Decision {
    /// The destination tried first, whose capacity the call uses.
    pub fn first_destination(&self) -> Option<&Leg> {
        self.legs.first().filter(|leg| leg.destination.is_some())
    }

    /// What the caller hears when nobody answered or nobody can be called.
    pub fn message(&self) -> Speech {
        let said = self.absence.message.clone();
        let text = said.unwrap_or_else(|| self.language.nobody_there().to_owned());
        Speech { text, language: self.language }
    }
}
