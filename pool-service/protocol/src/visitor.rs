//! What a page tells about its visitor.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// What is known of a visitor session; everything is optional, since consent and browsers withhold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The ad clicks that led here, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub click_ids: Vec<ClickId>,
    /// URL of the first page of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// URL that the browser names as the referrer of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
}

/// One ad click, as its platform names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickId {
    /// The platform's parameter name: `gclid`.
    pub kind: String,
    /// The id itself: 1 to 512 characters of `[A-Za-z0-9_.-]`.
    pub value: String,
    /// When the click happened, milliseconds since 1970 in UTC, where a cookie says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clicked_at_ms: Option<u64>,
    /// Where the snippet read it.
    pub source: ClickIdSource,
}

/// Where a click id was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClickIdSource {
    /// The page's own address: the click that led to this visit.
    Url,
    /// A cookie that an ad platform's tag left, up to 90 days ago.
    Cookie,
}
