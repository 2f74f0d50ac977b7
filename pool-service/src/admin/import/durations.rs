//! How long something took, as carriers write it: seconds, `1:02:03`, `62:03`, `1時間2分3秒`. Pure.

use super::spelling::plain;

/// No call lasts longer than ten days; a greater number is something else.
const MAX_SECONDS: u64 = 864_000;

/// Reads a duration in whole seconds, cut off; `None` if there is none (`""`, `-`).
///
/// # Errors
/// What it must look like.
pub(super) fn read(text: &str) -> Result<Option<u64>, String> {
    let text = plain(text);
    if text.is_empty() || text.chars().all(|c| c == '-') {
        return Ok(None);
    }
    let seconds = if text.contains(':') { by_colons(&text) } else { by_units(&text).or_else(|| seconds(&text)) };
    seconds
        .filter(|seconds| *seconds <= MAX_SECONDS)
        .map(Some)
        .ok_or_else(|| "is no duration: it must be seconds, m:ss or h:mm:ss, and at most ten days".to_owned())
}

/// `h:mm:ss`, or `m:ss` with any number of minutes; fractions of the last second may follow.
fn by_colons(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, last) = match parts[..] {
        [hours, minutes, last] => (whole(hours)?, below_sixty(minutes)?, last),
        [minutes, last] => (0, whole(minutes)?, last),
        _ => return None,
    };
    let last = below_sixty(last.split_once('.').map_or(Some(last), |(whole, part)| digits(part).then_some(whole))?)?;
    hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(last)
}

/// `1時間2分3秒`, `1h2m3s`; each unit at most once, the greater ones first.
fn by_units(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total: u64 = 0;
    for (units, size) in [(&["時間", "h"][..], 3_600), (&["分", "m"], 60), (&["秒", "s"], 1)] {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let Some(behind) = units.iter().find_map(|unit| behind.strip_prefix(unit)) else { continue };
        total = total.checked_add(whole(number)?.checked_mul(size)?)?;
        rest = behind.trim_start();
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

fn seconds(text: &str) -> Option<u64> {
    match text.split_once('.') {
        Some((seconds, part)) if digits(part) => whole(seconds),
        Some(_) => None,
        None => whole(text),
    }
}

fn whole(text: &str) -> Option<u64> {
    // `parse` alone would take a plus sign.
    digits(text).then(|| text.parse().ok()).flatten()
}

fn below_sixty(text: &str) -> Option<u64> {
    whole(text).filter(|value| *value < 60 && text.len() <= 2)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{MAX_SECONDS, read};
    use proptest::prelude::*;

    fn written(seconds: u64) -> String {
        format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }

    #[test]
    fn every_usual_way_to_write_a_duration_is_read() {
        for (text, seconds) in [
            ("75", 75),
            ("0", 0),
            ("00075", 75),
            ("75.9", 75),
            ("1:15", 75),
            ("01:15", 75),
            ("00:01:15", 75),
            ("0:01:15.4", 75),
            ("75:00", 4_500),
            ("26:00:00", 93_600),
            (" １：１５ ", 75),
            ("1分15秒", 75),
            ("1時間2分3秒", 3_723),
            ("1時間 3秒", 3_603),
            ("15秒", 15),
            ("2分", 120),
            ("1h2m3s", 3_723),
        ] {
            assert_eq!(read(text), Ok(Some(seconds)), "{text:?}");
        }
        for text in ["", " ", "-", "--", "　"] {
            assert_eq!(read(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "soon",
            "1:60",
            "1:2:3:4",
            "1:60:00",
            "1:",
            ":1",
            "-5",
            "+5",
            "1:-5",
            "1e3",
            "75,5",
            "1.x",
            "1:15.",
            "1:001",
            "2秒1分",
            "1分2分",
            "分",
            "864001",
            "240:00:01",
            "99999999999999999999",
            "99999999999999:00:00",
            "5 apples",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in 0..=MAX_SECONDS) {
            prop_assert_eq!(read(&written(seconds)), Ok(Some(seconds)));
            prop_assert_eq!(read(&seconds.to_string()), Ok(Some(seconds)));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,20}", times in "[0-9:.\u{6642}\u{9593}\u{5206}\u{79d2}hms -]{0,12}") {
            for text in [text, times] {
                if let Ok(Some(seconds)) = read(&text) {
                    prop_assert_eq!(read(&written(seconds)), Ok(Some(seconds)));
                }
            }
        }
    }
}
