//! A number to dial: its national digits and, where one exists, its international form.
//!
//! For telling numbers apart. Not for finding them in a text nor for writing them, which is what [`crate::engine`] does.

use alloc::string::String;

use crate::{link::Dialled, phone::Phone};

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
        Self::given(Phone::japanese(digits))
    }

    /// Reads any spelling that is a number and nothing else: `０３（１２３４）５６７８`, `+81 (0)3-1234-5678`.
    pub fn parse(spelling: &str) -> Option<Self> {
        let dialled = Dialled::read(spelling)?;
        if dialled.tail.is_empty() { Self::given(dialled.japanese()) } else { None }
    }

    fn given(phone: Phone) -> Option<Self> {
        let e164 = Some(phone.e164).filter(|e164| !e164.is_empty());
        Some(Self { national: phone.national, e164 }).filter(|number| !number.national.is_empty())
    }
}
