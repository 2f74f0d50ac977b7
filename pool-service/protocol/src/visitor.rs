//! What a page tells about its visitor.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// What is known of a visitor session; everything is optional, since consent and browsers withhold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Visitor {
    /// The ad clicks that led here, newest first. In requests those that addresses name, in answers those of cookies too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 20))]
    pub click_ids: Vec<ClickId>,
    /// URL of the first page of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// URL that the browser names as the referrer of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// The site's own name for the visitor, over many sessions: 1 to 128 characters of `[A-Za-z0-9_.-]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_.-]+$"))]
    pub visitor_id: Option<String>,
    /// How the visitor found the site the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_touch: Option<FirstTouch>,
    /// In requests: the page's cookies of ad platforms, of analytics and of those that the operator named, in the syntax of
    /// `document.cookie`; at most 4,096 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie: Option<String>,
    /// In answers: the ids of analytics and advertising that `cookie` held, by name; at most 30, values of at most 1,024
    /// bytes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cookies: BTreeMap<String, String>,
    /// What else the site tells, by key; at most 20, keys of 1 to 64 characters of `[A-Za-z0-9_.-]`, values of at most
    /// 512 bytes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What may be done with the visitor's data for ads, where the page says it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::object::object")]
    pub consent: Option<AdConsent>,
}

/// What may be done with a visitor's data for ads, in the words of Google's Consent Mode; a state that nobody said is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdConsent {
    /// Whether ad platforms may be told of the visitor; `denied`: no conversion file names a call of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_user_data: Option<ConsentState>,
    /// Whether ads may be chosen for the visitor by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_personalization: Option<ConsentState>,
}

/// What a visitor decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// It may be done.
    Granted,
    /// It may not.
    Denied,
}

/// How a visitor found a site the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FirstTouch {
    /// URL of the first page of the first session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// URL that the browser named as its referrer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// When, in milliseconds since 1970 by the browser's clock.
    #[cfg_attr(feature = "schema", schema(format = "uint64"))]
    pub at_ms: u64,
}

/// One ad click, as its platform names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClickId {
    /// The platform's parameter name: `gclid`. In requests as the address says it, `yj_r`, in answers its kind: `yjr_yjad`.
    #[cfg_attr(feature = "schema", schema(min_length = 2, max_length = 20, pattern = "^[a-z_]+$"))]
    pub kind: String,
    /// The id itself: 1 to 512 characters of `[A-Za-z0-9_.-]`.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 512, pattern = "^[A-Za-z0-9_.-]+$"))]
    pub value: String,
    /// When the click happened, milliseconds since 1970 in UTC, where a cookie says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(format = "uint64"))]
    pub clicked_at_ms: Option<u64>,
    /// Where the snippet read it.
    pub source: ClickIdSource,
}

/// Where a click id was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClickIdSource {
    /// The page's own address: the click that led to this visit.
    Url,
    /// A cookie that an ad platform's tag left, up to 90 days ago.
    Cookie,
}
