//! The packed form of documents, the same in both back ends: `revision, expires_at, text`, separated by tabs. Times are
//! milliseconds in decimal; nothing where a document does not expire.
//!
//! For the back ends only.

use super::{StoreError, packed::corrupt, records::Document};
use crate::domain::time::Timestamp;

const MAX_KEY_BYTES: usize = 400;

/// Refuses what the packed form cannot hold.
pub(super) fn check_document(key: &str, text: &str) -> Result<(), StoreError> {
    check_key(key)?;
    if !text.is_empty() && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(StoreError::Unsuitable(format!("the document {key:?} cannot be kept: it is not one line")))
}

/// Refuses what is no key.
pub(super) fn check_key(key: &str) -> Result<(), StoreError> {
    if (1..=MAX_KEY_BYTES).contains(&key.len()) && !key.chars().any(char::is_control) {
        return Ok(());
    }
    Err(StoreError::Unsuitable(format!(
        "the key of a document must be 1 to {MAX_KEY_BYTES} bytes of text without control characters"
    )))
}

/// Whether a document counts as not there.
pub(super) fn is_over(document: &Document, now: Timestamp) -> bool {
    document.expires_at.is_some_and(|expires_at| expires_at <= now)
}

/// The packed form.
pub(super) fn pack(document: &Document) -> String {
    let expires_at = document.expires_at.map(|time| time.as_millis().to_string()).unwrap_or_default();
    format!("{}\t{expires_at}\t{}", document.revision, document.text)
}

/// Reads the packed form of the document with this key.
pub(super) fn unpack(key: &str, packed: &str) -> Result<Document, StoreError> {
    let mut fields = packed.splitn(3, '\t');
    let mut next = || fields.next().ok_or_else(|| corrupt(format!("the document {key:?} lacks a field")));
    let revision = next()?.parse().map_err(corrupt)?;
    let expires_at = Some(next()?).filter(|field| !field.is_empty());
    let expires_at = expires_at.map(str::parse).transpose().map_err(corrupt)?.map(Timestamp::from_millis);
    Ok(Document { key: key.to_owned(), revision, expires_at, text: next()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_document_is_read_back() {
        for expires_at in [None, Some(Timestamp::from_millis(7))] {
            let document = Document { key: "a".into(), revision: 3, expires_at, text: "{\"b\":\"\\t\"}".into() };
            assert_eq!(unpack("a", &pack(&document)), Ok(document));
        }
        assert!(unpack("a", "1\t").is_err());
    }

    #[test]
    fn what_would_not_be_read_back_is_refused() {
        assert_eq!(check_document("2026-01 x/y", "{}"), Ok(()));
        for (key, text) in [("", "{}"), ("a\0b", "{}"), ("a", ""), ("a", "{\n}")] {
            assert!(check_document(key, text).is_err(), "{key:?} {text:?}");
        }
        assert!(check_document(&"k".repeat(401), "{}").is_err());
    }
}
