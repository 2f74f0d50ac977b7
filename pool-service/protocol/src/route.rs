//! `GET|POST /v1/route`: where a call goes, asked by call systems while it rings. The JSON form, which is at the same time
//! what Kamailio's module `rtjson` reads.

use crate::{
    Number,
    attribution::{AttributionClass, LeaseHeld, Reason},
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RouteAnswer {
    /// `1.0`: of the form that `rtjson` reads.
    pub version: String,
    /// `serial`: one route after the other.
    pub routing: String,
    /// Whom to call by SIP, in this order; the same destinations as in `destinations`.
    pub routes: Vec<SipRoute>,
    /// What shall happen.
    pub action: RouteAction,
    /// What a SIP system answers the caller when none of the routes answered, or there are none.
    pub sip_reply: SipReply,
    /// The call: its source, a slash, and the id that the call system gave it.
    pub call: String,
    /// The id of the call's record; absent when the store did not answer in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// The dialled number.
    pub number: Number,
    /// The site whose number it is; absent for a number that nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The pool that leases it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// On whose behalf it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser: Option<String>,
    /// When it was decided, RFC 3339 in UTC.
    pub at: String,
    /// Whom to call, in this order, each when the one before did not answer.
    pub destinations: Vec<RouteDestination>,
    /// Said to whoever answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<Spoken>,
    /// Said to the caller before anybody is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Spoken>,
    /// The call shall be recorded.
    pub record: bool,
    /// What happens when nobody answers, or there is nobody to call.
    pub absence: RouteAbsence,
    /// Opening hours at that moment; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<RouteHours>,
    /// Why it was decided so, the most important first.
    pub reasons: Vec<Reason>,
    /// How sure it is whose call it is.
    pub attribution: AttributionClass,
    /// That the session of the first candidate is calling, from 0 to 1.
    pub probability: f64,
    /// Why the attribution is so.
    pub attribution_reasons: Vec<Reason>,
    /// The pool, a dot and the lease's generation, if the call is credited to one: that of the header `X-Lease-Id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<String>,
    /// That lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseHeld>,
    /// By which channel the visitor came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// By which campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The caller called the pool's numbers before.
    pub repeat_caller: bool,
    /// The store did not answer in time: this is the static destination, and nothing is known of whose call it is.
    pub degraded: bool,
}

/// What shall happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RouteAction {
    /// Call the destinations.
    Connect,
    /// It is outside the opening hours; an answering service may be among the destinations.
    Closed,
    /// All destinations are occupied; the same.
    Busy,
    /// The caller is blocked.
    Reject,
    /// Nobody here has the number.
    Unknown,
}

/// One route for a SIP proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SipRoute {
    /// The request URI.
    pub uri: String,
    /// Headers for the request.
    pub headers: SipHeaders,
    /// Milliseconds until a route that says nothing at all is given up: 3,000, and 10,000 for the last one.
    pub fr_timer: u32,
    /// Milliseconds until one that rings is.
    pub fr_inv_timer: u32,
}

/// Headers for a SIP request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SipHeaders {
    /// Whole lines, each with its CR LF.
    pub extra: String,
}

/// An answer to a SIP request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SipReply {
    /// The status: 603.
    pub code: u16,
    /// Its reason: `Decline`.
    pub reason: String,
}

/// One attempt to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RouteDestination {
    /// The operator's name for it; `static` for the pool's one destination; absent for one that is called in an absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A number as its nation dials it, or a SIP URI.
    pub to: String,
    /// The number's E.164 form, with `+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e164: Option<String>,
    /// How long it rings.
    pub timeout_seconds: u32,
}

/// A text to be spoken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Spoken {
    /// The text.
    pub text: String,
    /// Its language: `ja-JP`, `en-US`.
    pub language: String,
}

/// What happens when nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RouteAbsence {
    /// Said to the caller.
    pub message: Spoken,
    /// The caller may leave a message.
    pub voicemail: bool,
    /// A short message to be sent to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<String>,
}

/// Opening hours at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RouteHours {
    /// Whose.
    pub schedule: String,
    /// Whether it is open.
    pub open: bool,
    /// By which rule, for people.
    pub because: String,
}
