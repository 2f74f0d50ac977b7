//! How a pool's calls are routed, as configured.

use super::{
    address::{Gateway, SendTo},
    block::BlockList,
    speech::Language,
};
use crate::domain::{
    ids::{DestinationId, ScheduleId},
    number::TrackingNumber,
};
use serde::{Deserialize, Serialize};

/// How long a destination rings if nobody said.
pub const RINGS_SECONDS: u32 = 30;

/// How a pool's calls are routed; the default sends all of them to the pool's destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// Where calls are sent; none: to the pool's one destination.
    #[serde(default)]
    pub destinations: Vec<Destination>,
    /// Which of several destinations of the same priority is called first.
    #[serde(default)]
    pub strategy: Strategy,
    /// Opening hours; without them it is always open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// Through which gateway SIP systems call numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
    /// The language of all that is said.
    #[serde(default)]
    pub language: Language,
    /// Said to whoever answers (入電ガイダンス), with `{channel}` and the like in it; see [`super::speech::fill`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<String>,
    /// Said to the caller before anybody is called: a greeting, or that the call is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The call shall be recorded.
    #[serde(default)]
    pub record: bool,
    /// When nobody answers: the next destination is called, too. Otherwise only the first is.
    #[serde(default = "yes")]
    pub tries_next: bool,
    /// What happens when nobody answers, or all are busy.
    #[serde(default)]
    pub absence: Absence,
    /// What happens outside the opening hours; as in an absence, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Absence>,
    /// Callers that reach no number of the pool.
    #[serde(default)]
    pub blocked: BlockList,
}

impl Routing {
    /// All schedules that it refers to.
    pub fn schedules(&self) -> impl Iterator<Item = &ScheduleId> {
        self.schedule.iter().chain(self.destinations.iter().filter_map(|destination| destination.schedule.as_ref()))
    }

    /// All numbers to which it sends calls.
    pub fn numbers(&self) -> impl Iterator<Item = &TrackingNumber> {
        let instead = [Some(&self.absence), self.closed.as_ref()].into_iter().flatten();
        let instead = instead.filter_map(|absence| absence.send_to.as_ref());
        self.destinations.iter().map(|destination| &destination.to).chain(instead).filter_map(SendTo::number)
    }
}

/// One place where calls are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The operator's name for it, unique within its pool.
    pub id: DestinationId,
    /// What is called.
    pub to: SendTo,
    /// Lower ones are called first.
    #[serde(default)]
    pub priority: u32,
    /// Its share among those of its priority, with [`Strategy::Weighted`]; 0: only when no other is left.
    #[serde(default = "one")]
    pub weight: u32,
    /// Calls that it takes at a time; `None`: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// How long it rings.
    #[serde(default = "rings")]
    pub timeout_seconds: u32,
    /// Opening hours of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
}

/// Which of several destinations of the same priority is called first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The one that is written first.
    #[default]
    Priority,
    /// By chance, each as often as its weight says.
    Weighted,
    /// One after the other (順次転送).
    RoundRobin,
}

/// What happens when nobody can be reached. Nothing said: the caller hears that nobody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Called instead: an answering service, a voice mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_to: Option<SendTo>,
    /// Said to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The caller may leave a message, which the call system records.
    #[serde(default)]
    pub voicemail: bool,
    /// A short message that the call system is asked to send to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<String>,
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            destinations: Vec::new(),
            strategy: Strategy::default(),
            schedule: None,
            gateway: None,
            language: Language::default(),
            whisper: None,
            notice: None,
            record: false,
            tries_next: true,
            absence: Absence::default(),
            closed: None,
            blocked: BlockList::default(),
        }
    }
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn rings() -> u32 {
    RINGS_SECONDS
}
