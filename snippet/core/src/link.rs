//! Numbers that are written with nothing else: `tel:` and `sms:` links.

use alloc::string::String;
use core::str::Chars;

use crate::{
    phone::Phone,
    spelling::{BREAK, DIGIT, OTHER, PLUS, class_of, narrow, put_sign},
};

/// What a link dials.
pub(crate) struct Dialled<'a> {
    /// With the plus.
    digits: String,
    plus: bool,
    /// What follows: parameters, pauses, tones and extensions.
    pub(crate) tail: &'a str,
}

impl<'a> Dialled<'a> {
    /// Reads a link behind its scheme.
    #[inline(never)]
    pub(crate) fn read(link: &'a str) -> Option<Self> {
        let mut dialled = Self { digits: String::new(), plus: false, tail: link };
        let mut rest = link.chars();
        while let Some(character) = decoded(&mut rest)? {
            let letter = narrow(character);
            let class = class_of(letter);
            if class == OTHER {
                return matches!(letter, ';' | '?' | ',' | '#' | '&' | '*' | 'p' | 'w' | 'x').then_some(dialled);
            }
            if class == BREAK || class == PLUS && !dialled.digits.is_empty() {
                return None;
            }
            if class & (DIGIT | PLUS) != 0 {
                put_sign(&mut dialled.digits, letter as u8, false);
            }
            dialled.plus |= class == PLUS;
            dialled.tail = rest.as_str();
        }
        Some(dialled)
    }

    /// Whether that is `phone`.
    pub(crate) fn is(&self, phone: &Phone) -> bool {
        let code = if self.plus { phone.code + 1 } else { 0 };
        let (Some(code), Some(rest)) = (phone.e164.get(..code), self.digits.get(code..)) else { return false };
        // `+81 (0)3` and `+81 3`
        self.digits.starts_with(code)
            && (rest == phone.national || self.plus && rest == phone.abroad())
            && phone.is_number()
    }

    /// What dials `phone` in its place.
    pub(crate) fn instead<'b>(&self, phone: &'b Phone) -> &'b str {
        if self.plus && !phone.e164.is_empty() { &phone.e164 } else { &phone.national }
    }

    /// The national digits, if it is a Japanese number.
    pub(crate) fn japanese(&self) -> Phone {
        let mut national = String::new();
        let digits = if self.plus {
            let rest = self.digits.strip_prefix("+81").unwrap_or_default();
            national.push('0');
            rest.strip_prefix('0').unwrap_or(rest)
        } else {
            &self.digits
        };
        national.push_str(digits);
        let phone = Phone::japanese(&national);
        if self.plus && phone.e164.is_empty() { Phone::default() } else { phone }
    }
}

/// The next character, percent-decoded, or that there is no more; `None` where it is none.
fn decoded(rest: &mut Chars<'_>) -> Option<Option<char>> {
    let Some(first) = rest.next() else { return Some(None) };
    if first != '%' {
        return Some(Some(first));
    }
    let mut code = escaped(rest)?;
    // Numbers are written with characters of one to three bytes.
    let more = match code {
        0..0x80 => 0,
        0xc2..0xe0 => 1,
        0xe0..0xf0 => 2,
        _ => return None,
    };
    if more > 0 {
        code &= 0x3f >> more;
    }
    for _ in 0..more {
        if rest.next() != Some('%') {
            return None;
        }
        code = code << 6 | escaped(rest)? & 0x3f;
    }
    Some(Some(char::from_u32(code)?))
}

/// The byte that two hexadecimal digits stand for.
fn escaped(rest: &mut Chars<'_>) -> Option<u32> {
    Some(rest.next()?.to_digit(16)? * 16 + rest.next()?.to_digit(16)?)
}
