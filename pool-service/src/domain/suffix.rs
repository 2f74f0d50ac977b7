//! Suffix numbers (任意番号): a carrier's base number that may be followed by any `k` digits is a pool of 10^k numbers.
//! They are not kept one by one: a number exists for a store only while something is known of it.

use super::number::{InvalidNumber, TrackingNumber};
use serde::{Deserialize, Serialize};

/// How many digits callers can be asked for.
pub const MAX_DIGITS: u8 = 8;

/// From one number to the next that is granted. Every suffix comes once before any comes again, since 11 has no divisor
/// in common with a power of ten; and as 11·n is no digit times a power of ten, two numbers within 9 % of the range
/// of each other in that order differ in at least two digits: a caller who slips on one reaches nobody else's.
const STRIDE: u64 = 11;

/// A base number and all suffixes behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuffixRange {
    base: String,
    digits: u8,
}

/// Why a base number and a count of digits make no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRange {
    /// Callers cannot be asked for so many.
    #[error("suffix_digits must be 1 to {MAX_DIGITS}, not {0}")]
    Digits(u8),
    /// The numbers would not be carriers' service numbers, which alone take any digits behind them.
    #[error("base {0:?} must begin with 00, as 0078, 0066 and 0037 do: only behind such numbers callers may dial on")]
    Base(String),
    /// The numbers would be none.
    #[error("with its suffix, {0}")]
    Number(#[from] InvalidNumber),
}

/// What was dialled, as a suffix range sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialled {
    /// A number of the range.
    Whole(TrackingNumber),
    /// The base number, perhaps with some of the digits behind it: the caller stopped too early.
    Incomplete,
}

impl SuffixRange {
    /// A range. `base`: in any spelling.
    ///
    /// # Errors
    /// When callers could not dial its numbers.
    pub fn new(base: &str, digits: u8) -> Result<Self, InvalidRange> {
        if !(1..=MAX_DIGITS).contains(&digits) {
            return Err(InvalidRange::Digits(digits));
        }
        let range = Self { base: TrackingNumber::digits(base), digits };
        if !range.base.starts_with("00") {
            return Err(InvalidRange::Base(base.chars().take(40).collect()));
        }
        TrackingNumber::parse(&range.key(0))?;
        Ok(range)
    }

    /// The digits that every number of the range begins with.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// How many digits follow the base.
    pub fn digits(&self) -> u8 {
        self.digits
    }

    /// How many numbers the range has.
    pub fn size(&self) -> u64 {
        10_u64.pow(u32::from(self.digits))
    }

    /// The suffix to grant after another.
    pub fn after(&self, suffix: u64) -> u64 {
        (suffix + STRIDE) % self.size()
    }

    /// By how much suffixes that are granted one after the other differ, modulo [`Self::size`].
    pub fn stride(&self) -> u64 {
        STRIDE
    }

    /// The number with this suffix; none if it has more digits than the range.
    pub fn number(&self, suffix: u64) -> Option<TrackingNumber> {
        if suffix < self.size() { TrackingNumber::from_key(&self.key(suffix)).ok() } else { None }
    }

    /// What follows the base in a number of the range.
    pub fn suffix_of<'a>(&self, number: &'a TrackingNumber) -> Option<&'a str> {
        number.key().strip_prefix(&self.base).filter(|suffix| suffix.len() == usize::from(self.digits))
    }

    /// Whether this is one of the range's numbers.
    pub fn contains(&self, number: &TrackingNumber) -> bool {
        self.suffix_of(number).is_some()
    }

    /// What these digits are, if they begin with the base. Digits beyond the last are a caller's slip and count for
    /// nothing.
    pub fn dialled(&self, digits: &str) -> Option<Dialled> {
        let rest = digits.strip_prefix(&self.base)?;
        let Some(suffix) = rest.get(..usize::from(self.digits)) else { return Some(Dialled::Incomplete) };
        TrackingNumber::from_key(&format!("{}{suffix}", self.base)).ok().map(Dialled::Whole)
    }

    fn key(&self, suffix: u64) -> String {
        format!("{}{suffix:0width$}", self.base, width = usize::from(self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn range(digits: u8) -> SuffixRange {
        SuffixRange::new("0078-6011", digits).expect("a range")
    }

    #[test]
    fn every_suffix_comes_once_before_any_comes_again() {
        for digits in 1..=5 {
            let range = range(digits);
            let mut seen = HashSet::new();
            let mut suffix = 0;
            while seen.insert(suffix) {
                suffix = range.after(suffix);
            }
            assert_eq!((seen.len() as u64, suffix), (range.size(), 0), "{digits} digits");
        }
    }

    #[test]
    fn numbers_that_are_leased_together_differ_in_two_digits() {
        for digits in 2..=5 {
            let range = range(digits);
            let order: Vec<String> = std::iter::successors(Some(0), |suffix| Some(range.after(*suffix)))
                .take(range.size() as usize)
                .map(|suffix| range.key(suffix))
                .collect();
            let window = range.size() as usize * 9 / 100;
            for (at, number) in order.iter().enumerate().step_by(range.size() as usize / 100) {
                for other in order.iter().cycle().skip(at + 1).take(window - 1) {
                    let differing = number.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
                    assert!(differing >= 2, "{number} and {other}");
                }
            }
        }
    }

    #[test]
    fn what_was_dialled_is_a_number_of_the_range_or_the_base_without_one() {
        let range = range(4);
        let whole = |key: &str| Some(Dialled::Whole(TrackingNumber::from_key(key).expect("a number")));
        assert_eq!(range.dialled("007860110042"), whole("007860110042"));
        assert_eq!(range.dialled("00786011004299"), whole("007860110042"));
        for short in ["00786011", "007860110", "00786011004"] {
            assert_eq!(range.dialled(short), Some(Dialled::Incomplete), "{short}");
        }
        assert_eq!(range.dialled("00786012"), None);
        assert_eq!(range.number(42).as_ref().and_then(|number| range.suffix_of(number)), Some("0042"));
        assert_eq!(range.number(10_000), None);
    }

    #[test]
    fn a_range_that_nobody_could_dial_is_refused() {
        assert_eq!(SuffixRange::new("0078-6011", 0), Err(InvalidRange::Digits(0)));
        assert_eq!(SuffixRange::new("0078-6011", 9), Err(InvalidRange::Digits(9)));
        assert!(matches!(SuffixRange::new("0120-123", 3), Err(InvalidRange::Base(_))));
        assert!(matches!(SuffixRange::new("0078-60111-22222", 8), Err(InvalidRange::Number(_))));
    }
}
