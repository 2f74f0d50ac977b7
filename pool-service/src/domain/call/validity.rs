//! Whether a call counts (有効コール), by its pool's rule.

use crate::domain::time::Span;
use serde::{Deserialize, Serialize};

/// What a call must be to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidityRule {
    /// Counted up by the operator's changes; stored with every judgement.
    pub version: u32,
    /// They must have talked at least this long.
    pub min_talk: Span,
    /// A caller counts once within this time; zero: every call counts.
    pub unique_caller: Span,
    /// Calls of withheld numbers count.
    pub anonymous_counts: bool,
    /// Only calls that are credited to somebody count.
    pub must_be_credited: bool,
}

impl Default for ValidityRule {
    fn default() -> Self {
        Self {
            version: 1,
            min_talk: Span::from_seconds(0),
            unique_caller: Span::from_seconds(0),
            anonymous_counts: true,
            must_be_credited: false,
        }
    }
}

/// How calls of a pool are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPolicy {
    /// Which calls count.
    #[serde(default)]
    pub validity: ValidityRule,
    /// A caller who called before within this time keeps the session of the first call; zero: never.
    #[serde(default)]
    pub repeat_caller: Span,
    /// Records are erased after this time; zero: never.
    #[serde(default)]
    pub keep_records: Span,
}

/// A judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The version of the rule that was applied.
    pub rule_version: u32,
    /// Why it does not count; none if it does.
    pub reasons: Vec<Invalid>,
}

/// Why a call does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// It is not over yet.
    InProgress,
    /// Nobody answered.
    NotAnswered,
    /// They talked for less than the pool's minimum.
    TooShort,
    /// The same caller counted already within the pool's period.
    RepeatCaller,
    /// A block list refused it.
    Blocked,
    /// The caller withheld the number.
    Anonymous,
    /// It is credited to nobody.
    NoLease,
    /// A trial call.
    Test,
}

impl Validity {
    /// Whether the call counts.
    pub fn is_valid(&self) -> bool {
        self.reasons.is_empty()
    }
}
