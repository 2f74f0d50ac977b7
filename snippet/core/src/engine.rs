//! The swapping engine: armed with the site's numbers, it finds them in whatever text or link the page has and writes
//! those that stand in for them, in the page's own spelling.
//!
//! The page's language walks the page, asks the gate first and puts the answers back. What stands in one line of a
//! paragraph comes here as one text, its nodes parted by U+0000: `0120<b>-123</b>-456`.

use alloc::{string::String, vec::Vec};
use core::ops::Range;

use crate::{
    finder::{Found, found_at, gate},
    link::Dialled,
    phone::{MOST, Phone},
    spelling::{Cell, DIGIT, copy, cut, next_digit, put, put_sign, read, respell},
};

/// What to look for and what to put there.
#[derive(Default)]
pub struct Engine {
    keys: Vec<Key>,
}

struct Key {
    /// The texts that it counts in; 0 for all.
    scope: u32,
    number: Phone,
    /// Without digits if the number stays.
    replacement: Phone,
}

impl Engine {
    /// An engine that looks for nothing.
    pub const fn new() -> Self {
        Self { keys: Vec::new() }
    }

    /// Takes what to look for, one key a line: `<scope> <number> <replacement>`, or without replacement what is found
    /// and told, but stays. Answers the gate: source of a JavaScript `RegExp` without flags that matches wherever
    /// [`Engine::swap`] may find something.
    ///
    /// A number is `0120123456` or, in other countries, `6023133897/16023133897/3-3-4`: its national digits, its
    /// E.164 form if it has one, the lengths of its groups. Scope 0 is all of the page.
    ///
    /// ```
    /// use snippet_core::engine::Engine;
    /// let mut engine = Engine::new();
    /// engine.arm("0 0120123456 0120987654\n0 0312345678");
    /// let text = "フリーダイヤル０１２０－１２３－４５６まで";
    /// assert_eq!(engine.swap(text, false, 0), "0\0フリーダイヤル０１２０－９８７－６５４まで");
    /// assert_eq!(engine.swap("03-1234-5678", false, 0), "1");
    /// assert_eq!(engine.swap("0120-123-456-7", false, 0), "");
    /// ```
    pub fn arm(&mut self, lines: &str) -> String {
        self.keys.clear();
        let mut rest = lines;
        while !rest.is_empty() {
            let mut line = cut(&mut rest, b'\n');
            let scope = cut(&mut line, b' ')
                .bytes()
                .fold(0_u32, |scope, digit| scope.wrapping_mul(10).wrapping_add(u32::from(digit & 15)));
            let number = Phone::read(cut(&mut line, b' '));
            self.keys.push(Key { scope, number, replacement: Phone::read(line) });
        }
        gate(&self.keys.iter().map(|key| &key.number))
    }

    /// Swaps what is found in `text`, or in the value of a link; keys of this very scope count before those of scope 0.
    ///
    /// Answers the keys found, in the order of the text, as `3,5`, and if the text changes, U+0000 and the new text.
    /// Whatever is no part of a number stays, and so does every U+0000.
    pub fn swap(&self, text: &str, is_link: bool, scope: u32) -> String {
        let mut told = String::new();
        let mut written = String::new();
        if is_link {
            self.swap_link(text, scope, &mut told, &mut written);
        } else {
            let cells = read(text);
            let mut done = 0;
            self.each(&cells, scope, |index, key, found| {
                tell(&mut told, index);
                if let Some(first) = cells.get(found.first).filter(|_| key.replacement.is_number()) {
                    copy(&mut written, text, done, first.at);
                    respell(&mut written, text, &cells, found, &key.number, &key.replacement);
                    done = cells.get(found.last).map_or(done, |last| last.end);
                }
            });
            copy(&mut written, text, done, text.len());
        }
        if !told.is_empty() && written != text {
            put(&mut told, "\0");
            put(&mut told, &written);
        }
        told
    }

    /// The keys found in `text` and the bytes that they take: from the first digit, the plus or a bracket that closes
    /// within the number, to the last digit or bracket.
    pub fn find(&self, text: &str, scope: u32) -> Vec<(usize, Range<usize>)> {
        let cells = read(text);
        let mut hits = Vec::new();
        self.each(&cells, scope, |index, _, found| {
            if let (Some(first), Some(last)) = (cells.get(found.first), cells.get(found.last)) {
                hits.push((index, first.at..last.end));
            }
        });
        hits
    }

