//! A text as characters that know what they are and where they stand. Text is read here and nowhere else.

use alloc::vec::Vec;

use super::chars::{BLANK, BRACKET, Class, DIGIT, DROPPED, MARK, OPEN, OTHER, PLUS, class_of, narrow};

/// One visible character of a text. Invisible ones stand between the end of one and the beginning of the next.
pub(crate) struct Cell {
    /// Its byte offset.
    pub(crate) at: usize,
    /// The byte offset behind it.
    pub(crate) end: usize,
    /// Its half-width form.
    pub(crate) letter: char,
    pub(crate) class: Class,
    /// Of a digit: what stands between it and the digit before, as a set.
    pub(crate) gap: Class,
    /// Of a digit: the cell of the plus that introduces it, else its own.
    pub(crate) start: usize,
}

impl Cell {
    /// Whether it is the full-width form of an ASCII character.
    pub(crate) fn is_wide(&self) -> bool {
        self.end - self.at > 1
    }
}

/// Reads `text`.
pub(crate) fn read(text: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut at = 0;
    let (mut plus, mut before) = (NOWHERE, NOWHERE);
    for character in text.chars() {
        let letter = narrow(character);
        let class = class_of(letter);
        let end = at + character.len_utf8();
        if class != DROPPED {
            let start = cells.len();
            cells.push(Cell { at, end, letter, class, gap: 0, start });
            if class == DIGIT {
                let gap = gap_between(&cells, before, start);
                if let Some(cell) = cells.last_mut() {
                    cell.gap = gap;
                    if plus != NOWHERE {
                        cell.start = plus;
                    }
                }
                before = start;
            }
            if class == PLUS {
                plus = start;
            } else if class & (BLANK | OPEN) == 0 {
                plus = NOWHERE;
            }
        }
        at = end;
    }
    cells
}

/// The index of no cell.
pub(crate) const NOWHERE: usize = usize::MAX;

/// Visible characters that may stand between two digits of one number, and bytes of invisible ones.
const LONGEST: usize = 8;
const INVISIBLE: usize = 16;

/// What stands between two cells, as a set; something that breaks a number if it is too much, or if there is no left
/// cell.
#[inline(never)]
pub(crate) fn gap_between(cells: &[Cell], left: usize, right: usize) -> Class {
    let Some([first, rest @ ..]) = cells.get(left..right.wrapping_add(1)) else { return OTHER };
    let (mut gap, mut class, mut end) = (0, 0, first.end);
    let (mut invisible, mut marks, mut brackets) = (0, 0, 0);
    for cell in rest {
        gap |= class;
        marks += u8::from(class & MARK != 0);
        brackets += u8::from(class & BRACKET != 0);
        invisible += cell.at - end;
        (class, end) = (cell.class, cell.end);
        if marks > 2 || brackets > 2 {
            return OTHER;
        }
    }
    if invisible > INVISIBLE || rest.len() > LONGEST + 1 { OTHER } else { gap }
}

/// The cell next to `at`; beyond the first one there is none that leads anywhere.
pub(crate) fn next(at: usize, forwards: bool) -> usize {
    at.wrapping_add(if forwards { 1 } else { NOWHERE })
}

/// The digit next to `at`.
#[inline(never)]
pub(crate) fn next_digit(cells: &[Cell], mut at: usize, forwards: bool) -> usize {
    loop {
        at = next(at, forwards);
        match cells.get(at) {
            Some(cell) if cell.class != DIGIT => {}
            Some(_) => return at,
            None => return NOWHERE,
        }
    }
}
