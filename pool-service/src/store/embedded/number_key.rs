//! A number in eight bytes, so that a pool of millions fits in memory.

use crate::domain::number::TrackingNumber;

/// A tracking number, packed; ordered as the keys are as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NumberKey(u64);

/// The longest number has 17 digits, and 11^17 is below 2^64.
const MAX_DIGITS: usize = 17;

impl NumberKey {
    /// Below every number; for ranges.
    pub(super) const MIN: Self = Self(0);

    /// Packs a number. Each digit is a digit of base 11, of which 0 means "no more", so that a shorter number sorts
    /// before the longer ones that begin with it.
    pub(super) fn of(number: &TrackingNumber) -> Self {
        let digits = number.key().bytes().map(|digit| u64::from(digit - b'0') + 1);
        Self(digits.chain(std::iter::repeat(0)).take(MAX_DIGITS).fold(0, |packed, digit| packed * 11 + digit))
    }

    /// The number.
    pub(super) fn number(self) -> TrackingNumber {
        let mut digits = String::with_capacity(MAX_DIGITS);
        let mut place = 11_u64.pow(MAX_DIGITS as u32 - 1);
        let mut rest = self.0;
        while place > 0 {
            let digit = rest / place;
            if digit == 0 {
                break;
            }
            digits.push(char::from(b'0' + (digit - 1) as u8));
            rest %= place;
            place /= 11;
        }
        TrackingNumber::from_key(&digits).expect("only numbers are packed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_number_is_the_number_and_sorts_as_its_text_does() {
        let mut numbers =
            ["00780000", "0120000001", "05031110001", "05031110010", "00789999999999999", "0503111000", "+16023133897"]
                .map(|text| TrackingNumber::parse(text).expect(text));
        assert_eq!(numbers.clone().map(|number| NumberKey::of(&number).number()), numbers);
        let mut packed = numbers.clone().map(|number| NumberKey::of(&number));
        numbers.sort();
        packed.sort();
        assert_eq!(packed.map(NumberKey::number), numbers);
    }
}
