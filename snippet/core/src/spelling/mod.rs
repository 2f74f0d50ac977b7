//! How pages write numbers: which characters count as what, and writing another number the way the page wrote its own.
//!
//! Not for deciding whether something is a number ([`crate::finder`]).

mod cells;
mod chars;
mod pen;
mod texts;

pub(crate) use cells::{Cell, NOWHERE, gap_between, next, next_digit, read};
pub(crate) use chars::{
    BLANK, BRACKET, BREAK, BROKEN, CLOSE, Class, DIGIT, DOT, MARK, OPEN, OTHER, PLUS, SLASH, class_of, narrow,
};
pub(crate) use pen::respell;
pub(crate) use texts::{copy, cut, put, put_sign};
