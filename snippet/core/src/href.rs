//! `tel:` and `sms:` links. Not for text ([`crate::split`]); the DOM layer calls this for every such `href`.

use alloc::{string::String, vec::Vec};

use crate::{
    finder::Finder,
    number::Number,
    spelling::{Cell, Class},
};

/// The link to the number that stands in for the target dialled by `href`, and that target's index. `None` if `href`
/// dials no target, or one that `number_of` leaves as it is.
///
/// The scheme stays as the page wrote it, and so does what follows the number (`;ext=12`, `?body=…`). The number
/// becomes digits, with `+` only where the page used it and the number has an international form.
pub fn rewrite_href(
    href: &str,
    finder: &Finder,
    number_of: &dyn Fn(usize) -> Option<Number>,
) -> Option<(String, usize)> {
    let mut rest = href.trim_ascii_start();
    let scheme = rest.as_bytes().first_chunk::<4>()?.to_ascii_lowercase();
    if scheme != *b"tel:" && scheme != *b"sms:" {
        return None;
    }
    rest = rest.get(4..)?;
    rest = rest.strip_prefix("//").unwrap_or(rest);
    let head = href.len() - rest.len();
    let (cells, tail) = read_number(rest)?;
    let target = finder.target_of(&Number::from_cells(&cells)?)?;
    let number = number_of(target)?;
    let plus = cells.iter().any(|cell| cell.class == Class::Plus);
    let dialled = number.e164.as_ref().filter(|_| plus).unwrap_or(&number.national);
    let mut swapped = String::new();
    for part in [href.get(..head)?, dialled, tail] {
        swapped.push_str(part);
    }
    Some((swapped, target))
}

/// The decoded characters of the number, and what follows it: parameters, pauses, tones and extensions.
fn read_number(link: &str) -> Option<(Vec<Cell>, &str)> {
    let mut cells = Vec::new();
    let mut tail = link;
    while !tail.is_empty() {
        let (character, length) = decoded(tail)?;
        let cell = Cell::new(0, character);
        if cell.class == Class::Other {
            return matches!(character, ';' | '?' | ',' | '#' | '&' | '*' | 'p' | 'w' | 'x').then_some((cells, tail));
        }
        cells.push(cell);
        tail = tail.get(length..)?;
    }
    Some((cells, tail))
}

/// The first character, percent-decoded, and the bytes it takes; `None` where it is none.
fn decoded(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    if first != '%' {
        return Some((first, first.len_utf8()));
    }
    let bytes = text.as_bytes();
    let lead = escaped(bytes)?;
    // Numbers are written with characters of one to three bytes.
    let (more, bits) = match lead {
        0..0x80 => (0, 0x7f),
        0xc2..0xe0 => (1, 0x1f),
        0xe0..0xf0 => (2, 0x0f),
        _ => return None,
    };
    let mut code = u32::from(lead & bits);
    for place in 1..=more {
        let byte = escaped(bytes.get(place * 3..)?)?;
        code = code << 6 | u32::from(byte & 0x3f);
    }
    Some((char::from_u32(code)?, more * 3 + 3))
}

/// The byte that `bytes` begin with an escape of.
fn escaped(bytes: &[u8]) -> Option<u8> {
    let &[b'%', high, low, ..] = bytes else { return None };
    let (high, low) = (char::from(high).to_digit(16)?, char::from(low).to_digit(16)?);
    Some((high * 16 + low) as u8)
}
