//! A text as characters that know what they are and where they stand. Text is decoded here and nowhere else.

use alloc::vec::Vec;

use super::chars::{Class, class_of};

/// One character of a text.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    /// Its byte offset, or the number of its node: whatever the reader of the text wants back.
    pub(crate) at: usize,
    pub(crate) character: char,
    pub(crate) class: Class,
}

impl Cell {
    /// A character that stands at `at`.
    pub(crate) fn new(at: usize, character: char) -> Self {
        Self { at, character, class: class_of(character) }
    }

    /// The value of a digit.
    pub(crate) fn digit(&self) -> Option<u8> {
        match self.class {
            Class::Digit(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is a bracket.
    pub(crate) fn is_bracket(&self) -> bool {
        matches!(self.class, Class::Open | Class::Close)
    }
}

/// Reads `text`, each character at its byte offset.
pub(crate) fn read(text: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    read_on(&mut cells, text, None);
    cells
}

/// Adds `text`, as that of a node if it is given, else each character at its byte offset.
pub(crate) fn read_on(cells: &mut Vec<Cell>, text: &str, node: Option<usize>) {
    let mut offset = 0;
    for character in text.chars() {
        cells.push(Cell::new(node.unwrap_or(offset), character));
        offset += character.len_utf8();
    }
}
