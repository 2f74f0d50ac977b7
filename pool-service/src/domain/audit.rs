//! The audit log: who changed what of the installation, and how that ended.

use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Lines kept of one change; a long answer is cut here.
pub const MAX_LINES: usize = 200;
/// Longer texts are cut.
const MAX_CHARACTERS: usize = 500;

/// Who changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "via", rename_all = "snake_case")]
pub enum Actor {
    /// A person at a command line of the machine.
    CommandLine {
        /// The name by which the operating system knows them.
        user: String,
    },
    /// A program with an access token.
    Token {
        /// The token's id.
        id: String,
    },
    /// The service itself, by its rules.
    Service,
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody knows: it is under way, or ended without being able to say so.
    Begun,
    /// It was done.
    Done,
    /// It made no sense; nothing was changed.
    Refused,
    /// The store failed; some of it may have been done.
    Failed,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it began.
    pub at: Timestamp,
    /// Who wanted it.
    pub by: Actor,
    /// What it was: the command's name.
    pub action: String,
    /// What was asked, in words; no secrets, no callers.
    pub asked: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was done, or why not; no secrets, no callers.
    #[serde(default)]
    pub lines: Vec<String>,
}

impl Entry {
    /// The key of an entry: keys sort by time, those of one process and moment by their place.
    pub fn key(at: Timestamp, place: u32, tail: [u8; 4]) -> String {
        format!("{}-{place:08x}{:08x}", first_key(at), u32::from_be_bytes(tail))
    }

    /// A change that begins.
    pub fn begun(at: Timestamp, by: Actor, action: &str, asked: &str) -> Self {
        let (action, asked) = (action.to_owned(), cut(asked));
        Self { at, by, action, asked, outcome: Outcome::Begun, lines: Vec::new() }
    }

    /// The same once it has ended.
    pub fn ended(self, outcome: Outcome, lines: &[String]) -> Self {
        let mut kept: Vec<String> = lines.iter().take(MAX_LINES).map(|line| cut(line)).collect();
        if lines.len() > MAX_LINES {
            kept.push(format!("… and {} more lines", lines.len() - MAX_LINES));
        }
        Self { outcome, lines: kept, ..self }
    }
}

impl Outcome {
    /// Its name in storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine { user } => write!(f, "{user} (command line)"),
            Self::Token { id } => write!(f, "token {id}"),
            Self::Service => f.write_str("the service"),
        }
    }
}

/// Whether a text is written as keys of entries are, also those of versions that gave entries no place.
pub fn is_key(text: &str) -> bool {
    let is_hexadecimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let parts = text.split_once('-').filter(|(_, tail)| [8, 16].contains(&tail.len()) && is_hexadecimal(tail));
    parts.is_some_and(|(at, _)| at.len() == 13 && at.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Later than any entry.
pub const END: Timestamp = Timestamp::from_millis(9_999_999_999_999);

/// The first key of a moment.
pub fn first_key(at: Timestamp) -> String {
    format!("{:013}", at.min(END).as_millis())
}

/// One line of bounded length.
fn cut(text: &str) -> String {
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut cut: String = one_line.clone().take(MAX_CHARACTERS).collect();
    if one_line.count() > MAX_CHARACTERS {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::{Actor, Entry, Outcome, Timestamp};

    #[test]
    fn an_entry_is_of_bounded_size_and_on_lines_of_its_own() {
        let by = Actor::Token { id: "1".to_owned() };
        let entry = Entry::begun(Timestamp::default(), by, "apply", &"あ\n".repeat(1_000));
        assert!(entry.asked.chars().count() == 501 && !entry.asked.contains('\n'));
        let entry = entry.ended(Outcome::Done, &vec!["x".to_owned(); 1_000]);
        assert_eq!(entry.lines.len(), 201);
        assert_eq!(entry.lines[200], "… and 800 more lines");
    }
}
