//! Where the site's numbers stand in a text: every Japanese spelling of them, and nothing that merely has the same
//! digits in it.
//!
//! Not for rewriting ([`crate::split`], which calls this for every text) and not for walking a page. The DOM layer
//! keeps [`Finder::gate_regex_source`] for the browser's own regular expressions, so that only text that may hold a
//! number comes here.

mod boundary;
mod digits;
mod gap;
mod gate;
mod label;
mod letters;
mod shape;

use alloc::vec::Vec;

use crate::{
    number::Number,
    spelling::{Cell, read},
};
use digits::{Digit, read_digits};

/// Finds any of a site's targets.
#[derive(Clone, Debug)]
pub struct Finder {
    targets: Vec<Number>,
}

/// Digits of the shortest number.
const FEWEST: usize = 8;

/// One target's number on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Byte offset of its first character: a digit, the plus, or a bracket that closes within the number.
    pub start: usize,
    /// Byte offset behind its last.
    pub end: usize,
    /// Index of the target in the list given to [`Finder::new`].
    pub target: usize,
}

impl Finder {
    /// A finder of these targets; without any it finds nothing.
    pub fn new(targets: &[Number]) -> Self {
        Self { targets: targets.to_vec() }
    }

    /// The targets in `text`, in order, none over another.
    ///
    /// ```
    /// use snippet_core::{finder::Finder, number::Number};
    /// let finder = Finder::new(&[Number::from_national("0120123456").unwrap()]);
    /// let text = "フリーダイヤル０１２０－１２３－４５６まで";
    /// let hits = finder.find(text);
    /// assert_eq!(&text[hits[0].start..hits[0].end], "０１２０－１２３－４５６");
    /// assert_eq!(finder.find("0120-123-456-7"), []);
    /// ```
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if may_be_in(&[text]) {
            let cells = read(text);
            let offset = |index: usize| cells.get(index).map_or(text.len(), |cell| cell.at);
            self.each_in(&cells, &mut |target, first, last| {
                hits.push(Hit { start: offset(first), end: offset(last + 1), target });
            });
        }
        hits
    }

    /// Tells of every hit its target and the index of its first and of its last cell.
    pub(crate) fn each_in(&self, cells: &[Cell], tell: &mut dyn FnMut(usize, usize, usize)) {
        let digits = read_digits(cells);
        let mut at = 0;
        'digits: while at < digits.len() {
            for (target, number) in self.targets.iter().enumerate() {
                if let Some((first, last, last_digit)) = found_at(cells, &digits, at, number) {
                    tell(target, first, last);
                    at = last_digit + 1;
                    continue 'digits;
                }
            }
            at += 1;
        }
    }

    /// The target that a number names, if it is one.
    pub fn target_of(&self, number: &Number) -> Option<usize> {
        self.targets.iter().position(|target| target.national == number.national)
    }
}

/// Whether texts that are read as one have digits enough. Cheap, and often enough to be done with a text.
pub(crate) fn may_be_in(texts: &[&str]) -> bool {
    let mut digits = 0;
    for text in texts {
        let mut before = 0;
        for byte in text.bytes() {
            // The last two of the three bytes of a full-width digit tell enough.
            digits += usize::from(byte.is_ascii_digit() || before == 0xbc && byte & 0xf0 == 0x90);
            before = byte;
        }
    }
    digits >= FEWEST
}

/// Whether `number` begins with the digit at `at`: its first and last cell, and its last digit.
fn found_at(cells: &[Cell], digits: &[Digit], at: usize, number: &Number) -> Option<(usize, usize, usize)> {
    let spelled = shape::spelled_at(digits, at, number)?;
    let (first, last) = boundary::extent(cells, digits, &spelled)?;
    let (before, after) = (cells.get(..first)?, cells.get(last + 1..)?);
    let bare = spelled.is_bare(digits);
    let alone = boundary::stands_alone(cells, digits, &spelled, first, last);
    let told = label::allow(before, after, bare) && letters::allow(before, after, bare);
    (alone && told).then_some((first, last, spelled.last))
}
