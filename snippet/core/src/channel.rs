//! Which channel a visit came by: the first whose rule holds. The rules of operators, made into regular expressions for
//! the page's own language, so that no visitor downloads what reads them.
//!
//! A rule is conditions with blanks between, all of which must hold: `key=value,value…` (any of them) or
//! `key!=value,value…` (none of them). A value is percent-encoded text and means that text, or any that begins so if it
//! ends in `*`; `*` alone means any but the empty one, and `-` alone the empty one. Case does not matter. The keys:
//!
//! - `click`: the kinds of the ad clicks that were found
//! - `utm_source` and every other `utm_…`: the parameter of the landing page, the first of that name that says something
//! - `referrer`: the host that led here; a value stands for its sub-domains too
//! - `path`: the path of the landing page

use alloc::{format, string::String, vec::Vec};
use core::fmt::{self, Write};

/// One condition of a rule: it holds if the pattern matches that fact, or if it is not wanted and does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at: `click` (the kinds with commas between), or the address `landing_page` or `referrer`. A fact
    /// that is not known is the empty text.
    pub fact: &'static str,
    /// Whether it is to match.
    pub is_wanted: bool,
    /// Source of a JavaScript `RegExp`, whose flag is `i`.
    pub pattern: String,
}

/// A rule that is none: no visit came by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("must be conditions like click=gclid with blanks between")
    }
}

impl core::error::Error for Malformed {}

/// Reads a rule. One without conditions always holds.
///
/// # Errors
/// For a condition without `=`, or with a key that is not known.
///
/// ```
/// let conditions = snippet_core::channel::compile("click=gclid referrer!=*").unwrap();
/// assert_eq!(conditions[0].pattern, "^(?:(?:.*,)?(?:gclid)(?:[,]|$))");
/// assert_eq!((conditions[1].fact, conditions[1].is_wanted), ("referrer", false));
/// ```
pub fn compile(rule: &str) -> Result<Vec<Condition>, Malformed> {
    rule.split(' ').filter(|condition| !condition.is_empty()).map(condition).collect()
}

/// Where a fact stands in what is matched: what is before it, which characters end it, and what a text looks like that
/// has none.
struct Place {
    before: String,
    ends: &'static str,
    absent: String,
}

fn condition(text: &str) -> Result<Condition, Malformed> {
    let (key, values) = text.split_once('=').ok_or(Malformed)?;
    let (key, is_wanted) = key.strip_suffix('!').map_or((key, true), |key| (key, false));
    let place = |before: &str, ends, absent: &str| Place { before: before.into(), ends, absent: absent.into() };
    let (fact, place) = match key {
        "click" => ("click", place("(?:.*,)?", ",", "$")),
        "referrer" => ("referrer", place("[^/]*//(?:[^/?#:]*[.])?", "/?#:", "(?![^/]*//[^/?#:])")),
        "path" => ("landing_page", place("[^/]*//[^/?#]*(?=/)", "?#", "(?![^/]*//[^/?#]*/)")),
        _ if key.starts_with("utm_") => {
            let name = format!("[?&#]{}=", key.chars().map(plain).collect::<String>());
            let (before, absent) = (format!("(?:(?!{name}[^?&#]).)*{name}"), format!("(?!.*{name}[^?&#])"));
            ("landing_page", place(&before, "?&#", &absent))
        }
        _ => return Err(Malformed),
    };
    Ok(Condition { fact, is_wanted, pattern: place.pattern(values) })
}

impl Place {
    fn pattern(&self, values: &str) -> String {
        let Self { before, ends, absent } = self;
        let (empty, said): (Vec<&str>, Vec<&str>) = values.split(',').partition(|value| matches!(*value, "" | "-"));
        let said: Vec<String> = said.into_iter().map(|value| self.value(value)).collect();
        let mut ways = Vec::new();
        if !said.is_empty() {
            ways.push(format!("{before}(?:{})(?:[{ends}]|$)", said.join("|")));
        }
        if !empty.is_empty() {
            ways.push(absent.clone());
        }
        format!("^(?:{})", ways.join("|"))
    }

    fn value(&self, value: &str) -> String {
        let (text, more) = match value.strip_suffix('*') {
            Some("") => ("", "+"),
            Some(head) => (head, "*"),
            None => (value, ""),
        };
        let mut source = String::new();
        for chunk in decoded(text).utf8_chunks() {
            chunk.valid().chars().for_each(|character| self.spell(&mut source, character));
            escape(&mut source, chunk.invalid());
        }
        if more.is_empty() { source } else { format!("{source}[^{}]{more}", self.ends) }
    }

    /// Adds every way in which an address may write a character. Letters and digits are written in one way only.
    fn spell(&self, source: &mut String, character: char) {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '~') {
            source.push(character);
            return;
        }
        source.push_str("(?:");
        match character {
            ' ' => source.push_str("[ +]|"),
            // Itself only where no code begins; and a plus that is not encoded is a blank.
            '%' => source.push_str("%(?![0-9a-f]{2})|"),
            '+' => {}
            _ if self.ends.contains(character) => {}
            _ => {
                source.push_str(&plain(character));
                source.push('|');
            }
        }
        escape(source, character.encode_utf8(&mut [0; 4]).as_bytes());
        source.push(')');
    }
}

/// The bytes that a percent-encoded text stands for. A `%` that begins no code is itself.
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut bytes = Vec::new();
    while !rest.is_empty() {
        bytes.push(crate::address::next(&mut rest));
    }
    bytes
}

/// Adds the codes of these bytes.
fn escape(source: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(source, "%{byte:02X}");
    }
}

/// A character and nothing else, whatever it means in a regular expression.
fn plain(character: char) -> String {
    if "\\^$.*+?()[]{}|".contains(character) { format!("\\{character}") } else { character.into() }
}
