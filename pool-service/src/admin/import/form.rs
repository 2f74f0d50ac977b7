//! How a carrier's log is written, as the command line or a file of its own says. Pure.

use super::{columns::Mapping, encoding::Encoding};
use serde::{Deserialize, Serialize};

/// How a log is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Form {
    /// Which column says what.
    pub columns: Mapping,
    /// The IANA zone of moments that do not say it themselves.
    pub zone: Option<String>,
    /// How moments are written, as `strftime` has it; without it, in one of the usual ways.
    pub time_format: Option<String>,
    /// In which encoding; without it, that is found out.
    pub encoding: Option<Encoding>,
    /// What stands between fields: one character of ASCII.
    pub delimiter: char,
    /// Lines before the header.
    pub skip_lines: u64,
    /// The first line names the columns.
    pub header: bool,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            columns: Mapping::new(),
            zone: None,
            time_format: None,
            encoding: None,
            delimiter: ',',
            skip_lines: 0,
            header: true,
        }
    }
}

impl Form {
    /// Reads a file of this form: TOML with these names, the columns under `[columns]`.
    ///
    /// # Errors
    /// What is wrong with it, on one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Reads what stands between fields.
///
/// # Errors
/// When it is no character of ASCII.
pub fn delimiter(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (text, characters.next(), characters.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        (_, Some(one), None) if one.is_ascii() && one != '"' && !one.is_ascii_alphanumeric() => Ok(one),
        _ => Err("must be one character, as , or ; or tab".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, delimiter};
    use crate::admin::import::{
        columns::{Column, Field, Place},
        encoding::Encoding,
    };

    #[test]
    fn a_form_is_read_from_a_file() {
        let text = "zone = \"Asia/Tokyo\"\nencoding = \"cp932\"\nskip_lines = 2\n[columns]\n\
            started = [\"発信日\", \"発信時刻\"]\nnumber = [3]\n";
        let form = Form::parse(text).expect("a form");
        assert_eq!(
            (form.zone.as_deref(), form.encoding, form.skip_lines),
            (Some("Asia/Tokyo"), Some(Encoding::Cp932), 2)
        );
        assert_eq!(form.columns[&Field::Number], Column(vec![Place::At(3)]));
        assert_eq!((form.delimiter, form.header), (',', true));
        for wrong in ["zon = 1", "[columns]\nbegin = [1]", "encoding = \"latin1\"", "="] {
            assert!(Form::parse(wrong).is_err_and(|why| !why.contains('\n')), "{wrong}");
        }
    }

    #[test]
    fn a_delimiter_is_one_character() {
        assert_eq!((delimiter(";"), delimiter("tab"), delimiter("|")), (Ok(';'), Ok('\t'), Ok('|')));
        for wrong in ["", "ab", "、", "\"", "a"] {
            assert!(delimiter(wrong).is_err(), "{wrong}");
        }
    }
}
