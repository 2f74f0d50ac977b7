//! Which files there are, and what each platform asks of them.

use crate::domain::time::Span;
use serde::{Deserialize, Serialize};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Whom a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Google Ads: conversions from clicks.
    GoogleAds,
    /// Yahoo!広告 検索広告.
    Yahoo,
    /// Yahoo!広告 ディスプレイ広告.
    YahooDisplay,
    /// Microsoft Advertising.
    Microsoft,
    /// Tasks in Salesforce, as Marketo Measure reads them.
    SalesforceTask,
}

impl Target {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::GoogleAds, Self::Yahoo, Self::YahooDisplay, Self::Microsoft, Self::SalesforceTask];

    /// Its name on the command line, in addresses and in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoogleAds => "google-ads",
            Self::Yahoo => "yahoo",
            Self::YahooDisplay => "yahoo-display",
            Self::Microsoft => "microsoft",
            Self::SalesforceTask => "salesforce-task",
        }
    }

    /// The target of this name.
    ///
    /// # Errors
    /// Says what there is to choose from.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        found.ok_or_else(|| format!("must be one of {}", Self::ALL.map(Self::name).join(", ")))
    }

    /// How old a click must be before a call is told. Google refuses younger ones (`TOO_RECENT_EVENT`); the others publish
    /// no such number, and waiting costs nothing, since the next file has what this one left out.
    pub const fn minimum_age(self) -> Span {
        Span::from_seconds(match self {
            Self::GoogleAds | Self::Yahoo | Self::YahooDisplay => 6 * HOUR,
            Self::Microsoft => 2 * HOUR,
            Self::SalesforceTask => 0,
        })
    }

    /// How old a click may be.
    pub const fn maximum_age(self) -> Option<Span> {
        match self {
            Self::SalesforceTask => None,
            _ => Some(Span::from_seconds(90 * DAY)),
        }
    }

    /// The characters of its file.
    pub const fn charset(self) -> &'static str {
        match self {
            Self::Yahoo | Self::YahooDisplay => "Shift_JIS",
            _ => "utf-8",
        }
    }
}
