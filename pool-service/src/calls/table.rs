//! CSV by RFC 4180, made row by row; texts cannot become formulas.

use crate::domain::csv_cell;

/// What tells Excel that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file that grows. Lines end in CRLF.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
    written: usize,
}

impl Table {
    /// An empty one; with a byte order mark if a spreadsheet is to open it.
    pub fn new(bom: bool) -> Self {
        let start = if bom { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
        Self { writer: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(start), written: 0 }
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        // Writing to memory cannot fail, and the rows of a file have as many cells as its first.
        for cell in cells {
            self.written += cell.as_ref().len() + 1;
            let _ = self.writer.write_field(csv_cell::safe(cell.as_ref()).as_bytes());
        }
        let _ = self.writer.write_record(None::<&[u8]>);
    }

    /// About how many bytes have been written since the last time.
    pub fn written(&self) -> usize {
        self.written
    }

    /// What has been written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        self.written = 0;
        let next = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        std::mem::replace(&mut self.writer, next).into_inner().unwrap_or_default()
    }
}
