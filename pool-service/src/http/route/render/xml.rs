//! Texts in XML.

use quick_xml::Writer;
use std::io;

/// What elements are written into.
pub(super) type Xml = Writer<Vec<u8>>;

/// A text with the characters that XML cannot have, not even escaped, as blanks.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect()
}

/// A document.
pub(super) fn document(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> Vec<u8> {
    let mut xml = Writer::new(Vec::with_capacity(512));
    xml.get_mut().extend_from_slice(br#"<?xml version="1.0" encoding="UTF-8"?>"#);
    // Memory takes everything.
    let _ = write(&mut xml);
    xml.into_inner()
}
