//! A number as the engine is told of it: its digits, its international form and its usual groups.
//!
//! For the engine alone: Japanese numbers from their national digits, others by configuration.

use alloc::string::String;

use crate::spelling::{cut, put};

/// Digits of the longest number.
pub(crate) const MOST: usize = 17;

/// A number to look for, or to write. Groups of digits are told by where they end, as bits: bit 4 is set if one ends
/// behind the fourth digit.
#[derive(Clone, Default)]
pub(crate) struct Phone {
    /// The digits dialled within the country; empty if it is no number.
    pub(crate) national: String,
    /// The plus, the country code and the rest; empty if it cannot be dialled from abroad.
    pub(crate) e164: String,
    /// Digits of the country code.
    pub(crate) code: usize,
    /// Leading digits that the international form lacks.
    pub(crate) trunk: usize,
    /// Digits that stay together at the head; 0 where the number alone does not tell.
    pub(crate) access: usize,
    /// Where the usual groups end.
    pub(crate) ends: u32,
    /// How many digits Japan gives out to numbers with this head; 0 for none.
    length: usize,
}

impl Phone {
    /// Reads `0120123456`, or `6023133897/16023133897/3-3-4` for a number of another country.
    pub(crate) fn read(field: &str) -> Self {
        let mut rest = field;
        let national = cut(&mut rest, b'/');
        if national.len() == field.len() { Self::japanese(national) } else { Self::foreign(national, rest) }
    }

    /// A number out of its national digits, if it is one that Japan may give out.
    pub(crate) fn japanese(national: &str) -> Self {
        let mut phone = Self::default();
        let Some(head) = national.as_bytes().first_chunk::<4>() else { return phone };
        let zeros = head[1] == b'0';
        let (least, most) = if zeros { (8, MOST) } else { (10, 11) };
        if head[0] != b'0' || national.len() < least || national.len() > most || !is_digits(national) {
            return phone;
        }
        let (access, middle, length) = match head {
            b"0120" | b"0570" | b"0990" => (4, 3, 10),
            b"0800" => (4, 3, 11),
            // Free numbers of carriers are of any length.
            b"0037" | b"0066" | b"0077" | b"0078" | b"0088" => (4, 0, national.len()),
            [_, b'0', ..] => (4, 0, 0),
            [_, b'5'..=b'9', b'0', _] => (3, 4, 11),
            [_, b'3' | b'6', ..] => (2, 4, 10),
            [_, _, b'0', _] => (0, 2, 0),
            _ => (0, 2, 10),
        };
        let first = if access == 0 { 4 } else { access };
        let middle = if middle == 0 { (national.len() - first) / 2 } else { middle };
        phone.access = access;
        phone.length = length;
        phone.ends = 1 << first | 1 << (first + middle) | 1 << national.len();
        put(&mut phone.national, national);
        if !zeros {
            phone.trunk = 1;
            phone.code = 2;
            put(&mut phone.e164, "+81");
            put(&mut phone.e164, national.get(1..).unwrap_or_default());
        }
        phone
    }

    /// A number of another country; `form` is its international form and the lengths of its groups, parted by a slash.
    fn foreign(national: &str, form: &str) -> Self {
        let mut phone = Self::default();
        if national.len() < 3 || national.len() > MOST || !is_digits(national) {
            return phone;
        }
        put(&mut phone.national, national);
        let mut groups = form;
        let e164 = cut(&mut groups, b'/');
        let trunk = usize::from(!e164.ends_with(national) && national.as_bytes().first() == Some(&b'0'));
        let rest = national.get(trunk..).unwrap_or_default();
        if e164.len() > rest.len() && e164.ends_with(rest) {
            phone.trunk = trunk;
            phone.code = e164.len() - rest.len();
            put(&mut phone.e164, "+");
            put(&mut phone.e164, e164);
        }
        let (mut end, mut length) = (0, 0);
        for digit in groups.bytes() {
            if digit == b'-' {
                end += length;
                phone.ends |= 1_u32.wrapping_shl(end);
                length = 0;
            } else {
                length = (u32::from(digit & 15) + length * 10) & 31;
            }
        }
        phone.ends &= (1 << national.len()) - 2;
        if phone.ends != 0 {
            phone.access = phone.ends.trailing_zeros() as usize;
        }
        phone.ends |= 1 << national.len();
        phone
    }

    /// Whether it is a number at all.
    pub(crate) fn is_number(&self) -> bool {
        !self.national.is_empty()
    }

    /// The digits behind the country code.
    pub(crate) fn abroad(&self) -> &str {
        self.national.get(self.trunk..).unwrap_or_default()
    }

    /// Whether Japan gives out such a number: [`Phone::japanese`] also takes what it might.
    pub(crate) fn is_given_out(&self) -> bool {
        self.is_number() && self.national.len() == self.length
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
