//! The cheap question before the exact one, for the browser's own regular expressions.

use alloc::string::String;

use crate::{phone::Phone, spelling::put};

/// As many characters as may stand between two digits of a number: neither digits nor letters.
const GAP: &str = "[^\\w\\u3041-\\u30fa\\u4e00-\\u9fff\\uff10-\\uff19]{0,24}(?:";

/// Stand before all digits and behind them, in the order of texts.
const BEFORE: &str = "!";
const BEHIND: &str = "~";

/// The source of a JavaScript `RegExp` without flags, in ASCII, that matches wherever one of these numbers may be found,
/// whether the text nodes are parted by U+0000 or not.
///
/// Numbers that begin alike share their beginning, so that each place of a text is looked at for all of them at once. A
/// number that begins with another is found by that.
pub(crate) fn gate<'a>(numbers: &(impl Iterator<Item = &'a Phone> + Clone)) -> String {
    let mut source = String::new();
    let mut last = BEFORE;
    loop {
        // The next in order. There are few.
        let mut number = BEHIND;
        for phone in numbers.clone() {
            let digits = phone.abroad();
            if digits > last && digits < number && !digits.starts_with(last) {
                number = digits;
            }
        }
        let mut place = 0;
        while last.as_bytes().get(place) == number.as_bytes().get(place) {
            place += 1;
        }
        for _ in place + 1..last.len() {
            put(&mut source, ")");
        }
        if number == BEHIND {
            break;
        }
        let mut between = if source.is_empty() { "" } else { "|" };
        while let Some(digit) = number.get(place..place + 1) {
            for part in &[between, "[", digit, "\\uff1", digit, "]"] {
                put(&mut source, part);
            }
            between = GAP;
            place += 1;
        }
        last = number;
    }
    if source.is_empty() {
        put(&mut source, "(?!)");
    }
    source
}
