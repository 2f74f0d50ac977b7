//! Ad clicks: what cookies and the page's address say about the click that led here. One file a platform.
//!
//! Not for sending them anywhere: `wire` writes them, `session` of the crate `snippet` decides when.

mod gclid;
mod query;

pub use gclid::gclid;

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

/// Longest id that is taken. No platform publishes a limit above 100; longer texts are not ids.
const MAX_LENGTH: usize = 512;

/// Whether a text is an id in the alphabet that Google uses, `[A-Za-z0-9_-]`.
fn is_word(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed)
}
