//! The JSON that browsers and call systems exchange with Hatsuban's pool service: types only.
//!
//! A leaf: it compiles for the browser's wasm and for the server and knows nothing of either. The files under
//! `golden/` are one worked example of every body; both ends are tested against them, and `docs/PROTOCOL.md` is
//! made from them.
//!
//! # Layout
//! - [`lease`]: what the snippet asks (`POST /v1/leases`, `/v1/leases/left`, `/v1/leases/release`) and is told
//! - [`lookup`]: which of a page's numbers are targets (`POST /v1/lookup`), and what a page found (`POST /v1/sightings`)
//! - [`attribution`]: whose call it is (`GET /v1/numbers/{number}/attribution`)
//! - [`call`]: what call systems tell of a call (`POST /v1/calls`), and its record (`GET /v1/calls/{id}`)
//! - [`route`]: where a call goes (`GET|POST /v1/route`)
//! - [`visitor`]: what is known of the visitor, in leases and attributions
//! - [`problem`]: every error, as RFC 9457 `application/problem+json`
#![cfg_attr(not(feature = "schema"), no_std)]

extern crate alloc;

pub mod attribution;
pub mod call;
pub mod lease;
pub mod lookup;
mod object;
pub mod problem;
pub mod route;
pub mod visitor;

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// A telephone number as it is shown and dialled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Number {
    /// National digits, without separators: `05031110001`; of another country's number as they are dialled there.
    pub national: String,
    /// The E.164 form, with `+`. Absent for numbers that have none (0037, 0066, 0078 …): they are dialled nationally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e164: Option<String>,
    /// Lengths of the groups in which the national digits of another country's number are printed: 3, 3, 4.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<u8>,
}
