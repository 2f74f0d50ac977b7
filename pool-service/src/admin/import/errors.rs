//! The file of lines that could not be read: a table of line number, reason and the line as it was.

use crate::{
    admin::Refused,
    domain::{counted::counted, csv_cell::safe},
};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Without a file, so many are told.
const TOLD: usize = 10;

/// Where lines go that could not be read.
pub(super) struct Errors {
    file: Option<(PathBuf, csv::Writer<File>)>,
    told: Vec<String>,
}

impl Errors {
    /// Begins a file for this user alone, since lines name callers; without a path only the first ones are told.
    /// It must be another file than the log, which would be emptied before it is read.
    pub(super) fn create(path: Option<&Path>, log: &Path) -> Result<Self, Refused> {
        let real = |path: &Path| path.canonicalize().ok();
        if path.and_then(real).is_some_and(|path| Some(path) == real(log)) {
            return Err(Refused::because("--errors must name another file than the log: it is written anew"));
        }
        let file = path.map(|path| {
            let begun = begin(path).map_err(|error| unwritten(path, &error))?;
            Ok::<_, Refused>((path.to_owned(), begun))
        });
        Ok(Self { file: file.transpose()?, told: Vec::new() })
    }

    /// Adds a line.
    pub(super) fn write(&mut self, line: u64, why: &str, text: &str) -> Result<(), Refused> {
        match &mut self.file {
            Some((path, file)) => {
                let written = file.write_record([line.to_string().as_str(), &safe(why), &safe(text)]);
                written.map_err(|error| unwritten(path, &error.into()))
            }
            None => {
                if self.told.len() < TOLD {
                    self.told.push(format!("line {line}: {why}"));
                }
                Ok(())
            }
        }
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) -> Result<(), Refused> {
        match &mut self.file {
            Some((path, file)) => file.flush().map_err(|error| unwritten(path, &error)),
            None => Ok(()),
        }
    }

    /// What is said of the lines, of which there are so many.
    pub(super) fn told(self, count: u64) -> Vec<String> {
        let counted = counted(count, "line");
        match self.file {
            Some((path, _)) => vec![format!("{counted} could not be read: {}", path.display())],
            None => {
                let mut lines = vec![format!("{counted} could not be read; --errors FILE keeps them all")];
                lines.extend(self.told);
                lines
            }
        }
    }
}

fn begin(path: &Path) -> io::Result<csv::Writer<File>> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // By this mark spreadsheets know that it is UTF-8.
    file.write_all("\u{feff}".as_bytes())?;
    let mut file = csv::Writer::from_writer(file);
    file.write_record(["line", "why", "text"])?;
    Ok(file)
}

fn unwritten(path: &Path, error: &io::Error) -> Refused {
    Refused::because(format!("--errors {} cannot be written: {error}", path.display()))
}
