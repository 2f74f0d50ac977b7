//! Whether the digits from some place on spell a number.

use super::{digits::Digit, gap::Gap};
use crate::{
    number::Number,
    spelling::{access_length, usual_groups},
};

/// The digits of a text that spell a number, by index.
pub(super) struct Spelled {
    /// The first digit, of the country code if there is one.
    pub(super) first: usize,
    pub(super) last: usize,
    /// The first digit behind country code and `(0)`.
    body: usize,
}

impl Spelled {
    /// The digits of the body but the first.
    pub(super) fn inner<'a>(&self, digits: &'a [Digit]) -> &'a [Digit] {
        digits.get(self.body + 1..=self.last).unwrap_or_default()
    }

    /// Whether nothing stands between its digits.
    pub(super) fn is_bare(&self, digits: &[Digit]) -> bool {
        let behind_first = digits.get(self.first + 1..=self.last).unwrap_or_default();
        behind_first.iter().all(|digit| digit.gap == Gap::NONE)
    }
}

/// Matches `number` from the digit at `first` on.
pub(super) fn spelled_at(digits: &[Digit], first: usize, number: &Number) -> Option<Spelled> {
    let mut body = first;
    let mut expected = number.national.as_bytes();
    if digits.get(first)?.plus.is_some() {
        number.e164.as_ref()?;
        expected = expected.get(1..)?;
        body += if digits.get(first + 2)?.value == 0 { 3 } else { 2 };
    }
    let spelled = Spelled { first, last: (body + expected.len()).checked_sub(1)?, body };
    let code = b"810".iter().take(body - first);
    let mut found = digits.get(first..=spelled.last)?.iter();
    for value in code.chain(expected) {
        let digit = found.next()?;
        if digit.value + b'0' != *value {
            return None;
        }
    }
    let joined = digits.get(first + 1..=spelled.last)?.iter().all(|digit| !digit.gap.has(Gap::BROKEN));
    let lacking = usize::from(body > first);
    (joined && number.is_japanese() && is_plausible(spelled.inner(digits), lacking, &number.national))
        .then_some(spelled)
}

/// Whether people part a number like this: dates, decimals and book numbers may have the same digits. `lacking` is the
/// 0 that the international form is written without.
fn is_plausible(inner: &[Digit], lacking: usize, national: &str) -> bool {
    let [first, second, _] = usual_groups(national);
    let access = access_length(national).unwrap_or(2);
    let (mut usual, mut spaced_out) = (true, true);
    let (mut dated, mut torn, mut marked) = (false, false, false);
    let (mut gaps, mut dots) = (0, 0);
    for (index, Digit { gap, .. }) in inner.iter().enumerate() {
        let place = index + 1 + lacking;
        let parted = *gap != Gap::NONE;
        usual &= parted == (place == first || place == first + second);
        spaced_out &= parted;
        torn |= parted && place < access;
        dated |= marked && *gap == Gap::BLANK;
        marked |= gap.has(Gap::DOT) || gap.has(Gap::SLASH);
        gaps += usize::from(parted);
        dots += usize::from(*gap == Gap::DOT);
    }
    let decimal = gaps == 1 && dots == 1;
    usual || spaced_out || !dated && (lacking > 0 || !torn && !decimal)
}
