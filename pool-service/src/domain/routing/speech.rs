//! What callers and those who answer are told.

use serde::{Deserialize, Serialize};

/// A language in which call systems speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// A text to be spoken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    /// The text, on one line.
    pub text: String,
    /// Its language.
    pub language: Language,
}

/// The longest text that is spoken; a channel's name in a whisper is cut off before.
pub const MAX_TEXT: usize = 1_000;
/// Values longer than this are cut off: they come from addresses of pages.
const MAX_VALUE: usize = 60;

/// What can stand in braces in a whisper.
pub const KEYS: [&str; 5] = ["channel", "campaign", "site", "pool", "number"];

impl Language {
    /// Its tag as call systems want it (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja-JP",
            Self::En => "en-US",
        }
    }

    /// What is said for something that is not known.
    const fn unknown(self) -> &'static str {
        match self {
            Self::Ja => "不明",
            Self::En => "unknown",
        }
    }

    /// What a caller hears when nobody can be reached and nothing else was said.
    pub const fn nobody_there(self) -> &'static str {
        match self {
            Self::Ja => "ただいま電話に出ることができません。恐れ入りますが、のちほどおかけ直しください。",
            Self::En => "We cannot take your call at the moment. Please call again later.",
        }
    }
}

/// Says what is wrong with a text that has something in braces, if anything is.
pub fn check(text: &str) -> Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > MAX_TEXT || text.contains(char::is_control) {
        return Err(format!("must be a text of 1 to {MAX_TEXT} characters on one line"));
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let (key, behind) = after.split_once('}').ok_or("has a { without a }")?;
        if !KEYS.contains(&key) {
            return Err(format!("has {{{key}}}; there are {}", KEYS.map(|key| format!("{{{key}}}")).join(", ")));
        }
        rest = behind;
    }
    Ok(())
}

/// A text with values in place of what stands in braces. Values are texts of pages and people: what is no printable character
/// in them becomes a blank, and braces in them mean nothing.
pub fn fill(template: &str, language: Language, value: impl Fn(&str) -> Option<String>) -> Speech {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((key, behind)) = after.split_once('}').filter(|(key, _)| KEYS.contains(key)) else {
            text.push('{');
            rest = after;
            continue;
        };
        let known = value(key).map(|known| one_line(&known)).filter(|known| !known.is_empty());
        text.push_str(known.as_deref().unwrap_or(language.unknown()));
        rest = behind;
    }
    text.push_str(rest);
    Speech { text: text.chars().take(MAX_TEXT).collect(), language }
}

fn one_line(value: &str) -> String {
    let printable = value.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c });
    printable.take(MAX_VALUE).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(template: &str, channel: Option<&str>) -> String {
        fill(template, Language::Ja, |key| channel.filter(|_| key == "channel").map(str::to_owned)).text
    }

    #[test]
    fn what_stands_in_braces_is_filled_in_once() {
        assert_eq!(filled("{channel}からのお電話です", Some("Google広告")), "Google広告からのお電話です");
        assert_eq!(filled("{channel} {channel}", Some("{channel}")), "{channel} {channel}");
        assert_eq!(filled("{channel}{campaign}", None), "不明不明");
        assert_eq!(filled("a {b} {", Some("x")), "a {b} {");
    }

    #[test]
    fn what_cannot_be_filled_in_is_named() {
        assert_eq!(check("{channel} {campaign} {site} {pool} {number}"), Ok(()));
        for (text, what) in [("{chanel}", "{chanel}"), ("{channel", "without a }"), (" ", "1 to"), ("a\nb", "one line")]
        {
            let error = check(text).expect_err(text);
            assert!(error.contains(what), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn a_filled_text_is_one_line_and_never_long(template in "[a-z{} ]{0,40}", value in "\\PC{0,80}|[\r\n\t\u{0}a-z]{0,80}") {
            let text = filled(&template, Some(&value));
            prop_assert!(!text.contains(char::is_control));
            prop_assert!(text.chars().count() <= MAX_TEXT);
        }
    }
}
