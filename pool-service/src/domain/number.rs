//! Telephone numbers as the service keeps them: national digits of the Japanese numbering plan, and numbers of other
//! countries by their E.164 form.

use super::country;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number that can be dialled. A Japanese one is kept as its national digits, which begin with 0; one of another
/// country as its E.164 digits, which never do. How the latter is printed is a [`super::country::NationalForm`].
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
    /// Reads a number in any usual spelling: full-width digits, hyphens, blanks, brackets, `+81`, `+81 (0)`; a number
    /// of another country with its country code, as in `+1 602-313-3897` or `+49 (0)30 1234567`.
    ///
    /// # Errors
    /// When it is neither a number of the Japanese numbering plan (10 or 11 digits after normalising, or a carrier's
    /// service number, 00…, of 8 to 17) nor an international one of 8 to 15 digits.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        let invalid = |why| InvalidNumber { text: text.chars().take(40).collect(), why };
        let (international, digits) =
            digits(text).ok_or_else(|| invalid("has a character that is neither a digit nor a separator"))?;
        let national = match (international, digits.strip_prefix("81")) {
            (true, Some(rest)) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            (true, None) => return Self::foreign(text).ok_or_else(|| invalid("is no international number (+ …)")),
            (false, _) => digits,
        };
        let lengths = if national.starts_with("00") { 8..=17 } else { 10..=11 };
        if !national.starts_with('0') {
            return Err(invalid("must start with 0 or, with its country code, with +"));
        }
        if !lengths.contains(&national.len()) {
            return Err(invalid("has too few or too many digits for a Japanese number"));
        }
        if international && national.starts_with("00") {
            return Err(invalid("has no international form: write it nationally"));
        }
        Ok(Self(national))
    }

    /// The bracketed zero of `+49 (0)30 …` is for callers within the country and no part of the number.
    fn foreign(text: &str) -> Option<Self> {
        let (_, digits) = digits(&text.replacen("(0)", " ", 1))?;
        let is_number = (8..=15).contains(&digits.len()) && country::code_length(&digits).is_some();
        is_number.then_some(Self(digits))
    }

    /// The digits of a text in any spelling; nothing if it has other characters than digits and separators.
    pub fn digits(text: &str) -> String {
        digits(text).map(|(_, digits)| digits).unwrap_or_default()
    }

    /// Digits that tell this number from every other: what stores keep it by. See [`Self::from_key`].
    pub fn key(&self) -> &str {
        &self.0
    }

    /// The number that is kept by this key.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_key(key: &str) -> Result<Self, InvalidNumber> {
        if key.starts_with(['0', '+']) { Self::parse(key) } else { Self::parse(&format!("+{key}")) }
    }

    /// National digits: `05031110001`; of another country's number those that follow the country code.
    pub fn national(&self) -> &str {
        if self.is_japanese() { &self.0 } else { &self.0[self.country_code().len()..] }
    }

    /// The country code of the number's plan: 81, 1, 49.
    pub fn country_code(&self) -> &str {
        match country::code_length(&self.0) {
            Some(length) if !self.is_japanese() => &self.0[..length],
            _ => "81",
        }
    }

    /// Whether the number belongs to the Japanese numbering plan.
    pub fn is_japanese(&self) -> bool {
        self.0.starts_with('0')
    }

    /// The E.164 form with `+`; `None` for the carriers' service numbers (0037, 0066, 0078 …).
    pub fn e164(&self) -> Option<String> {
        if !self.is_japanese() {
            return Some(format!("+{}", self.0));
        }
        let national_only = NATIONAL_ONLY.iter().any(|prefix| self.0.starts_with(prefix));
        (!national_only).then(|| format!("+81{}", &self.0[1..]))
    }
}

/// The digits of a text, and whether they begin with a country code; `None` if it has other characters.
fn digits(text: &str) -> Option<(bool, String)> {
    let mut digits = String::with_capacity(17);
    let mut international = false;
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.push(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
            '+' | '＋' if digits.is_empty() && !international => international = true,
            c if is_separator(c) => {}
            _ => return None,
        }
    }
    Some((international, digits))
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '-' | '.' | '/' | '(' | ')' | '（' | '）' | ' ' | '\u{a0}' | '\u{3000}' | '\u{30fc}' | '\u{ff0d}' | '\u{2212}'
    ) || ('\u{2009}'..='\u{2015}').contains(&c)
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_japanese() {
            f.write_str("+")?;
        }
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
        number.to_string()
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
        for text in
            ["", "120123456", "0120-123-45x", "+1 415", "+999 415 555 0100", "+0 415 555 0100", "012012345678901"]
        {
            assert!(TrackingNumber::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_number_of_another_country_is_its_e164_form_wherever_it_is_kept() {
        for text in ["+1 602-313-3897", "+16023133897", "＋１ (602) 313 3897"] {
            let number = TrackingNumber::parse(text).expect(text);
            assert_eq!((number.key(), number.national()), ("16023133897", "6023133897"), "{text}");
            assert_eq!(number.e164().as_deref(), Some("+16023133897"), "{text}");
            assert_eq!(TrackingNumber::from_key(number.key()), Ok(number.clone()));
            assert_eq!(TrackingNumber::try_from(String::from(number.clone())), Ok(number));
        }
        let berlin = TrackingNumber::parse("+49 (0)30 1234567").expect("a number");
        assert_eq!(berlin, TrackingNumber::parse("+49301234567").expect("a number"));
    }
}
