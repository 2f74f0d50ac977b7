//! The only place that writes to the terminal. A reader that hung up is no reason to fail; a disk that takes no more is.

use std::{
    fs::File,
    io::{self, ErrorKind, Write, copy, stderr, stdout},
};

/// An answer, line by line, on standard output.
///
/// # Errors
/// When it cannot be written whole.
pub(super) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), String> {
    let mut out = stdout().lock();
    let written = lines.into_iter().try_for_each(|line| writeln!(out, "{}", line.as_ref()));
    whole(written.and_then(|()| out.flush()))
}

/// A file, byte by byte, on standard output.
///
/// # Errors
/// When it cannot be written whole.
pub(super) fn file(mut file: File) -> Result<(), String> {
    let mut out = stdout().lock();
    whole(copy(&mut file, &mut out).and_then(|_| out.flush()))
}

/// Half an answer must not look like a whole one, unless whoever reads it wants no more.
fn whole(written: io::Result<()>) -> Result<(), String> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("it was done, but its answer could not be written whole to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// How far something is, on standard error.
pub(super) fn progress(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Why something was not done, on standard error; one line each.
pub(super) fn error(lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(stderr(), "hatsuban: {line}");
    }
}
