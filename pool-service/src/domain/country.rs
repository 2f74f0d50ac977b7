//! Numbers of other countries: where the country code ends, and how a number is printed at home.

use super::number::TrackingNumber;
use serde::{Deserialize, Serialize};

/// Country codes of two digits (ITU-T E.164); 1 and 7 stand alone, all others have three.
const TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51",
    "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90",
    "91", "92", "93", "94", "95", "98",
];

/// How many of these E.164 digits are the country code; `None` if no code begins so.
pub(super) fn code_length(digits: &str) -> Option<usize> {
    match digits.get(..2)? {
        one if one.starts_with(['1', '7']) => Some(1),
        two if TWO_DIGITS.contains(&two) => Some(2),
        // 0 begins none, 28 and 83 are spare, 89 and 99 are not given out to countries.
        two if two.starts_with('0') || matches!(two, "28" | "83" | "89" | "99") => None,
        _ => Some(3).filter(|_| digits.len() > 3),
    }
}

/// How numbers of another country are printed where they are at home. Japanese numbers do not need it: their usual
/// spellings are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NationalForm {
    /// What stands before the number when it is dialled from within its country and is no part of the E.164 form: `0`
    /// in Germany, nothing in the United States.
    pub prefix: String,
    /// Lengths of the groups of digits, prefix included: 3, 3, 4.
    pub groups: Vec<u8>,
}

impl NationalForm {
    /// The form in which a number was written.
    pub fn of_text(text: &str, number: &TrackingNumber) -> Self {
        if number.is_japanese() {
            return Self::default();
        }
        let is_international = text.trim_start().starts_with(['+', '＋']);
        let prefix = if is_international {
            if text.contains("(0)") { "0" } else { "" }.to_owned()
        } else {
            let digits: String = groups_in(text).concat();
            digits.strip_suffix(number.national()).unwrap_or_default().to_owned()
        };
        let written = groups_in(&text.replacen("(0)", "0", 1));
        let mut lengths: Vec<usize> = written.iter().map(String::len).collect();
        if let (true, Some(first)) = (is_international, lengths.first_mut()) {
            *first = first.saturating_sub(number.country_code().len());
        }
        let groups = lengths.into_iter().filter(|length| *length > 0).map(|length| length as u8).collect();
        let form = Self { prefix, groups };
        if form.fits(number) { form } else { Self { groups: vec![form.national(number).len() as u8], ..form } }
    }

    /// National digits of a number.
    pub fn national(&self, number: &TrackingNumber) -> String {
        let prefix = if number.is_japanese() { "" } else { &self.prefix };
        format!("{prefix}{}", number.national())
    }

    /// Whether the groups are as long together as this number.
    pub fn fits(&self, number: &TrackingNumber) -> bool {
        let digits: usize = self.groups.iter().map(|group| usize::from(*group)).sum();
        digits == self.national(number).len() && !self.groups.contains(&0)
    }

    /// The groups of a number of another country; one group if these do not fit it.
    pub fn groups_of(&self, number: &TrackingNumber) -> Vec<u8> {
        match number {
            number if number.is_japanese() => Vec::new(),
            number if self.fits(number) => self.groups.clone(),
            number => vec![self.national(number).len() as u8],
        }
    }
}

/// The runs of digits in a text; a country code that is not set apart counts with what follows.
fn groups_in(text: &str) -> Vec<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        c => c,
    };
    let text: String = text.chars().map(narrow).collect();
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, e164: &str) -> (String, Vec<u8>) {
        let number = TrackingNumber::parse(e164).expect(e164);
        let form = NationalForm::of_text(text, &number);
        (form.national(&number), form.groups)
    }

    #[test]
    fn a_number_is_printed_as_it_was_written() {
        for (text, e164, national, groups) in [
            ("+1 602-313-3897", "+16023133897", "6023133897", vec![3, 3, 4]),
            ("(602) 313-3897", "+16023133897", "6023133897", vec![3, 3, 4]),
            ("+49 (0)30-1234567", "+49301234567", "0301234567", vec![3, 7]),
            ("030 1234567", "+49301234567", "0301234567", vec![3, 7]),
            ("+886 2 2345 6789", "+886223456789", "223456789", vec![1, 4, 4]),
            ("06 1 234 5678", "+3612345678", "0612345678", vec![2, 1, 3, 4]),
            ("+16023133897", "+16023133897", "6023133897", vec![10]),
        ] {
            assert_eq!(form(text, e164), (national.to_owned(), groups), "{text}");
        }
    }

    #[test]
    fn every_country_code_ends_where_the_next_number_begins() {
        for (digits, length) in [("16023133897", 1), ("74951234567", 1), ("49301234567", 2), ("982112345678", 2)] {
            assert_eq!(code_length(digits), Some(length), "{digits}");
        }
        for (digits, length) in [("886223456789", Some(3)), ("35312345678", Some(3)), ("0312345678", None)] {
            assert_eq!(code_length(digits), length, "{digits}");
        }
    }
}
