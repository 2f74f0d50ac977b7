//! The only place that writes to the terminal. A reader that hung up is no reason to fail.

use std::{
    fs::File,
    io::{Write, copy, stderr, stdout},
};

/// An answer, line by line, on standard output.
pub(super) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) {
    let mut out = stdout().lock();
    for line in lines {
        if writeln!(out, "{}", line.as_ref()).is_err() {
            return;
        }
    }
    let _ = out.flush();
}

/// A file, byte by byte, on standard output.
pub(super) fn file(mut file: File) {
    let mut out = stdout().lock();
    let _ = copy(&mut file, &mut out).and_then(|_| out.flush());
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
