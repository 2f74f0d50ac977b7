//! What is known of a visitor session: kept with its lease and told with its calls.

use serde::{Deserialize, Serialize};

/// What a page told about its visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The ad clicks that led here, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub click_ids: Vec<ClickId>,
    /// URL of the first page of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// URL that the browser named as the referrer of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// URL of the page last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// One ad click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickId {
    /// The platform's parameter name: `gclid`.
    pub kind: String,
    /// The id: 1 to 512 characters of `[A-Za-z0-9_.-]`.
    pub value: String,
    /// Milliseconds since 1970, where a cookie says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clicked_at_ms: Option<u64>,
    /// Read from the page's address rather than from a cookie.
    pub from_url: bool,
}

impl Visitor {
    /// This visitor after a page told `newer`: what the page still knows replaces, what it lost stays.
    #[must_use]
    pub fn updated_by(&self, newer: &Self) -> Self {
        Self {
            click_ids: if newer.click_ids.is_empty() { &self.click_ids } else { &newer.click_ids }.clone(),
            landing_page: self.landing_page.clone().or_else(|| newer.landing_page.clone()),
            referrer: self.referrer.clone().or_else(|| newer.referrer.clone()),
            page: newer.page.clone().or_else(|| self.page.clone()),
        }
    }
}
