//! `[[site.conversion]]` of the document of `hatsuban apply`, as it is written.

use crate::domain::conversion::Braid;
use serde::Deserialize;

/// `[[site.conversion]]`: what a platform is told of the site's calls.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversionEntry {
    /// To whom.
    pub target: String,
    /// What the platform calls it.
    pub name: String,
    /// What a call is worth of which nobody said it.
    pub value: Option<Number>,
    /// In which currency.
    pub currency: Option<String>,
    /// `valid`, `answered` or `outcome:` and names.
    pub which: Option<String>,
    /// Also calls that are only likely the visitor's.
    #[serde(default)]
    pub include_likely: bool,
    /// Google's ids besides `gclid`.
    #[serde(default)]
    pub braids: Vec<Braid>,
    /// Google's columns of consent.
    #[serde(default)]
    pub consent_columns: bool,
    /// Not before the click is so old.
    pub minimum_age_hours: Option<i64>,
    /// Not after the click is so old.
    pub maximum_age_days: Option<i64>,
    /// The IANA zone of days and times.
    pub zone: Option<String>,
    /// Days up to now that a file has if nobody says which.
    pub days: Option<i64>,
}

/// A number, written as one or in quotes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// `5000`
    Whole(i64),
    /// `12.5`
    Decimal(f64),
    /// `"12.50"`
    Text(String),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}
