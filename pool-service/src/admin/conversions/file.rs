//! A file of conversions on disk, for the command line.

use super::{Planned, Run, Wanted, plan};
use crate::{
    admin::{Progress, Refused},
    calls::noted_pools,
    domain::{conversion::tally::Tally, counted::counted},
    store::{Store, StoreError, records::RecordStore},
};
use std::{io, path::Path, sync::Arc};
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncWriteExt, BufWriter},
};

/// How often somebody who waits is told.
const CALLS_TOLD: u64 = 50_000;

/// Writes a new file that only this user can read, and says what stands in it and what does not.
///
/// # Errors
/// When what is wanted makes no sense, the file is there already or cannot be written, or the store does not answer. Then
/// there is no file.
pub async fn write(
    store: &Arc<dyn Store>,
    wanted: &Wanted,
    path: &Path,
    progress: Progress<'_>,
) -> Result<Vec<String>, Refused> {
    let (_, configuration) = store.configuration().await?;
    let noted = noted_pools(store.as_ref()).await?;
    let planned = plan(&configuration, wanted, |_| true, noted, store.now().await?).map_err(Refused::Invalid)?;
    let not_written = |error: io::Error| Refused::because(format!("{}: {error}", path.display()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await.map_err(not_written)?;
    match fill(store, planned, file, progress).await {
        Ok(lines) => Ok(lines),
        Err(error) => {
            // Half a file would look like a whole one.
            let _ = fs::remove_file(path).await;
            Err(match error {
                Failed::Store(error) => error.into(),
                Failed::File(error) => not_written(error),
            })
        }
    }
}

async fn fill(
    store: &Arc<dyn Store>,
    planned: Planned,
    file: File,
    progress: Progress<'_>,
) -> Result<Vec<String>, Failed> {
    let mut file = BufWriter::new(file);
    let mut run = Run::begin(Arc::clone(store) as Arc<dyn RecordStore>, planned).await?;
    let mut told = 0;
    while let Some(piece) = run.next().await? {
        file.write_all(&piece).await?;
        if run.read() / CALLS_TOLD > told {
            told = run.read() / CALLS_TOLD;
            let (calls, conversions) = (counted(run.read(), "call"), counted(run.tally().told, "conversion"));
            progress(format!("{calls} read, {conversions}"));
        }
    }
    file.flush().await?;
    Ok(lines(run.read(), run.tally()))
}

/// Why a file was not filled.
enum Failed {
    Store(StoreError),
    File(io::Error),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

fn lines(read: u64, tally: &Tally) -> Vec<String> {
    let told = format!("{}, of {}", counted(tally.told, "conversion"), counted(read, "call"));
    let left_out = tally.left_out.iter();
    let left_out = left_out.map(|(reason, count)| format!("left out: {count} {} ({})", reason.name(), reason.why()));
    std::iter::once(told).chain(left_out).collect()
}
