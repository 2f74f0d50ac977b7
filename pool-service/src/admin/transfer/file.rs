//! A backup's file: lines of JSON. The first says what it is, the last how many rows there are and what all bytes before
//! it amount to, so that a file that was cut or changed is recognised before anything is done with it.

use crate::{admin::Refused, domain::time::Timestamp, store::transfer::Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter},
};

/// Version of this form. A change that older versions would misread counts it up. Form 1 had calls without records.
const FORM: u64 = 2;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    /// The version of the form.
    hatsuban_backup: u64,
    /// The program that wrote it.
    program: String,
    /// The store's time of what stands in it.
    pub(super) taken_at: Timestamp,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    end: u64,
    sha256: String,
}

/// Writes a backup.
pub(super) struct Writer {
    path: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    digest: Sha256,
    count: u64,
}

impl Writer {
    /// Begins a file that only this user can read: it holds keys and what is known of visitors.
    pub(super) async fn create(path: &Path, taken_at: Timestamp) -> Result<Self, Refused> {
        let told = |error| not_written(path, &error);
        if fs::try_exists(path).await.map_err(told)? {
            return Err(Refused::because(format!("{} is there already: choose another name", path.display())));
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        // What was left behind may be open to others.
        if fs::try_exists(&unfinished).await.map_err(told)? {
            fs::remove_file(&unfinished).await.map_err(told)?;
        }
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).await;
        let file = BufWriter::new(opened.map_err(told)?);
        let mut writer = Self { path: path.to_owned(), unfinished, file, digest: Sha256::new(), count: 0 };
        let program = env!("CARGO_PKG_VERSION").to_owned();
        writer.line(&Header { hatsuban_backup: FORM, program, taken_at }).await?;
        Ok(writer)
    }

    /// Adds a row.
    pub(super) async fn write(&mut self, row: &Row) -> Result<(), Refused> {
        self.count += 1;
        self.line(row).await
    }

    /// Ends the file and gives it its name.
    pub(super) async fn finish(mut self) -> Result<(), Refused> {
        let end = End { end: self.count, sha256: hex(self.digest.clone()) };
        self.line(&end).await?;
        let done = async {
            self.file.flush().await?;
            self.file.get_ref().sync_all().await?;
            fs::rename(&self.unfinished, &self.path).await
        };
        done.await.map_err(|error| not_written(&self.path, &error))
    }

    async fn line(&mut self, value: &impl Serialize) -> Result<(), Refused> {
        let mut line = serde_json::to_vec(value).map_err(|error| not_written(&self.path, &error.into()))?;
        line.push(b'\n');
        self.digest.update(&line);
        self.file.write_all(&line).await.map_err(|error| not_written(&self.path, &error))
    }
}

/// Reads a backup.
pub(super) struct Reader {
    path: PathBuf,
    lines: BufReader<File>,
    digest: Sha256,
    pub(super) header: Header,
    count: u64,
}

impl Reader {
    /// Reads the first line.
    pub(super) async fn open(path: &Path) -> Result<Self, Refused> {
        let file = File::open(path).await.map_err(|error| refused(path, &error.to_string()))?;
        let (mut lines, mut first) = (BufReader::new(file), Vec::new());
        lines.read_until(b'\n', &mut first).await.map_err(|error| refused(path, &error.to_string()))?;
        let header: Header =
            serde_json::from_slice(&first).map_err(|_| refused(path, "it is no backup of Hatsuban"))?;
        if header.hatsuban_backup > FORM {
            let why =
                format!("version {} of Hatsuban wrote it: restore it with that one or a newer one", header.program);
            return Err(refused(path, &why));
        }
        Ok(Self { path: path.to_owned(), lines, digest: Sha256::new_with_prefix(&first), header, count: 0 })
    }

    /// Reads all to the end; gives the first line of what is a whole backup.
    pub(super) async fn check(mut self) -> Result<Header, Refused> {
        while self.next().await?.is_some() {}
        Ok(self.header)
    }

    /// The next row; `None` after the last of a whole backup.
    pub(super) async fn next(&mut self) -> Result<Option<Row>, Refused> {
        let mut line = Vec::new();
        let read = self.lines.read_until(b'\n', &mut line).await;
        read.map_err(|error| refused(&self.path, &error.to_string()))?;
        let number = self.count + 2;
        if line.last() != Some(&b'\n') {
            return Err(refused(&self.path, &format!("it was cut off in line {number}")));
        }
        match serde_json::from_slice::<Row>(&line) {
            Ok(row) => {
                self.digest.update(&line);
                self.count += 1;
                Ok(Some(row))
            }
            Err(error) => match serde_json::from_slice::<End>(&line) {
                Ok(end) if end.end == self.count && end.sha256 == hex(self.digest.clone()) => Ok(None),
                Ok(_) => Err(refused(&self.path, "it was changed since it was written")),
                Err(_) => {
                    Err(refused(&self.path, &format!("line {number} is no row that this version knows: {error}")))
                }
            },
        }
    }
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn not_written(path: &Path, error: &io::Error) -> Refused {
    Refused::because(format!("the backup {} cannot be written: {error}", path.display()))
}

fn refused(path: &Path, why: &str) -> Refused {
    Refused::because(format!("the backup {} cannot be read: {why}", path.display()))
}
