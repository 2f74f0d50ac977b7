//! Where a call goes while it rings: decided from what the operator configured, who calls and what the time is. Pure.

use serde::{Deserialize, Serialize};

/// How a pool's calls are routed; the default sends all of them to the pool's destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {}

/// Opening hours that pools refer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {}

/// Callers that are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockList {}
