//! In which encoding a file is written: UTF-8 or, as older Japanese programs write, CP932 (`Shift_JIS`). Pure.

use encoding_rs::SHIFT_JIS;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, io};

/// The mark at the start of a file that is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// In which encoding a file is written. In both a line ends at the byte of a line feed, and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows code page 932.
    Cp932,
}

impl Encoding {
    /// Reads its name; `auto` is none of them.
    ///
    /// # Errors
    /// When it is another one.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(None),
            "utf-8" | "utf8" => Ok(Some(Self::Utf8)),
            "cp932" | "shift_jis" | "shift-jis" | "sjis" | "windows-31j" => Ok(Some(Self::Cp932)),
            _ => Err("must be auto, utf-8 or cp932".to_owned()),
        }
    }

    /// Reads a whole file to see what it is: UTF-8 if all of it is, else CP932.
    ///
    /// # Errors
    /// When it cannot be read, or is UTF-16, in which lines end otherwise.
    pub fn of(mut file: impl io::Read) -> io::Result<Self> {
        let mut buffer = vec![0; 64 * 1024];
        let (mut kept, mut is_start) = (0, true);
        loop {
            let read = file.read(&mut buffer[kept..])?;
            let bytes = &buffer[..kept + read];
            if is_start && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
                return Err(io::Error::other("it is written in UTF-16: save it as CSV UTF-8"));
            }
            if read == 0 {
                return Ok(if kept == 0 { Self::Utf8 } else { Self::Cp932 });
            }
            is_start &= bytes.len() < 2;
            match std::str::from_utf8(bytes) {
                Ok(_) => kept = 0,
                Err(error) if error.error_len().is_some() => return Ok(Self::Cp932),
                // A character that the buffer cut in two.
                Err(error) => {
                    let (from, to) = (error.valid_up_to(), bytes.len());
                    buffer.copy_within(from..to, 0);
                    kept = to - from;
                }
            }
        }
    }

    /// The text of some bytes; `None` if they are none. The first line of a file comes without its mark.
    pub fn decode(self, bytes: &[u8], is_first: bool) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => {
                let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first).unwrap_or(bytes);
                std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
            }
            Self::Cp932 => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    /// The same with marks for what is no text.
    pub fn decode_roughly(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Cp932 => SHIFT_JIS.decode_without_bom_handling(bytes).0,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "CP932",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;
    use encoding_rs::SHIFT_JIS;
    use proptest::prelude::*;
    use std::io::{self, Read};

    /// Gives a few bytes at a time, as pipes do.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn a_file_is_what_all_of_it_is() {
        let text = "発信番号,着信番号\n090-1234-5678,050-3111-0001\n".repeat(4_000);
        let (cp932, _, _) = SHIFT_JIS.encode(&text);
        for step in [1, 3, 1_000_000] {
            assert_eq!(Encoding::of(Slowly(text.as_bytes(), step)).ok(), Some(Encoding::Utf8), "{step}");
            assert_eq!(Encoding::of(Slowly(&cp932, step)).ok(), Some(Encoding::Cp932), "{step}");
        }
        let ascii = b"caller,number\n".as_slice();
        assert_eq!(Encoding::of(ascii).ok(), Some(Encoding::Utf8));
        assert_eq!(Encoding::of(b"".as_slice()).ok(), Some(Encoding::Utf8));
        assert_eq!(Encoding::of([ascii, b"\x94"].concat().as_slice()).ok(), Some(Encoding::Cp932));
        assert!(Encoding::of(b"\xff\xfec\x00".as_slice()).is_err());
    }

    #[test]
    fn machine_dependent_characters_and_half_width_kana_are_text() {
        let (bytes, _, lost) = SHIFT_JIS.encode("①②㈱髙ｶﾅ～－");
        assert!(!lost);
        assert_eq!(Encoding::Cp932.decode(&bytes, false).as_deref(), Some("①②㈱髙ｶﾅ～－"));
        assert_eq!(Encoding::Cp932.decode(b"\x81", false), None);
        assert_eq!(Encoding::Utf8.decode(b"\xef\xbb\xbfa", true).as_deref(), Some("a"));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..64), step in 1..9_usize) {
            if let Ok(encoding) = Encoding::of(Slowly(&bytes, step)) {
                prop_assert_eq!(encoding == Encoding::Utf8, std::str::from_utf8(&bytes).is_ok());
                encoding.decode(&bytes, true);
                encoding.decode_roughly(&bytes);
            }
        }
    }
}
