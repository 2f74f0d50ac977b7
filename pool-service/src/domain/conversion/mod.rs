//! Calls told back to ad platforms and a CRM, as the files that these import. Pure: settings and calls give bytes.
//!
//! # Layout
//! - [`money`]: amounts and currencies
//! - [`target`]: which files there are, and what each platform asks of them
//! - [`select`]: which calls are told, and under which id
//! - [`tally`]: what was told, what was left out, and why
//! - [`zone`]: how moments are written
//! - [`range`]: which days
//! - [`export`]: a file, from its first byte to its last
//! - [`google_ads`], [`yahoo`], [`microsoft`], [`salesforce_task`]: the files; all that a platform may change
//!
//! What nobody could verify about a platform is said in `docs/CONVERSIONS.md`.

pub mod export;
pub mod google_ads;
pub mod microsoft;
pub mod money;
pub mod range;
pub mod salesforce_task;
pub mod select;
pub mod tally;
pub mod target;
pub mod yahoo;
pub mod zone;

pub use target::Target;

use super::time::Span;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// One conversion of a site: which calls are told to whom, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// To whom.
    pub target: Target,
    /// What the platform calls it: the conversion action, コンバージョン名, the goal; the `Type` of a Salesforce task.
    pub name: String,
    /// What a call is worth of which nobody said it; never without a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// Of that, and of what was said without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Which calls count.
    #[serde(default)]
    pub which: Which,
    /// Calls that are only likely the visitor's are told, too.
    #[serde(default)]
    pub include_likely: bool,
    /// Google's ids that the file has columns for, besides `gclid`: `gbraid`, `wbraid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub braids: Vec<Braid>,
    /// Google's file has columns for what the visitor said of the use for ads.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent_columns: bool,
    /// Not told until the click is so old.
    pub minimum_age: Span,
    /// Not told any more once the click is older; `None`: however old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_age: Option<Span>,
    /// The IANA zone of the file's days and times.
    pub zone: String,
    /// Days up to now that a file has if nobody says which.
    pub days: u16,
}

/// Which calls count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Valid calls (有効コール), by the pool's rule.
    #[default]
    Valid,
    /// Calls that somebody answered.
    Answered,
    /// Calls of which one of these was said to have come.
    Outcome(Vec<String>),
}

/// Google's ids of clicks in apps and on iOS, of which a row has one at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Braid {
    /// From an app to an app.
    Gbraid,
    /// From the web to an app.
    Wbraid,
}

impl Which {
    /// Reads `valid`, `answered` or `outcome:appointment,order`.
    ///
    /// # Errors
    /// Says what there is to choose from.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str =
            "must be valid, answered, or outcome: with names of outcomes, as in outcome:appointment,order";
        match text {
            "valid" => Ok(Self::Valid),
            "answered" => Ok(Self::Answered),
            text => {
                let names = text.strip_prefix("outcome:").ok_or(RULE)?;
                let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
                if names.iter().any(String::is_empty) { Err(RULE) } else { Ok(Self::Outcome(names)) }
            }
        }
    }
}

impl Braid {
    /// The name of the URL parameter and of the click id's kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gbraid => "gbraid",
            Self::Wbraid => "wbraid",
        }
    }
}
