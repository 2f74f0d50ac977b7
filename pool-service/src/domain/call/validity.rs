//! Whether a call counts (有効コール), by its pool's rule.

use super::{Call, CallState};
use crate::domain::time::{Span, Timestamp};
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

/// What a judgement rests on besides the rule: as long as this is the same, so is the judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    began_at: Timestamp,
    is_over: bool,
    is_answered: bool,
    talk: Span,
    is_blocked: bool,
    is_anonymous: bool,
    is_test: bool,
    is_credited: bool,
    caller: Option<String>,
}

impl Grounds {
    /// What there is to judge of a call.
    pub fn of(call: &Call) -> Self {
        let facts = &call.facts;
        Self {
            began_at: call.began_at(),
            // A blocked call has no end that anybody would tell of.
            is_over: call.state() == CallState::Ended || facts.is_blocked,
            is_answered: call.is_answered(),
            talk: call.talk(),
            is_blocked: facts.is_blocked,
            is_anonymous: facts.is_anonymous,
            is_test: facts.is_test,
            is_credited: call.credited().is_some(),
            caller: facts.caller_key().map(str::to_owned),
        }
    }

    /// Judges by a rule. `counted_before`: a call of the same caller that began within the rule's period before this one
    /// counts.
    pub fn judge(&self, rule: &ValidityRule, counted_before: bool) -> Validity {
        let is_short = self.is_answered && self.talk < rule.min_talk;
        let found = [
            (!self.is_over, Invalid::InProgress),
            (self.is_over && !self.is_answered, Invalid::NotAnswered),
            (self.is_over && is_short, Invalid::TooShort),
            (counted_before && self.may_repeat(rule), Invalid::RepeatCaller),
            (self.is_blocked, Invalid::Blocked),
            (self.is_anonymous && !rule.anonymous_counts, Invalid::Anonymous),
            (!self.is_credited && rule.must_be_credited, Invalid::NoLease),
            (self.is_test, Invalid::Test),
        ];
        let reasons = found.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect();
        Validity { rule_version: rule.version, reasons }
    }

    /// Whether it matters if the caller counted before.
    pub fn may_repeat(&self, rule: &ValidityRule) -> bool {
        rule.unique_caller > Span::default() && self.caller.is_some()
    }
}

impl Invalid {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::NotAnswered => "not_answered",
            Self::TooShort => "too_short",
            Self::RepeatCaller => "repeat_caller",
            Self::Blocked => "blocked",
            Self::Anonymous => "anonymous",
            Self::NoLease => "no_lease",
            Self::Test => "test",
        }
    }
}
