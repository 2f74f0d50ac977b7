//! Ad clicks as `wire` writes them; reading them is the matter of [`visitor`](crate::visitor).

use alloc::string::String;

/// One ad click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickId {
    /// The platform's parameter name: `gclid`.
    pub kind: &'static str,
    /// The id itself, never cut.
    pub value: String,
    /// When the click happened, milliseconds since 1970, where a cookie says so.
    pub clicked_at_ms: Option<u64>,
    /// Where it was read.
    pub source: Source,
}

/// Where a click id was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The page's address: the click that led to this very visit.
    Url,
    /// A cookie of an ad platform's tag.
    Cookie,
}
