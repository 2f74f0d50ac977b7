//! What a file has told, what it left out, and why.

use std::{collections::BTreeMap, fmt};

/// Why a call is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It lasts still.
    InProgress,
    /// It is not of those that count: not valid, not answered, of another outcome, blocked, or a trial.
    NotCounted,
    /// Who called was erased: nobody is told of it any more.
    Erased,
    /// It is credited to nobody: no visitor, no consent, or nobody knows whose it is.
    NotCredited,
    /// It is only likely the visitor's.
    OnlyLikely,
    /// The visitor does not want ad platforms to be told of them.
    NoConsent,
    /// Of the visitor no id is known that the platform takes.
    NoId,
    /// It did not begin after the click.
    BeforeClick,
    /// The platform is not ready for it yet: a later file has it.
    TooRecent,
    /// The click is older than the platform looks back.
    TooOld,
    /// The same id and second stands in the file already.
    Duplicate,
}

impl LeftOut {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::NotCounted => "not-counted",
            Self::Erased => "erased",
            Self::NotCredited => "not-credited",
            Self::OnlyLikely => "only-likely",
            Self::NoConsent => "no-consent",
            Self::NoId => "no-id",
            Self::BeforeClick => "before-click",
            Self::TooRecent => "too-recent",
            Self::TooOld => "too-old",
            Self::Duplicate => "duplicate",
        }
    }

    /// What it means, for people.
    pub const fn why(self) -> &'static str {
        match self {
            Self::InProgress => "still going on: a later file has them",
            Self::NotCounted => "not of the calls that the conversion counts",
            Self::Erased => "of a caller who was erased",
            Self::NotCredited => "credited to no visitor",
            Self::OnlyLikely => "only likely the visitor's (include_likely tells them, too)",
            Self::NoConsent => "of a visitor who denied that ad platforms are told (ad_user_data)",
            Self::NoId => "of a visitor without an id that the platform takes",
            Self::BeforeClick => "not later than the click",
            Self::TooRecent => "too soon after the click: a later file has them",
            Self::TooOld => "too long after the click",
            Self::Duplicate => "of the same click in the same second as another",
        }
    }
}

/// What a file has told and left out so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Conversions that stand in the file.
    pub told: u64,
    /// Calls that do not, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
}

impl Tally {
    /// One more is left out.
    pub fn leave_out(&mut self, reason: LeftOut) {
        *self.left_out.entry(reason).or_default() += 1;
    }
}

/// `too-recent=3, no-id=1`; `none` if nothing was left out.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.left_out.is_empty() {
            return f.write_str("none");
        }
        for (at, (reason, count)) in self.left_out.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            write!(f, "{separator}{}={count}", reason.name())?;
        }
        Ok(())
    }
}
