//! Reads a log on a thread of its own, a few lines ahead.

use super::{
    Wanted,
    columns::Columns,
    encoding::Encoding,
    lines::Lines,
    moments::Moments,
    row::{self, Row},
};
use crate::{
    admin::Refused,
    domain::time::{Span, Timestamp},
};
use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};
use tokio::sync::mpsc;

/// Lines that are read ahead.
const AHEAD: usize = 256;
/// Clocks of carriers may run ahead by so much.
const CLOCK_SKEW: Span = Span::from_seconds(3_600);

/// A line that was read.
pub(super) struct Read {
    pub(super) line: u64,
    /// As it was.
    pub(super) text: String,
    pub(super) row: Result<Row, String>,
    /// How much of the file is read.
    pub(super) percent: u64,
}

/// Lines as they are read.
pub(super) struct Reading(mpsc::Receiver<Result<Read, Refused>>);

impl Reading {
    /// Begins to read; no call can have begun long after `now`.
    pub(super) fn begin(wanted: &Wanted, now: Timestamp) -> Self {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let wanted = wanted.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(refused) = read(&wanted, now + CLOCK_SKEW, &sender) {
                // Nobody waits any more: nobody needs to know.
                let _ = sender.blocking_send(Err(refused));
            }
        });
        Self(receiver)
    }

    /// The next line; `None` after the last one.
    pub(super) async fn next(&mut self) -> Option<Result<Read, Refused>> {
        self.0.recv().await
    }
}

fn read(wanted: &Wanted, until: Timestamp, sender: &mpsc::Sender<Result<Read, Refused>>) -> Result<(), Refused> {
    let told = |error: io::Error| unreadable(&wanted.file, &error);
    let form = &wanted.form;
    let moments = Moments::new(form.zone.as_deref(), form.time_format.as_deref()).map_err(Refused::because)?;
    let file = File::open(&wanted.file).map_err(told)?;
    let size = file.metadata().map_err(told)?.len().max(1);
    let encoding = match form.encoding {
        Some(encoding) => encoding,
        None => Encoding::of(&file).map_err(told)?,
    };
    let file = File::open(&wanted.file).map_err(told)?;
    let delimiter = u8::try_from(form.delimiter).map_err(|_| Refused::because("the delimiter must be ASCII"))?;
    let mut lines = Lines::new(BufReader::new(file), encoding, delimiter);
    for _ in 0..form.skip_lines {
        lines.skip().map_err(told)?;
    }
    let header = if form.header { Some(header(&mut lines, &wanted.file)?) } else { None };
    let columns = Columns::find(&form.columns, header.as_deref()).map_err(Refused::Invalid)?;
    while let Some(record) = lines.next_record().map_err(told)? {
        let row = record.fields.and_then(|fields| {
            no_more_than(header.as_deref(), &fields)?;
            row::read(&columns, &moments, until, &fields)
        });
        let percent = lines.position().1.saturating_mul(100) / size;
        let read = Read { line: record.line, text: record.text, row, percent: percent.min(100) };
        if sender.blocking_send(Ok(read)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn header(lines: &mut Lines<BufReader<File>>, file: &Path) -> Result<Vec<String>, Refused> {
    let record = lines.next_record().map_err(|error| unreadable(file, &error))?;
    let record = record.ok_or_else(|| Refused::because(format!("{} is empty", file.display())))?;
    let line = record.line;
    let header = record.fields.map_err(|why| Refused::because(format!("the header, line {line}, {why}")))?;
    lines.expect(header.len());
    Ok(header)
}

/// A comma that is part of a text moves all fields behind it.
fn no_more_than(header: Option<&[String]>, fields: &[String]) -> Result<(), String> {
    let Some(header) = header else { return Ok(()) };
    let is_more = fields.iter().skip(header.len()).any(|field| !field.trim().is_empty());
    let (has, wanted) = (fields.len(), header.len());
    if is_more { Err(format!("has {has} columns, the header has {wanted}")) } else { Ok(()) }
}

fn unreadable(path: &Path, error: &io::Error) -> Refused {
    Refused::because(format!("{} cannot be read: {error}", path.display()))
}
