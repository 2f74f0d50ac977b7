//! Errors: RFC 9457 "Problem Details for HTTP APIs", one shape everywhere.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Body of every error, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// URI reference of the kind of problem; the service explains it there: `/problems/unknown-site`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every occurrence.
    pub title: String,
    /// HTTP status code of this answer, or the one that this row would have had alone.
    pub status: u16,
    /// This occurrence, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
