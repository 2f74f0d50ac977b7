//! Parting texts at one ASCII character, and joining them.
//!
//! A leaf, for every module that reads cookies, addresses or storage. The standard library's searchers do the same for
//! any pattern, and are copied out for every place that uses one: that cost each visitor kilobytes.

use alloc::string::String;

/// The texts between the `separator`s: of an empty text, one empty one.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

/// Parts `text` at every `separator`, an ASCII character.
pub fn parts(text: &str, separator: u8) -> Parts<'_> {
    Parts { rest: Some(text), separator }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let (before, behind) = part(self.rest?, self.separator);
        self.rest = behind;
        Some(before)
    }
}

/// What stands before the first `separator`, and what behind it; all and nothing where there is none.
#[inline(never)]
pub fn part(text: &str, separator: u8) -> (&str, Option<&str>) {
    for (at, byte) in text.bytes().enumerate() {
        if byte == separator {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..));
        }
    }
    (text, None)
}

/// A whole number out of decimal digits and nothing else.
#[inline(never)]
pub fn integer(digits: &str) -> Option<u64> {
    let mut value: u64 = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // A little below what would fit: nothing that is read here comes near it.
        if digit > 9 || value >= u64::MAX / 10 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    (!digits.is_empty()).then_some(value)
}

/// Texts one after the other.
#[inline(never)]
pub fn joined(texts: &[&str]) -> String {
    let mut all = String::new();
    for text in texts {
        all.push_str(text);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{integer, part, parts};

    #[test]
    fn parts_are_those_of_the_standard_library() {
        for text in ["", ";", "a", "a;", ";a", "ひ;a;;ら"] {
            assert!(parts(text, b';').eq(text.split(';')), "{text:?}");
            let expected = text.split_once(';').map_or((text, None), |(before, behind)| (before, Some(behind)));
            assert_eq!(part(text, b';'), expected);
        }
    }

    #[test]
    fn integers_are_digits_that_fit() {
        for (text, value) in [("0", Some(0)), ("0012", Some(12)), ("9007199254740991", Some((1 << 53) - 1))] {
            assert_eq!(integer(text), value, "{text:?}");
        }
        for text in ["", "-1", "+1", "1a", "1 ", "99999999999999999999"] {
            assert_eq!(integer(text), None, "{text:?}");
        }
    }
}
