//! `POST /v1/calls` and `GET /v1/calls/{id}`: what call systems tell of a call, and what is known of it.

use crate::{
    Number,
    attribution::{AttributionClass, LeaseHeld, Reason},
    visitor::{AdConsent, ClickId},
};
use alloc::{boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// One thing that a call system tells. Times are RFC 3339; whatever is absent says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallEvent {
    /// The call system: 1 to 32 letters, digits, `-` or `_`.
    pub source: String,
    /// Its name for the call: 1 to 255 letters, digits or what else RFC 3261 lets a Call-ID have, and `;=`.
    pub call_id: String,
    /// What happened.
    pub event: CallEventKind,
    /// When, by the call system's clock; now, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The number that was dialled, in any spelling.
    pub number: String,
    /// Who called: a number in any spelling, a SIP address, `anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The caller withheld the number.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anonymous: bool,
    /// Where the call was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// When the call began, where a later event says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<String>,
    /// When it was answered, where a later event says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<String>,
    /// How long it rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring_seconds: Option<u64>,
    /// How long they talked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk_seconds: Option<u64>,
    /// What the carrier charges for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<u64>,
    /// Why it ended, in the call system's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hang_up_cause: Option<String>,
    /// Where the recording is: an http or https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_url: Option<String>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// The same in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What came of it: `appointment`, `order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What it is worth, decimal: `5000`, `12.50`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// ISO 4217: `JPY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What people wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Labels; those of all events are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// A trial call, which does not count.
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
    /// The call was refused by a block list.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blocked: bool,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallEventKind {
    /// The call reached the number.
    Begun,
    /// A telephone rings.
    Ringing,
    /// Somebody answered.
    Answered,
    /// The call is over.
    Ended,
    /// A recording is there.
    Recording,
    /// A transcript or a summary is there.
    Transcript,
    /// Somebody said what came of it.
    Outcome,
}

/// What `POST /v1/calls` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum CallEvents {
    /// One event, answered with its record.
    One(Box<CallEvent>),
    /// 1 to 100 events, answered with as many records.
    Several(Vec<CallEvent>),
}

/// What `POST /v1/calls` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum CallsTold {
    /// The answer to several events.
    Several(CallRecords),
    /// The answer to one event.
    One(Box<CallRecord>),
}

/// The answer to several events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallRecords {
    /// The record after each of them, in their order.
    pub calls: Vec<CallRecord>,
}

/// What is known of a call. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallRecord {
    /// The record's id, for `GET /v1/calls/{id}`.
    pub id: String,
    /// The call system.
    pub source: String,
    /// Its name for the call.
    pub call_id: String,
    /// The dialled number.
    pub number: Number,
    /// The pool that leases it; absent for a number of no pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// The site on which it stands; absent for a number that nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// On whose behalf it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser: Option<String>,
    /// How far the call has come.
    pub state: CallState,
    /// When it began, as far as is known.
    pub began_at: String,
    /// When a telephone rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ringing_at: Option<String>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// How long it rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring_seconds: Option<u64>,
    /// How long they talked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk_seconds: Option<u64>,
    /// What the carrier charges for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<u64>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hang_up_cause: Option<String>,
    /// The caller's number: only where it is kept, and told only to tokens that may read calls. Never in answers to
    /// `POST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The caller's number as anybody may see it: `090****5678`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_masked: Option<String>,
    /// The same caller has the same key in all calls of an installation, which leads back to no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_key: Option<String>,
    /// The caller withheld the number.
    pub anonymous: bool,
    /// Whether the caller had not called the pool's numbers before; absent where nobody can know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_caller: Option<bool>,
    /// Where the call was sent, as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The destination that the routing chose first, as its operator names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_id: Option<String>,
    /// Where the recording is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_url: Option<String>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// The same in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What it is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What people wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// A trial call.
    pub test: bool,
    /// Refused by a block list.
    pub blocked: bool,
    /// Whose call it is, judged for the moment at which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<CallAttribution>,
    /// The ad clicks of the credited visitor, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub click_ids: Vec<ClickId>,
    /// The channel: of the site's rules, of a static number, or a general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `utm_campaign`, or the ad of a static number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// URL of the first page of the credited session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// Its referrer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// How the visitor found the site the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_touch: Option<CallFirstTouch>,
    /// What the page had said by the call's begin of the use of the credited visitor's data for ads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<AdConsent>,
    /// An earlier call of the same caller, whose session this one is credited to as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_of: Option<CallRepeatOf>,
    /// The number is called again and again though nobody holds it.
    pub static_use_suspected: bool,
    /// Whether the call counts; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Why it does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid_reasons: Vec<String>,
    /// The version of the pool's rule by which that was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_version: Option<u32>,
    /// When the caller was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<String>,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// It reached the number.
    Begun,
    /// Somebody's telephone rings.
    Ringing,
    /// Somebody talks.
    Answered,
    /// It is over.
    Ended,
}

/// Whose call a call is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallAttribution {
    /// The moment that was judged.
    pub at: String,
    /// How sure it is.
    pub class: AttributionClass,
    /// Why, the most important first.
    pub reasons: Vec<Reason>,
    /// That the session of the first candidate is calling, from 0 to 1.
    pub probability: f64,
    /// The lease that is credited; absent when the class is `ambiguous` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseHeld>,
    /// Every lease that may have led to the call, the likeliest first.
    pub candidates: Vec<LeaseHeld>,
}

/// How a visitor found the site the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallFirstTouch {
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `utm_campaign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// URL of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// Its referrer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// When, in milliseconds since 1970 by the browser's clock.
    pub at_ms: u64,
}

/// An earlier call of the same caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallRepeatOf {
    /// Its record.
    pub id: String,
    /// When it began.
    pub began_at: String,
    /// The generation of the lease to which it was credited, and this one with it; absent if to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// That lease's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}
