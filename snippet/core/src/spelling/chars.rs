//! What a character is to a number. Everything that reads or writes numbers asks here, so that all agree.

/// The part a character can play in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A digit, ASCII or full-width, with its value.
    Digit(u8),
    /// `+` or `＋`.
    Plus,
    /// Any hyphen, dash or bar between groups of digits.
    Dash,
    /// A full stop between groups, or between the halves of a decimal.
    Dot,
    /// A slash, middle dot or tilde: between groups, or between the items of a list.
    Slash,
    /// Room between groups.
    Blank,
    /// `(` or `（`.
    Open,
    /// `)` or `）`.
    Close,
    /// Invisible: as if it were not there.
    Dropped,
    /// The end of a line, which no number goes over.
    Break,
    /// Nothing that stands in a number.
    Other,
}

/// The part `character` plays.
pub fn class_of(character: char) -> Class {
    match narrow(character) {
        digit @ '0'..='9' => Class::Digit(digit as u8 - b'0'),
        '+' => Class::Plus,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{30fc}' | '\u{ff70}' => Class::Dash,
        '.' => Class::Dot,
        '/' | '~' | '\u{30fb}' | '\u{ff65}' | '\u{301c}' | '\u{b7}' | '\u{2022}' => Class::Slash,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => Class::Blank,
        '(' => Class::Open,
        ')' => Class::Close,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            Class::Dropped
        }
        '\n' | '\r' => Class::Break,
        _ => Class::Other,
    }
}

/// Whether a character is the full-width form of an ASCII one.
pub(crate) fn is_wide(character: char) -> bool {
    matches!(character, '\u{ff01}'..='\u{ff5e}')
}

/// The ASCII form of a full-width character; any other as it is.
pub(crate) fn narrow(character: char) -> char {
    if is_wide(character) { (character as u32 - 0xfee0) as u8 as char } else { character }
}

/// An ASCII digit or sign in the width asked for.
pub(crate) fn in_width(ascii: u8, wide: bool) -> char {
    let shift = if wide { 0xfee0 } else { 0 };
    char::from_u32(u32::from(ascii) + shift).unwrap_or_default()
}
