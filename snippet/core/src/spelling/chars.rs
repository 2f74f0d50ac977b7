//! What a character is to a number. Everything that reads or writes numbers asks here, so that all agree.

/// The part that a character plays, one bit each, so that sets of characters are told by one number too.
pub(crate) type Class = u16;

/// Invisible: as if it were not there. U+0000 stands between text nodes.
pub(crate) const DROPPED: Class = 0;
/// Room between groups.
pub(crate) const BLANK: Class = 1;
/// Any hyphen, dash or bar between groups of digits.
pub(crate) const DASH: Class = 2;
/// A full stop between groups, or between the halves of a decimal.
pub(crate) const DOT: Class = 4;
/// A slash, middle dot or tilde: between groups, or between the items of a list.
pub(crate) const SLASH: Class = 8;
/// `(` or `（`.
pub(crate) const OPEN: Class = 16;
/// `)` or `）`.
pub(crate) const CLOSE: Class = 32;
/// A digit, ASCII or full-width.
pub(crate) const DIGIT: Class = 64;
/// `+` or `＋`.
pub(crate) const PLUS: Class = 128;
/// The end of a line, which no number goes over.
pub(crate) const BREAK: Class = 256;
/// Nothing that stands in a number.
pub(crate) const OTHER: Class = 512;

/// Any separator.
pub(crate) const MARK: Class = DASH | DOT | SLASH;
/// Either bracket.
pub(crate) const BRACKET: Class = OPEN | CLOSE;
/// What never stands between two digits of one number.
pub(crate) const BROKEN: Class = PLUS | BREAK | OTHER;

/// The part that a character plays, given its [`narrow`] form.
#[inline(never)]
pub(crate) fn class_of(character: char) -> Class {
    match character {
        '0'..='9' => DIGIT,
        '+' => PLUS,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{30fc}' | '\u{ff70}' => DASH,
        '.' => DOT,
        '/' | '~' | '\u{30fb}' | '\u{ff65}' | '\u{301c}' | '\u{b7}' | '\u{2022}' => SLASH,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => BLANK,
        '(' => OPEN,
        ')' => CLOSE,
        '\0' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            DROPPED
        }
        '\n' | '\r' => BREAK,
        _ => OTHER,
    }
}

/// The ASCII form of a full-width character; any other as it is.
pub(crate) fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from((character as u32).wrapping_sub(0xfee0) as u8),
        _ => character,
    }
}
