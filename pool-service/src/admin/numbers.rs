//! Lists of numbers as operators write them: single numbers, and ranges with both ends.

use crate::domain::number::TrackingNumber;

/// A longer range is taken for a slip of the keyboard.
const MAX_RANGE: u64 = 10_000_000;

/// Reads `"050-3111-0001"` or `"050-3111-0002..050-3111-0020"` and appends the numbers.
pub(super) fn read(text: &str, numbers: &mut Vec<TrackingNumber>) -> Result<(), String> {
    let parse = |text: &str| TrackingNumber::parse(text).map_err(|error| error.to_string());
    let Some((first, last)) = text.split_once("..") else {
        numbers.push(parse(text)?);
        return Ok(());
    };
    let (first, last) = (parse(first)?, parse(last.trim_start_matches('='))?);
    let width = first.key().len();
    if last.key().len() != width || last.country_code() != first.country_code() {
        return Err(format!("range {text:?} has ends of different lengths or countries"));
    }
    let value = |number: &TrackingNumber| number.key().parse::<u64>().map_err(|_| format!("range {text:?}"));
    let (first, last) = (value(&first)?, value(&last)?);
    if last < first {
        return Err(format!("range {text:?} ends before it begins"));
    }
    if last - first >= MAX_RANGE {
        return Err(format!("range {text:?} has more than {MAX_RANGE} numbers"));
    }
    for value in first..=last {
        let number = TrackingNumber::from_key(&format!("{value:0width$}"));
        numbers.push(number.map_err(|error| error.to_string())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{TrackingNumber, read};

    #[test]
    fn a_range_has_both_its_ends() {
        let mut numbers = Vec::new();
        read("050-3111-0009..050-3111-0011", &mut numbers).expect("a range");
        let numbers: Vec<&str> = numbers.iter().map(TrackingNumber::national).collect();
        assert_eq!(numbers, ["05031110009", "05031110010", "05031110011"]);
        let mut numbers = Vec::new();
        read("+1 602-313-3809..+1 602-313-3810", &mut numbers).expect("a range");
        let numbers: Vec<_> = numbers.iter().filter_map(TrackingNumber::e164).collect();
        assert_eq!(numbers, ["+16023133809", "+16023133810"]);
    }

    #[test]
    fn what_is_no_range_is_refused_with_the_reason() {
        for (text, why) in [
            ("050-3111-0002..050-3111-0001", "ends before it begins"),
            ("050-3111-0002..03-3111-0001", "different lengths"),
            ("050-0000-0000..090-0000-0000", "more than"),
            ("0120-313-3801..+1 602-313-3897", "countries"),
            ("050-3111-0002..", "must start with 0"),
        ] {
            let error = read(text, &mut Vec::new()).expect_err(text);
            assert!(error.contains(why), "{error}");
        }
    }
}
