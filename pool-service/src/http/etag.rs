//! `ETag` and `If-None-Match`: what a client has already is not sent again.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// 16 hexadecimal digits that follow from a content.
pub(super) fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the client says that it has what this tag names.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let mut lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lines.any(|tags| {
        tags.split(',').any(|tag| matches!(tag.trim().trim_start_matches("W/"), tag if tag == etag || tag == "*"))
    })
}
