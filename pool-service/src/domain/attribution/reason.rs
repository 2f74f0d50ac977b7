//! Why a judgement is as it is: a code for programs, a sentence for people.

use serde::{Deserialize, Serialize};

/// One thing that led to a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What it is.
    pub code: Code,
    /// The same in a sentence, with its figures.
    pub text: String,
}

/// What led to a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// One session held the number, and its page was heard of.
    Held,
    /// One session held the number, but its page had fallen silent.
    HeldSilent,
    /// Nobody held the number, but the last holder is likely to be calling.
    GivenUp,
    /// Nobody had held the number for so long that a stray call is likelier.
    LongAgo,
    /// No holder is known.
    NeverHeld,
    /// All holders are too old to be remembered.
    Forgotten,
    /// Several sessions held the number at once.
    SeveralHolders,
    /// The store may have lost grants of that time.
    GrantsLost,
    /// Former holders may be calling late.
    FormerHolders,
    /// The page of the likeliest session had been left.
    PageLeft,
    /// The number was granted before it had rested for the cooldown.
    ShortCooldown,
    /// Another call was on the number.
    CallInProgress,
    /// The operator gave the suffix to something of his own.
    Chosen,
    /// The caller stopped before the last digit of a suffix.
    SuffixIncomplete,
    /// The number is shown to everybody while the pool is empty.
    Shared,
    /// The number is printed and stands for one ad or channel; it is not leased.
    Printed,
    /// No pool and no site has the number.
    UnknownNumber,
}

impl Code {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::HeldSilent => "held_silent",
            Self::GivenUp => "given_up",
            Self::LongAgo => "long_ago",
            Self::NeverHeld => "never_held",
            Self::Forgotten => "forgotten",
            Self::SeveralHolders => "several_holders",
            Self::GrantsLost => "grants_lost",
            Self::FormerHolders => "former_holders",
            Self::PageLeft => "page_left",
            Self::ShortCooldown => "short_cooldown",
            Self::CallInProgress => "call_in_progress",
            Self::Chosen => "chosen",
            Self::SuffixIncomplete => "suffix_incomplete",
            Self::Shared => "shared",
            Self::Printed => "printed",
            Self::UnknownNumber => "unknown_number",
        }
    }

    /// A reason of this kind.
    pub fn because(self, text: impl Into<String>) -> Reason {
        Reason { code: self, text: text.into() }
    }
}
