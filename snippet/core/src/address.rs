//! Addresses, and the texts that stand in them: percent-encoded, compared without regard to the case of ASCII letters.

use crate::text::{part, parts};

/// What stands in an address behind the scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// The host, without a port.
    pub host: &'a str,
    /// The path, with its leading slash.
    pub path: &'a str,
    /// The parameters of the query, and those of the fragment: single-page apps put them there too.
    pub parameters: [&'a str; 2],
}

impl<'a> Address<'a> {
    /// Takes an address apart. What is missing is empty.
    #[inline(never)]
    pub fn of(url: &'a str) -> Self {
        let (before, fragment) = part(url, b'#');
        let (place, query) = part(before, b'?');
        let fragment = fragment.unwrap_or_default();
        // The fragment may be a route with a query of its own: #/menu?gclid=…
        let fragment = part(fragment, b'?').1.unwrap_or(fragment);
        let behind_scheme = part(place, b'/').1.and_then(|rest| rest.get(1..)).unwrap_or_default();
        let authority = part(behind_scheme, b'/').0;
        let path = behind_scheme.get(authority.len()..).unwrap_or_default();
        Self { host: part(authority, b':').0, path, parameters: [query.unwrap_or_default(), fragment] }
    }
}

/// Calls back with every name and value of a list: `&` parts parameters, `;` cookies.
#[inline(never)]
pub fn pairs<'a>(list: &'a str, separator: u8, each: &mut dyn FnMut(&'a str, &'a str)) {
    for pair in parts(list, separator) {
        let is_after_blank = pair.as_bytes().first() == Some(&b' ');
        if let (name, Some(value)) = part(pair.get(usize::from(is_after_blank)..).unwrap_or_default(), b'=') {
            each(name, value);
        }
    }
}

/// The next byte of a text with its `%41` and `+` decoded; 0 at its end. A `%` that begins no code is itself.
#[inline(never)]
pub fn next(rest: &mut &[u8]) -> u8 {
    let Some((&first, behind)) = rest.split_first() else { return 0 };
    *rest = behind;
    if first == b'+' {
        return b' ';
    }
    if first == b'%'
        && let [high, low, behind @ ..] = behind
        && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
    {
        *rest = behind;
        return (high << 4 | low) as u8;
    }
    first
}

/// Whether a text is what a pattern says, both percent-encoded: the same text, or any that begins so if the pattern
/// ends in `*`. `*` alone is any text but the empty one, and `-` alone is the empty one.
#[inline(never)]
pub fn like(text: &str, pattern: &str) -> bool {
    let (mut left, mut right) = (text.as_bytes(), pattern.as_bytes());
    if right == b"-" {
        return left.is_empty();
    }
    loop {
        if right == b"*" {
            return !text.is_empty();
        }
        let byte = next(&mut left).to_ascii_lowercase();
        if byte != next(&mut right).to_ascii_lowercase() {
            return false;
        }
        if byte == 0 {
            return true;
        }
    }
}
