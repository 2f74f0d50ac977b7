//! Swapping numbers in text that may be spread over several text nodes: `<span>0120</span>-<b>123</b>-456`.
//!
//! The one way by which text is rewritten; a single text is the case of one node. Not for links ([`crate::href`]) and
//! not for deciding which nodes are read as one text: the DOM layer passes what stands in one line of a paragraph.

use alloc::{string::String, vec::Vec};

use crate::{
    finder::{Finder, may_be_in},
    number::Number,
    spelling::{Cell, read_on, spell},
};

/// What the texts become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// The new text of every node; `None` where nothing changes.
    pub texts: Vec<Option<String>>,
    /// The target of every number swapped, in order.
    pub swapped: Vec<usize>,
}

/// Swaps the finder's targets in `texts`, read as one text, for the numbers that `number_of` gives. A target without a
/// number stays. Whatever is no part of a number stays, and every character of the page that stays is where it was.
pub fn rewrite(texts: &[&str], finder: &Finder, number_of: &dyn Fn(usize) -> Option<Number>) -> Rewrite {
    let mut swapped = Vec::new();
    let mut written = Vec::new();
    if may_be_in(texts) {
        let mut cells = Vec::new();
        for (node, text) in texts.iter().enumerate() {
            read_on(&mut cells, text, Some(node));
            written.push(String::new());
        }
        let mut emit = |cell: &Cell, character| {
            if let Some(text) = written.get_mut(cell.at) {
                text.push(character);
            }
        };
        let mut rest = 0;
        finder.each_in(&cells, &mut |target, first, last| {
            if let (Some(number), Some(original)) = (number_of(target), cells.get(first..=last)) {
                copy(cells.get(rest..first), &mut emit);
                spell(original, &number, &mut emit);
                swapped.push(target);
                rest = last + 1;
            }
        });
        copy(cells.get(rest..), &mut emit);
    }
    let mut written = written.into_iter();
    let changed = |old: &&str| written.next().filter(|new| new != *old);
    Rewrite { texts: texts.iter().map(changed).collect(), swapped }
}

fn copy(cells: Option<&[Cell]>, emit: &mut dyn FnMut(&Cell, char)) {
    for cell in cells.unwrap_or_default() {
        emit(cell, cell.character);
    }
}
