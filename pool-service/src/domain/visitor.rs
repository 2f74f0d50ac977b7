//! What is known of a visitor session: kept with its lease and told with its calls.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Cookies kept of one visitor.
pub const MAX_COOKIES: usize = 30;
/// Attributes kept of one visitor.
pub const MAX_ATTRIBUTES: usize = 20;

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
    /// What few sites tell; in a box of its own, since millions of leases are in memory without it. Never an empty one: [`Visitor::with`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Box<Profile>>,
}

/// What a site knows of a visitor besides how the session began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The site's own name for the visitor, over many sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<String>,
    /// How the visitor found the site the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_touch: Option<FirstTouch>,
    /// Cookies of analytics and advertising, by name; at most [`MAX_COOKIES`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cookies: BTreeMap<String, String>,
    /// What else the site told, by key; at most [`MAX_ATTRIBUTES`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What may be done with the visitor's data for ads.
    #[serde(default, skip_serializing_if = "AdConsent::is_unknown")]
    pub consent: AdConsent,
}

/// What may be done with a visitor's data for ads, as the page said it last; Google's Consent Mode has these two besides
/// what it has for storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdConsent {
    /// Whether ad platforms may be told of the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_user_data: Option<Consent>,
    /// Whether ads may be chosen for the visitor by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_personalization: Option<Consent>,
}

/// What a visitor decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// It may be done.
    Granted,
    /// It may not.
    Denied,
}

/// How a visitor found a site the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstTouch {
    /// URL of the first page of the first session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// URL that the browser named as its referrer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// When, in milliseconds since 1970 by the browser's clock.
    pub at_ms: u64,
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
    /// This visitor after a page told `newer`: what the page still knows replaces, what it lost stays. How the visitor
    /// came stays as it was told first.
    #[must_use]
    pub fn updated_by(&self, newer: &Self) -> Self {
        Self {
            click_ids: if newer.click_ids.is_empty() { &self.click_ids } else { &newer.click_ids }.clone(),
            landing_page: self.landing_page.clone().or_else(|| newer.landing_page.clone()),
            referrer: self.referrer.clone().or_else(|| newer.referrer.clone()),
            page: newer.page.clone().or_else(|| self.page.clone()),
            profile: match (&self.profile, &newer.profile) {
                (Some(old), Some(new)) => Some(Box::new(old.updated_by(new))),
                (old, new) => new.clone().or_else(|| old.clone()),
            },
        }
    }

    /// This visitor with another profile.
    #[must_use]
    pub fn with(self, profile: Profile) -> Self {
        let profile = Some(profile).filter(|profile| *profile != Profile::default()).map(Box::new);
        Self { profile, ..self }
    }

    /// What the site knows besides; nothing, mostly.
    pub fn profile(&self) -> &Profile {
        static NOTHING: Profile = Profile {
            visitor_id: None,
            first_touch: None,
            cookies: BTreeMap::new(),
            attributes: BTreeMap::new(),
            consent: AdConsent::UNKNOWN,
        };
        self.profile.as_deref().unwrap_or(&NOTHING)
    }
}

impl Profile {
    fn updated_by(&self, newer: &Self) -> Self {
        Self {
            visitor_id: newer.visitor_id.clone().or_else(|| self.visitor_id.clone()),
            first_touch: self.first_touch.clone().or_else(|| newer.first_touch.clone()),
            cookies: merged(&self.cookies, &newer.cookies, MAX_COOKIES),
            attributes: merged(&self.attributes, &newer.attributes, MAX_ATTRIBUTES),
            consent: self.consent.updated_by(newer.consent),
        }
    }
}

impl AdConsent {
    /// Nobody said anything.
    pub const UNKNOWN: Self = Self { ad_user_data: None, ad_personalization: None };

    /// Whether nobody said anything.
    pub fn is_unknown(&self) -> bool {
        *self == Self::UNKNOWN
    }

    /// What holds after a page said `newer`.
    #[must_use]
    pub fn updated_by(self, newer: Self) -> Self {
        Self {
            ad_user_data: newer.ad_user_data.or(self.ad_user_data),
            ad_personalization: newer.ad_personalization.or(self.ad_personalization),
        }
    }

    /// What holds of two that may be the same person.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        let stricter = |one: Option<Consent>, other: Option<Consent>| {
            if other == Some(Consent::Denied) { other } else { one.or(other) }
        };
        Self {
            ad_user_data: stricter(self.ad_user_data, other.ad_user_data),
            ad_personalization: stricter(self.ad_personalization, other.ad_personalization),
        }
    }
}

impl Consent {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }
}

/// Known keys take their new values; new keys are added in ascending order as long as there is room.
fn merged(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>, room: usize) -> BTreeMap<String, String> {
    let mut merged = old.clone();
    for (key, value) in new {
        if merged.len() < room || merged.contains_key(key) {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}
