//! By which channel and campaign the credited visitor came.

use serde::{Deserialize, Serialize};

/// How the visitor came to whom a call is credited; texts of pages, at most 255 characters each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The channel: one of the site's, of its static numbers, or a general one (`google-ads`, `organic`, `direct` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `utm_campaign` of the landing page, or the ad that a static number stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The channel of the visitor's first visit, where the site tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_channel: Option<String>,
    /// `utm_campaign` of that visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_campaign: Option<String>,
}
