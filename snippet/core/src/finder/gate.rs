//! The cheap question before the exact one, for the browser's own regular expressions.

use alloc::string::String;

use crate::{phone::Phone, spelling::put};

/// As many characters other than digits as may stand between two digits of a number.
const GAP: &str = "[^\\d\\uff10-\\uff19]{0,24}";

/// Adds an alternative that matches wherever `phone` may be found, whether the text nodes are parted by U+0000 or not,
/// to the source of a JavaScript `RegExp` without flags, in ASCII. Takes time linear in the text.
pub(crate) fn gate(source: &mut String, phone: &Phone) {
    let mut between = if source.is_empty() { "" } else { "|" };
    // Without the leading 0, which the international form may lack.
    let mut place = phone.trunk;
    while let Some(digit) = phone.national.get(place..place + 1) {
        for part in &[between, "[", digit, "\\uff1", digit, "]"] {
            put(source, part);
        }
        between = GAP;
        place += 1;
    }
}
