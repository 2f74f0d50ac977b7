//! Telephone numbers as the service keeps them: national digits of the Japanese numbering plan.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number that can be dialled: national digits and, where one exists, the E.164 form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackingNumber(String);

/// Why a text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("number {text:?} {why}")]
pub struct InvalidNumber {
    text: String,
    why: &'static str,
}

/// Prefixes that no foreign network can reach: service numbers of the carriers, which have no E.164 form.
const NATIONAL_ONLY: [&str; 1] = ["00"];

impl TrackingNumber {
    /// Reads a number in any usual spelling: full-width digits, hyphens, blanks, brackets, `+81`, `+81 (0)`.
    ///
    /// # Errors
    /// When it is not a number of the Japanese numbering plan: 10 or 11 digits after normalising, or a carrier's
    /// service number (00…) of 8 to 17.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        let invalid = |why| InvalidNumber { text: text.chars().take(40).collect(), why };
        let mut digits = String::with_capacity(17);
        let mut international = false;
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
                '+' | '＋' if digits.is_empty() && !international => international = true,
                c if is_separator(c) => {}
                _ => return Err(invalid("has a character that is neither a digit nor a separator")),
            }
        }
        let national = if international {
            let rest = digits.strip_prefix("81").ok_or_else(|| invalid("is not a Japanese number (+81 …)"))?;
            format!("0{}", rest.strip_prefix('0').unwrap_or(rest))
        } else {
            digits
        };
        let lengths = if national.starts_with("00") { 8..=17 } else { 10..=11 };
        if !national.starts_with('0') {
            return Err(invalid("must start with 0 or +81"));
        }
        if !lengths.contains(&national.len()) {
            return Err(invalid("has too few or too many digits for a Japanese number"));
        }
        if international && national.starts_with("00") {
            return Err(invalid("has no international form: write it nationally"));
        }
        Ok(Self(national))
    }

    /// National digits: `05031110001`.
    pub fn national(&self) -> &str {
        &self.0
    }

    /// The E.164 form with `+`; `None` for the carriers' service numbers (0037, 0066, 0078 …).
    pub fn e164(&self) -> Option<String> {
        let national_only = NATIONAL_ONLY.iter().any(|prefix| self.0.starts_with(prefix));
        (!national_only).then(|| format!("+81{}", &self.0[1..]))
    }
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '-' | '.' | '/' | '(' | ')' | '（' | '）' | ' ' | '\u{a0}' | '\u{3000}' | '\u{30fc}' | '\u{ff0d}' | '\u{2212}'
    ) || ('\u{2009}'..='\u{2015}').contains(&c)
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TrackingNumber {
    type Error = InvalidNumber;
    fn try_from(text: String) -> Result<Self, InvalidNumber> {
        Self::parse(&text)
    }
}

impl From<TrackingNumber> for String {
    fn from(number: TrackingNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::TrackingNumber;

    #[test]
    fn every_spelling_of_a_number_is_the_same_number() {
        for text in ["0120123456", "0120-123-456", "０１２０－１２３－４５６", "+81 120-123-456", "+81 (0)120 123 456"]
        {
            let number = TrackingNumber::parse(text).expect(text);
            assert_eq!(number.national(), "0120123456", "{text}");
            assert_eq!(number.e164().as_deref(), Some("+81120123456"), "{text}");
        }
    }

    #[test]
    fn service_numbers_have_no_e164_form() {
        let number = TrackingNumber::parse("0078-6010-12345").expect("a service number");
        assert_eq!(number.national(), "0078601012345");
        assert_eq!(number.e164(), None);
        assert!(TrackingNumber::parse("+81 0078601012345").is_err());
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_reason() {
        for text in ["", "120123456", "0120-123-45x", "+1 415 555 0100", "012012345678901"] {
            assert!(TrackingNumber::parse(text).is_err(), "{text:?}");
        }
    }
}
