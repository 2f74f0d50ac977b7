//! Inbound channels, and the rules that tell by which one a visitor came.

use super::{ids::TargetId, number::TrackingNumber};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A way by which visitors come, with numbers of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// What a person calls it.
    pub name: String,
    /// Which visitors came by it; the first channel whose rule holds is taken.
    pub when: Rule,
    /// What its visitors are shown instead of each target.
    pub numbers: Vec<(TargetId, TrackingNumber)>,
}

/// Conditions joined by blanks, all of which must hold: `click=gclid`, `utm_source=google,yahoo`, `referrer!=-`,
/// `path=/lp/*`. The snippet reads it; here it is only checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule(String);

/// Why a text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule:?}: {why}")]
pub struct InvalidRule {
    rule: String,
    why: String,
}

const MAX_BYTES: usize = 1_024;

impl Rule {
    /// Reads a rule; one without conditions always holds.
    ///
    /// # Errors
    /// Says which condition makes no sense.
    pub fn parse(text: &str) -> Result<Self, InvalidRule> {
        let invalid = |why| InvalidRule { rule: text.chars().take(80).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(invalid(format!("is longer than {MAX_BYTES} bytes")));
        }
        let conditions: Vec<&str> = text.split_whitespace().collect();
        conditions.iter().try_for_each(|condition| check(condition)).map_err(invalid)?;
        Ok(Self(conditions.join(" ")))
    }

    /// The rule as the snippet reads it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(condition: &str) -> Result<(), String> {
    let (key, values) = condition
        .split_once('=')
        .ok_or_else(|| format!("{condition:?} must be key=value; a blank inside a value is written %20"))?;
    let key = key.strip_suffix('!').unwrap_or(key);
    let check_value: fn(&str) -> Option<&'static str> = match key {
        "click" => click,
        "referrer" => referrer,
        "path" => path,
        utm if is_utm(utm) => |_| None,
        key => return Err(format!("there is no key {key:?}: click, utm_…, referrer and path are known")),
    };
    for value in values.split(',') {
        let wrong = match value {
            "" => Some("is empty; a comma inside a value is written %2C"),
            value if !is_encoded(value) => Some("has a % that begins no percent-encoded byte; write %25"),
            "*" => None,
            value => check_value(value),
        };
        if let Some(wrong) = wrong {
            return Err(format!("the value {value:?} of {key} {wrong}"));
        }
    }
    Ok(())
}

fn is_utm(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    key.strip_prefix("utm_").is_some_and(|rest| (1..=60).contains(&rest.len()) && rest.chars().all(allowed))
}

fn click(value: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c == '_';
    let is_kind = (2..=20).contains(&value.len()) && value.chars().all(allowed);
    (!is_kind).then_some("is no kind of click id, as gclid, yclid, msclkid or fbclid are")
}

fn referrer(value: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    let is_host = value == "-" || (value.contains('.') && value.chars().all(allowed)) || value == "localhost";
    (!is_host).then_some("must be a host in small letters, as google.com, or - for none, without https:// and path")
}

fn path(value: &str) -> Option<&'static str> {
    let stem = value.strip_suffix('*').unwrap_or(value);
    if !value.starts_with('/') {
        Some("must begin with /")
    } else if stem.contains('*') {
        Some("may have a * only at its end")
    } else {
        None
    }
}

fn is_encoded(value: &str) -> bool {
    let is_byte = |after: &str| after.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    value.split('%').skip(1).all(is_byte)
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Rule {
    type Error = InvalidRule;
    fn try_from(text: String) -> Result<Self, InvalidRule> {
        Self::parse(&text)
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.0
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn every_kind_of_condition_is_taken() {
        for text in [
            "",
            "click=gclid,gbraid utm_medium!=email",
            "click=*",
            "utm_source=Yahoo%20Japan utm_campaign=*",
            "referrer=google.com,google.co.jp path=/lp/*",
            "referrer=-",
            "referrer!=*",
        ] {
            assert_eq!(Rule::parse(text).map(String::from).as_deref(), Ok(text));
        }
        assert_eq!(Rule::parse("  click=gclid\n path=/ ").map(String::from).as_deref(), Ok("click=gclid path=/"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_named() {
        for (text, what) in [
            ("source=google", "there is no key \"source\""),
            ("click=gclid country=jp", "there is no key \"country\""),
            ("utm_=x", "there is no key \"utm_\""),
            ("click", "\"click\" must be key=value"),
            ("utm_source=Yahoo Japan", "\"Japan\" must be key=value"),
            ("utm_source=a,", "the value \"\" of utm_source is empty"),
            ("utm_source=100%", "the value \"100%\" of utm_source has a %"),
            ("click=GCLID", "the value \"GCLID\" of click is no kind of click id"),
            ("referrer=https://google.com/", "of referrer must be a host"),
            ("path=lp", "the value \"lp\" of path must begin with /"),
            ("path=/*/lp", "of path may have a * only at its end"),
        ] {
            let error = Rule::parse(text).expect_err(text).to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
    }
}
