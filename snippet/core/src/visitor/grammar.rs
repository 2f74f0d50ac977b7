//! How a platform writes an id into a value, and reading it: one parser, told by a few signs.
//!
//! | sign | reads |
//! |---|---|
//! | `#` | letters, digits, `_` and `-`, at least one |
//! | `:` | the same and dots |
//! | `!` | digits: when the click was, in seconds |
//! | `?` | digits: when the click was, in milliseconds |
//! | `$x` | nothing: goes to the field `x`, wherever it stands; fields begin behind a `.` or `$` |
//! | `<` | nothing: the id begins here, otherwise at the start; it ends where the grammar ends |
//! | `~` | a tilde, if there is one: an option of old tags wrote it |
//! | `*` | nothing, but more may follow behind a `.` or `$`: labels |
//! | else | itself |

/// Longest id that is taken, never cut. No platform publishes a limit above 100; longer texts are no ids.
const MAX_LENGTH: usize = 512;
/// More digits are no time.
const MAX_DIGITS: usize = 13;

/// The id in a value, and its time in milliseconds since 1970 if the value says one.
pub(super) fn read<'a>(value: &'a str, grammar: &str) -> Option<(&'a str, Option<u64>)> {
    let bytes = value.as_bytes();
    let peek = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let (mut at, mut start, mut time) = (0, 0, 0);
    let mut is_open = false;
    let mut signs = grammar.bytes();
    while let Some(sign) = signs.next() {
        match sign {
            b'<' => start = at,
            b'*' => is_open = true,
            b'$' => {
                let letter = signs.next()?;
                at = 1;
                while !(is_edge(peek(at - 1)) && peek(at) == letter) {
                    at += 1;
                    if at > bytes.len() {
                        return None;
                    }
                }
                at += 1;
            }
            b'#' | b':' | b'!' | b'?' => {
                let from = at;
                let mut number = 0u64;
                loop {
                    let byte = peek(at);
                    if !match sign {
                        b':' => is_id(byte),
                        b'#' => is_id(byte) && byte != b'.',
                        _ => byte.is_ascii_digit(),
                    } {
                        break;
                    }
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte & 15));
                    at += 1;
                }
                if at == from {
                    return None;
                }
                if at - from > MAX_DIGITS {
                    number = 0;
                }
                match sign {
                    b'!' => time = number * 1_000,
                    b'?' => time = number,
                    _ => {}
                }
            }
            _ if peek(at) == sign => at += 1,
            b'~' => {}
            _ => return None,
        }
    }
    let is_end = at == bytes.len() || is_open && is_edge(peek(at));
    let id = value.get(start..at)?;
    (is_end && (1..=MAX_LENGTH).contains(&id.len())).then_some((id, Some(time).filter(|time| *time > 0)))
}

fn is_edge(byte: u8) -> bool {
    byte == b'.' || byte == b'$'
}

/// Whether ids are made of such characters.
pub(super) fn is_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}
