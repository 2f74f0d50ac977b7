//! A number to dial: its national digits and, where one exists, its international form.
//!
//! For telling numbers apart and writing them into links. Not for how a page spells them ([`crate::spelling`]) nor for
//! finding them in a text ([`crate::finder`]). Every other module that handles numbers takes them from here.

use alloc::{borrow::ToOwned, string::String};

use crate::spelling::{Cell, Class, Layout, read};

/// A Japanese number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The digits dialled within Japan, ASCII, with the leading 0.
    pub national: String,
    /// `+81…`; none for numbers that begin with 00, which cannot be dialled from abroad.
    pub e164: Option<String>,
}

impl Number {
    /// A number out of its national digits and nothing else; `None` if it is none that Japan gives out.
    ///
    /// ```
    /// use snippet_core::number::Number;
    /// assert_eq!(Number::from_national("0120123456").unwrap().e164.as_deref(), Some("+81120123456"));
    /// assert_eq!(Number::from_national("0078601012345").unwrap().e164, None);
    /// ```
    pub fn from_national(digits: &str) -> Option<Self> {
        let mut number = Self { national: digits.to_owned(), e164: None };
        if !number.is_japanese() {
            return None;
        }
        if !digits.starts_with("00") {
            let mut e164 = "+81".to_owned();
            e164.push_str(digits.get(1..)?);
            number.e164 = Some(e164);
        }
        Some(number)
    }

    /// Reads any spelling that is a number and nothing else: `０３（１２３４）５６７８`, `+81 (0)3-1234-5678`.
    pub fn parse(spelling: &str) -> Option<Self> {
        Self::from_cells(&read(spelling))
    }

    /// [`Number::parse`].
    pub(crate) fn from_cells(cells: &[Cell]) -> Option<Self> {
        let (mut begun, mut plus) = (false, false);
        for cell in cells {
            match cell.class {
                Class::Plus if begun => return None,
                Class::Plus => plus = true,
                Class::Break | Class::Other => return None,
                _ => {}
            }
            begun |= plus || cell.digit().is_some();
        }
        let spelling = Layout::read(cells);
        // Only what has an international form can have been written in it.
        let possible = |number: &Self| !plus || spelling.country == 81 && number.e164.is_some();
        Self::from_national(&spelling.national).filter(possible)
    }

    /// Whether its national digits are such as Japan gives out.
    pub(crate) fn is_japanese(&self) -> bool {
        let digits = self.national.as_bytes();
        let possible = match digits {
            [b'0', b'0', ..] => 8..=17,
            [b'0', ..] => 10..=11,
            _ => return false,
        };
        possible.contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
    }
}