    /// The national digits of every Japanese number in `text`, one a line, as `arm` and `swap` would find them.
    ///
    /// ```
    /// use snippet_core::engine::Engine;
    /// assert_eq!(Engine::discover("TEL 03-1234-5678 / FAX 03-1234-5679"), "0312345678\n");
    /// ```
    pub fn discover(text: &str) -> String {
        let cells = read(text);
        let mut numbers = String::new();
        let mut at = 0;
        while at < cells.len() {
            at = discovered_at(&cells, at, &mut numbers).unwrap_or(at) + 1;
        }
        numbers
    }

    /// The link with another number in it. The scheme stays as the page wrote it, and so does what follows the number
    /// (`;ext=12`, `?body=…`). The number becomes digits, with `+` only where the page used it and there is such a form.
    fn swap_link(&self, link: &str, scope: u32, told: &mut String, written: &mut String) -> Option<()> {
        let mut rest = link.trim_ascii_start();
        let scheme = u32::from_be_bytes(*rest.as_bytes().first_chunk()?) | 0x2020_2020;
        if scheme != u32::from_be_bytes(*b"tel:") && scheme != u32::from_be_bytes(*b"sms:") {
            return None;
        }
        rest = rest.get(4..)?;
        rest = rest.strip_prefix("//").unwrap_or(rest);
        let dialled = Dialled::read(rest)?;
        let (index, key) = self.first(scope, |phone| dialled.is(phone))?;
        tell(told, index);
        if key.replacement.is_number() {
            for part in &[link.get(..link.len() - rest.len())?, dialled.instead(&key.replacement), dialled.tail] {
                put(written, part);
            }
        } else {
            put(written, link);
        }
        Some(())
    }

    /// Every number in a text: in order, none over another.
    fn each(&self, cells: &[Cell], scope: u32, mut tell: impl FnMut(usize, &Key, &Found)) {
        let mut at = 0;
        let mut found = Found::default();
        while let Some(cell) = cells.get(at) {
            if cell.class == DIGIT
                && let Some((index, key)) = self.first(scope, |phone| found_at(cells, at, phone, &mut found))
            {
                tell(index, key, &found);
                at = found.tail;
            }
            at += 1;
        }
    }

    /// The first key that `find` finds: those of this scope come before those of all scopes.
    fn first(&self, scope: u32, mut find: impl FnMut(&Phone) -> bool) -> Option<(usize, &Key)> {
        for &wanted in &[scope, 0] {
            for (index, key) in self.keys.iter().enumerate() {
                if key.scope == wanted && find(&key.number) {
                    return Some((index, key));
                }
            }
        }
        None
    }
}

/// Adds the index of a key.
fn tell(told: &mut String, index: usize) {
    if !told.is_empty() {
        put_sign(told, b',', false);
    }
    put_integer(told, index);
}

fn put_integer(text: &mut String, value: usize) {
    if value > 9 {
        put_integer(text, value / 10);
    }
    put_sign(text, b'0' + (value % 10) as u8, false);
}

/// Tells the Japanese number that begins with the digit at `first`, the longest that stands alone, and where it ends.
fn discovered_at(cells: &[Cell], first: usize, numbers: &mut String) -> Option<usize> {
    let mut found = Found::default();
    let head = cells.get(first)?;
    if head.start == first && head.letter != '0' {
        return None;
    }
    let mut national = String::new();
    let mut at = first;
    if head.start != first {
        // Behind the country code, and the 0 that may follow it.
        at = next_digit(cells, next_digit(cells, at, true), true);
        put_sign(&mut national, b'0', false);
        if cells.get(at)?.letter == '0' {
            at = next_digit(cells, at, true);
        }
    }
    while let Some(cell) = cells.get(at).filter(|cell| cell.class == DIGIT && national.len() < MOST) {
        put_sign(&mut national, cell.letter as u8, false);
        at = next_digit(cells, at, true);
    }
    for length in (8..=national.len()).rev() {
        let phone = Phone::japanese(national.get(..length)?);
        if phone.is_given_out() && found_at(cells, first, &phone, &mut found) {
            put(numbers, &phone.national);
            put(numbers, "\n");
            return Some(found.tail);
        }
    }
    None
}
