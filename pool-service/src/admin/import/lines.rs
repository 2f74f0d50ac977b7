//! A file as records of a table, line by line, so that nothing in one line can spoil another: neither a byte that is no
//! character nor a quotation mark that nobody closes. Reads as it goes, whatever the size. Pure but for the reading.

use super::encoding::Encoding;
use std::{
    borrow::Cow,
    collections::VecDeque,
    io::{self, BufRead},
};

/// A longer line is no record.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// A quoted field may go over so many lines.
const MAX_LINES_OF_RECORD: usize = 20;

/// One record, or a line that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The number of its first line, from 1.
    pub(super) line: u64,
    /// As it was, without its end.
    pub(super) text: String,
    /// Its fields, or why it has none.
    pub(super) fields: Result<Vec<String>, String>,
}

/// Reads records.
pub(super) struct Lines<R> {
    input: R,
    encoding: Encoding,
    delimiter: u8,
    /// How many fields a record has, as far as known: one of several lines must have as many.
    width: Option<usize>,
    /// Lines that were looked at ahead of their turn.
    waiting: VecDeque<Line>,
    count: u64,
    bytes: u64,
}

struct Line {
    number: u64,
    bytes: Vec<u8>,
    is_cut: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads records from the start of a file.
    pub(super) fn new(input: R, encoding: Encoding, delimiter: u8) -> Self {
        Self { input, encoding, delimiter, width: None, waiting: VecDeque::new(), count: 0, bytes: 0 }
    }

    /// Says how many fields a record has.
    pub(super) fn expect(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// How many lines and bytes were read so far.
    pub(super) fn position(&self) -> (u64, u64) {
        (self.count, self.bytes)
    }

    /// Passes over a line, whatever it is; gives whether there was one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn skip(&mut self) -> io::Result<bool> {
        self.line().map(|line| line.is_some())
    }

    /// The next record; lines without anything are passed over.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn next_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            let record = self.record(&line)?;
            if record.fields.as_ref().map_or(true, |fields| fields.iter().any(|field| !field.trim().is_empty())) {
                return Ok(Some(record));
            }
        }
    }

    fn record(&mut self, line: &Line) -> io::Result<Record> {
        let bad = |text: String, why: String| Record { line: line.number, text, fields: Err(why) };
        if line.is_cut {
            let text = self.encoding.decode_roughly(&line.bytes).chars().take(200).collect();
            return Ok(bad(text, format!("is longer than {MAX_LINE_BYTES} bytes")));
        }
        let Some(text) = self.encoding.decode(&line.bytes, line.number == 1).map(Cow::into_owned) else {
            let text = self.encoding.decode_roughly(&line.bytes).into_owned();
            return Ok(bad(text, format!("has bytes that are no {}", self.encoding.name())));
        };
        let mut quotes = Quotes::new(self.delimiter);
        quotes.see(&text);
        if !quotes.are_open() {
            return Ok(Record { line: line.number, fields: Ok(self.fields(&text)), text });
        }
        match self.joined(&text, quotes)? {
            Some((text, fields)) => Ok(Record { line: line.number, text, fields: Ok(fields) }),
            None => Ok(bad(text, "has a quotation mark that is not closed".to_owned())),
        }
    }

    /// A record that goes on in the next lines; `None` if they are records of their own.
    fn joined(&mut self, first: &str, mut quotes: Quotes) -> io::Result<Option<(String, Vec<String>)>> {
        let (mut text, mut taken) = (first.to_owned(), Vec::new());
        while quotes.are_open()
            && quotes.are_clean
            && taken.len() + 1 < MAX_LINES_OF_RECORD
            && text.len() < MAX_LINE_BYTES
        {
            let Some(line) = self.line()? else { break };
            let more =
                self.encoding.decode(&line.bytes, false).filter(|_| !line.is_cut).map(|more| format!("\n{more}"));
            taken.push(line);
            let Some(more) = more else { break };
            quotes.see(&more);
            text.push_str(&more);
        }
        let fields = self.fields(&text);
        if quotes.are_clean && !quotes.are_open() && self.width.is_none_or(|width| width == fields.len()) {
            return Ok(Some((text, fields)));
        }
        while let Some(line) = taken.pop() {
            self.waiting.push_front(line);
        }
        Ok(None)
    }

    fn fields(&self, text: &str) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(text.len().max(1))
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        // Text in memory is always read, and always UTF-8.
        let is_read = reader.read_record(&mut record).unwrap_or(false);
        record.iter().filter(|_| is_read).map(str::to_owned).collect()
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        let (mut bytes, mut is_cut, mut read) = (Vec::new(), false, 0);
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                available => available?,
            };
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(available.len());
            let room = MAX_LINE_BYTES.saturating_sub(bytes.len());
            is_cut |= taken > room;
            bytes.extend_from_slice(&available[..taken.min(room)]);
            let consumed = taken + usize::from(end.is_some());
            self.input.consume(consumed);
            read += consumed;
            if consumed == 0 || end.is_some() {
                break;
            }
        }
        if read == 0 {
            return Ok(None);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.count += 1;
        self.bytes += read as u64;
        Ok(Some(Line { number: self.count, bytes, is_cut }))
    }
}

