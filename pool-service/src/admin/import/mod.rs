//! Calls from a carrier's log: a table of calls that are over, one a line.
//!
//! A line is read, told to the call desk and forgotten, so that a log may have any size; a line that cannot be read goes to
//! the file of errors and spoils no other. What was told is on disk; telling it again changes nothing.
//!
//! # Layout
//! - [`form`]: how a log is written
//! - [`columns`]: which of its columns says what
//! - [`encoding`], `lines`: its bytes as records
//! - `row`, `moments`, `durations`, `spelling`: a record as a call
//! - `reading`: the thread that does all of this
//! - `telling`: a call on its way to the call desk
//! - `errors`: the file of lines that could not be read

pub mod columns;
mod durations;
pub mod encoding;
mod errors;
pub mod form;
mod lines;
mod moments;
mod reading;
mod row;
mod spelling;
mod telling;

use super::{Progress, Refused};
use crate::{
    calls::CallDesk,
    domain::{audit::Outcome, counted::counted, ids::CallSource},
};
use errors::Errors;
use form::Form;
use reading::Reading;
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, path::PathBuf, sync::Arc};
use telling::{Telling, Told};

/// So many calls are on their way at once: the store writes them to disk together.
const AT_ONCE: usize = 64;
/// How often somebody who waits is told.
const LINES_TOLD: u64 = 10_000;

/// What is wanted of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The log, on the machine where the service runs; an absolute path.
    pub file: PathBuf,
    /// The call system's name in records.
    pub source: String,
    /// How the log is written.
    pub form: Form,
    /// Only read it, and say what would be kept.
    pub dry_run: bool,
    /// Where lines go that cannot be read; a file that is there is replaced.
    pub errors: Option<PathBuf>,
}

/// What became of the lines.
#[derive(Debug, Default)]
struct Counts {
    new: u64,
    known: u64,
    nowhere: u64,
    bad: u64,
}

/// A line that is still under way.
enum Pending {
    Bad { line: u64, text: String, why: String },
    Told { line: u64, text: String, telling: Telling },
}

/// Imports a log.
///
/// # Errors
/// When it cannot be read at all, the store does not answer, or some lines could not be read; what could is kept.
pub async fn import(desk: &Arc<CallDesk>, wanted: &Wanted, progress: Progress<'_>) -> Result<Vec<String>, Refused> {
    let source = CallSource::parse(&wanted.source).map_err(|error| Refused::because(error.to_string()))?;
    let now = desk.now().await?;
    let mut errors = Errors::create(wanted.errors.as_deref(), &wanted.file)?;
    let mut reading = Reading::begin(wanted, now);
    let (mut counts, mut shown) = (Counts::default(), Vec::new());
    let mut pending: VecDeque<Pending> = VecDeque::with_capacity(AT_ONCE);
    let mut next_told = LINES_TOLD;
    while let Some(read) = reading.next().await {
        let read = read?;
        if read.line >= next_told {
            next_told = (read.line / LINES_TOLD + 1) * LINES_TOLD;
            progress(format!("{} read, {} %", counted(read.line, "line"), read.percent));
        }
        if pending.len() == AT_ONCE
            && let Some(first) = pending.pop_front()
        {
            settle(first, &mut counts, &mut errors).await?;
        }
        pending.push_back(match read.row {
            Err(why) => Pending::Bad { line: read.line, text: read.text, why },
            Ok(row) => {
                if wanted.dry_run && shown.len() < 3 {
                    shown.push(format!("line {}: {row}", read.line));
                }
                let telling = telling::begin(Arc::clone(desk), source.clone(), row, wanted.dry_run);
                Pending::Told { line: read.line, text: read.text, telling }
            }
        });
    }
    for last in pending {
        settle(last, &mut counts, &mut errors).await?;
    }
    errors.finish()?;
    let mut lines = counts.lines(wanted);
    lines.extend(shown);
    if counts.bad == 0 {
        return Ok(lines);
    }
    lines.extend(errors.told(counts.bad));
    Err(Refused::Partly(Outcome::Done, lines))
}

async fn settle(pending: Pending, counts: &mut Counts, errors: &mut Errors) -> Result<(), Refused> {
    let (line, text, why) = match pending {
        Pending::Bad { line, text, why } => (line, text, why),
        Pending::Told { line, text, telling } => match telling.await {
            Ok(Ok(Ok(Told { is_new, is_nowhere }))) => {
                *(if is_new { &mut counts.new } else { &mut counts.known }) += 1;
                counts.nowhere += u64::from(is_nowhere);
                return Ok(());
            }
            Ok(Ok(Err(why))) => (line, text, why),
            Ok(Err(error)) => return Err(stopped(line, &error)),
            Err(error) => return Err(stopped(line, &error)),
        },
    };
    counts.bad += 1;
    errors.write(line, &why, &text)
}

fn stopped(line: u64, error: &dyn std::fmt::Display) -> Refused {
    let told = format!(
        "the import stopped at line {line}: {error}; what stands before it is kept, import the same file again"
    );
    Refused::Partly(Outcome::Failed, vec![told])
}

impl Counts {
    fn lines(&self, wanted: &Wanted) -> Vec<String> {
        let (file, all) = (wanted.file.display(), counted(self.new + self.known, "call"));
        let mut lines = vec![if wanted.dry_run {
            format!("{all} would be kept of {file}, nothing was done")
        } else {
            format!("{all} kept of {file}: {} new, {} known before", self.new, self.known)
        }];
        match self.nowhere {
            0 => {}
            1 => lines.push("1 of them came to a number of no site".to_owned()),
            several => lines.push(format!("{several} of them came to numbers of no site")),
        }
        lines
    }
}
