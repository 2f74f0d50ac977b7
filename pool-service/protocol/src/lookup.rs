//! `POST /v1/lookup` and `POST /v1/sightings`: what a page shows.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/lookup`: a site with thousands of targets has none of them in its tag, and asks which of the
/// numbers on the page are some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LookupRequest {
    /// The site key of the tag.
    pub site: String,
    /// National digits of the numbers on the page; 1 to 1,000.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 1000))]
    pub numbers: Vec<String>,
}

/// Answer of `POST /v1/lookup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LookupAnswer {
    /// The numbers that are targets, in the order in which they were asked, each once. The others are not named.
    pub targets: Vec<LookupFound>,
}

/// A number that is a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LookupFound {
    /// The number, as asked.
    pub number: String,
    /// The target's id in the site's configuration.
    pub target: String,
}

/// Body of `POST /v1/sightings`: a sample of pages tells whether targets were found on them, so that an operator sees when
/// a changed site hides its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SightingRequest {
    /// The site key of the tag.
    pub site: String,
    /// The page's URL without its fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The targets that were found; may be empty.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub found: Vec<String>,
}