/// Whether a quoted field is open at the end of a text.
struct Quotes {
    delimiter: char,
    place: Place,
    /// Nothing but a delimiter follows what was quoted.
    are_clean: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Within,
    Quoted,
    /// After a quotation mark in a quoted field: it ends here, or another one follows.
    Doubtful,
}

impl Quotes {
    fn new(delimiter: u8) -> Self {
        Self { delimiter: char::from(delimiter), place: Place::Start, are_clean: true }
    }

    fn see(&mut self, text: &str) {
        for c in text.chars() {
            self.are_clean &= self.place != Place::Doubtful || c == '"' || c == self.delimiter;
            self.place = match (self.place, c) {
                (Place::Quoted, '"') => Place::Doubtful,
                (Place::Quoted, _) | (Place::Start | Place::Doubtful, '"') => Place::Quoted,
                (_, c) if c == self.delimiter => Place::Start,
                _ => Place::Within,
            };
        }
    }

    fn are_open(&self) -> bool {
        self.place == Place::Quoted
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Lines, MAX_LINE_BYTES, Record};
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Record> {
        let mut lines = Lines::new(bytes, Encoding::Utf8, b',');
        lines.expect(3);
        std::iter::from_fn(|| lines.next_record().expect("bytes in memory")).collect()
    }

    fn fields(record: &Record) -> Vec<&str> {
        record.fields.as_ref().expect("a record").iter().map(String::as_str).collect()
    }

    #[test]
    fn records_are_read_as_spreadsheets_write_them() {
        let records = read(b"\xef\xbb\xbfa,b,c\r\n\r\n1,\"x, \"\"y\"\"\",3\n,,\n\"two\nlines\",2,3\n5\" pipe,b,c");
        let all: Vec<(u64, Vec<&str>)> = records.iter().map(|record| (record.line, fields(record))).collect();
        assert_eq!(
            all,
            [
                (1, vec!["a", "b", "c"]),
                (3, vec!["1", "x, \"y\"", "3"]),
                (5, vec!["two\nlines", "2", "3"]),
                (7, vec!["5\" pipe", "b", "c"]),
            ]
        );
    }

    #[test]
    fn a_bad_line_spoils_no_other() {
        let long = "x".repeat(MAX_LINE_BYTES + 1);
        let text = format!("1,\"open,3\n4,5,6\n\u{fffd}\n{long}\n7,8,9\n\"open at the end");
        let bytes: Vec<u8> = text.into_bytes();
        let broken = bytes.windows(3).position(|three| three == "\u{fffd}".as_bytes()).expect("there");
        let bytes = [&bytes[..broken], b"\xff", &bytes[broken + 3..]].concat();
        let records = read(&bytes);
        let why = |at: usize| records[at].fields.as_ref().expect_err("bad").clone();
        assert_eq!(records.len(), 6);
        assert_eq!(
            (records[0].text.as_str(), why(0)),
            ("1,\"open,3", "has a quotation mark that is not closed".into())
        );
        assert_eq!((records[1].line, fields(&records[1])), (2, vec!["4", "5", "6"]));
        assert_eq!((records[2].text.as_str(), why(2)), ("\u{fffd}", "has bytes that are no UTF-8".into()));
        assert_eq!((records[3].text.len(), why(3)), (200, "is longer than 65536 bytes".into()));
        assert_eq!((records[4].line, fields(&records[4])), (5, vec!["7", "8", "9"]));
        assert_eq!(records[5].text, "\"open at the end");
    }

    #[test]
    fn a_file_in_which_no_quotation_mark_is_closed_is_still_read_line_by_line() {
        let records = read("\"a,b,c\n".repeat(100).as_bytes());
        assert_eq!(records.len(), 100);
        assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn what_a_spreadsheet_writes_is_read_again(
            rows in proptest::collection::vec(proptest::collection::vec("[a\" ,\u{767a}\n;]{0,6}", 3), 0..8),
        ) {
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("memory");
            }
            let bytes = writer.into_inner().expect("memory");
            let read: Vec<Vec<String>> = read(&bytes).into_iter().map(|record| record.fields.expect("good")).collect();
            let kept: Vec<Vec<String>> =
                rows.into_iter().filter(|row| row.iter().any(|field| !field.trim().is_empty())).collect();
            prop_assert_eq!(read, kept);
        }

        #[test]
        fn no_bytes_are_too_strange_and_every_line_is_in_one_record(
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'a'), any::<u8>()], 0..80),
        ) {
            let records = read(&bytes);
            let numbers: Vec<u64> = records.iter().map(|record| record.line).collect();
            prop_assert!(numbers.windows(2).all(|two| two[0] < two[1]));
            let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
            prop_assert!(numbers.iter().all(|line| *line <= lines));
        }
    }
}
