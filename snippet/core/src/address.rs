//! Lists and the texts in them: parameters of addresses, cookies, percent-encoded patterns. A leaf.
//!
//! Bytes rather than texts: every separator is ASCII, and cutting texts costs a check of what is a character each time.

/// Cuts off what stands before the first `separator`; `rest` is `None` once there is no more. `&` stands for `?` and
/// `#` too, so that a whole address is a list of parameters, wherever single-page apps put them.
#[inline(never)]
pub fn cut<'a>(rest: &mut Option<&'a [u8]>, separator: u8) -> Option<&'a [u8]> {
    let text = (*rest)?;
    for (at, &byte) in text.iter().enumerate() {
        if byte == separator || separator == b'&' && (byte == b'?' || byte == b'#') {
            *rest = text.get(at + 1..);
            return text.get(..at);
        }
    }
    rest.take()
}

/// Cuts off a name and its value: `&` parts parameters, `;` cookies.
#[inline(never)]
pub fn cut_pair<'a>(rest: &mut Option<&'a [u8]>, separator: u8) -> Option<(&'a [u8], &'a [u8])> {
    loop {
        let mut value = cut(rest, separator);
        let mut name = cut(&mut value, b'=')?;
        if let [b' ', behind @ ..] = name {
            name = behind;
        }
        if let Some(value) = value {
            return Some((name, value));
        }
    }
}

/// The next byte of a text with its `%41` and `+` decoded; 0 at its end. A `%` that begins no code is itself.
#[inline(never)]
pub fn next(rest: &mut &[u8]) -> u8 {
    let [first, behind @ ..] = *rest else { return 0 };
    *rest = behind;
    if *first == b'+' {
        return b' ';
    }
    if *first == b'%'
        && let [high, low, behind @ ..] = behind
    {
        let code = hex(*high) << 4 | hex(*low);
        if code < 256 {
            *rest = behind;
            return code as u8;
        }
    }
    *first
}

/// Beyond what two digits can make if it is none.
#[inline(never)]
fn hex(digit: u8) -> u32 {
    char::from(digit).to_digit(16).unwrap_or(256)
}

/// Whether a text is what a pattern says, both percent-encoded: the same text, or any that begins so if the pattern
/// ends in `*`. The case of ASCII letters does not matter. `*` alone is any text but the empty one, and `-` alone is
/// the empty one.
#[inline(never)]
pub fn like(text: &[u8], pattern: &[u8]) -> bool {
    let (mut left, mut right) = (text, pattern);
    if right == b"-" {
        return left.is_empty();
    }
    loop {
        if right == b"*" {
            return !text.is_empty();
        }
        let byte = next(&mut left).to_ascii_lowercase();
        if byte != next(&mut right).to_ascii_lowercase() {
            return false;
        }
        if byte == 0 {
            return true;
        }
    }
}

/// Whether a text is [`like`] any of the patterns in a list, commas between.
#[inline(never)]
pub fn is_any(text: &[u8], patterns: &[u8]) -> bool {
    let mut rest = Some(patterns);
    while let Some(pattern) = cut(&mut rest, b',') {
        if like(text, pattern) {
            return true;
        }
    }
    false
}
