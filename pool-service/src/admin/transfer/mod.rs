//! Backups, restores, and moves from one store to another.

mod file;

use super::{Progress, Refused};
use crate::{
    domain::{counted::counted, lease::ROOM_FOR_LOST_GRANTS, time::Timestamp},
    store::{Store, transfer::Row},
};
use file::{Reader, Writer};
use std::path::Path;

/// Rows that go into a store in one step.
const ROWS_AT_ONCE: usize = 500;
/// How often somebody who waits is told.
const ROWS_TOLD: u64 = 100_000;
/// Clocks of two machines that keep time agree within this.
const CLOCKS_AGREE_MS: u64 = 1_000;

/// Writes a store's whole state into a new file, which has its name only once it is whole and on disk.
///
/// # Errors
/// When there is such a file, it cannot be written, or the store does not answer.
pub async fn backup(store: &dyn Store, path: &Path, progress: Progress<'_>) -> Result<Vec<String>, Refused> {
    let mut export = store.export().await?;
    let mut writer = Writer::create(path, export.time).await?;
    let mut count = 0;
    while let Some(row) = export.rows.recv().await {
        writer.write(&row?).await?;
        count += 1;
        tell(count, "written", progress);
    }
    writer.finish().await?;
    Ok(vec![format!("{} written to {}", counted(count, "row"), path.display())])
}

/// Fills an empty store with what a backup says. Whatever was granted since the backup is unknown, so the pools grant
/// nothing new until the longest of those grants has run out.
///
/// # Errors
/// When the file is no whole backup, the store is not empty, or it does not answer.
pub async fn restore(store: &dyn Store, path: &Path, progress: Progress<'_>) -> Result<Vec<String>, Refused> {
    let whole = Reader::open(path).await?.check().await?;
    let mut reader = Reader::open(path).await?;
    store.begin_import().await?;
    let now = store.now().await?.max(whole.taken_at);
    let mut import = Import { store, doubted_at: Some(now), waiting: Vec::new(), count: 0, safe_until: now };
    while let Some(row) = reader.next().await? {
        import.take(row, progress).await?;
    }
    let count = import.end().await?;
    let safe_for = import.safe_until.since(now).as_seconds();
    Ok(vec![
        format!("{} restored from {}", counted(count, "row"), path.display()),
        format!("for {} pages keep the numbers they hold, and nothing new is granted", counted(safe_for, "second")),
    ])
}

/// Copies everything from one store to an empty other, and puts the first out of use. `to_name` says where it went.
///
/// # Errors
/// When the other store is not empty, or one of the two does not answer.
pub async fn moved(
    from: &dyn Store,
    to: &dyn Store,
    to_name: &str,
    progress: Progress<'_>,
) -> Result<Vec<String>, Refused> {
    to.begin_import().await?;
    let mut export = from.export().await?;
    let now = to.now().await?;
    let ahead_ms = now.since(export.time).as_millis();
    // By a clock that is ahead, leases would end before their pages know.
    let doubted_at = (ahead_ms > CLOCKS_AGREE_MS).then_some(now);
    let mut import = Import { store: to, doubted_at, waiting: Vec::new(), count: 0, safe_until: now };
    while let Some(row) = export.rows.recv().await {
        import.take(row?, progress).await?;
    }
    let count = import.end().await?;
    from.retire(to_name).await?;
    let mut lines =
        vec![format!("{} moved to {to_name}; now set store to that address and start", counted(count, "row"))];
    if doubted_at.is_some() {
        lines.push(format!(
            "the clock there is {ahead_ms} ms ahead: for {} nothing new is granted",
            counted(import.safe_until.since(now).as_seconds(), "second")
        ));
    }
    Ok(lines)
}

/// Rows on their way into a store.
struct Import<'a> {
    store: &'a dyn Store,
    /// Grants up to then may be missing.
    doubted_at: Option<Timestamp>,
    waiting: Vec<Row>,
    count: u64,
    /// Until when the most careful pool grants nothing new.
    safe_until: Timestamp,
}

impl Import<'_> {
    async fn take(&mut self, mut row: Row, progress: Progress<'_>) -> Result<(), Refused> {
        if let (Some(now), Row::Pool { policy, generation, safe_until, .. }) = (self.doubted_at, &mut row) {
            *safe_until = policy.unknown_grants_end(now).max(*safe_until);
            *generation += ROOM_FOR_LOST_GRANTS;
            self.safe_until = self.safe_until.max(*safe_until);
        }
        self.waiting.push(row);
        self.count += 1;
        tell(self.count, "taken over", progress);
        if self.waiting.len() == ROWS_AT_ONCE {
            self.store.import(std::mem::take(&mut self.waiting)).await?;
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<u64, Refused> {
        self.store.import(std::mem::take(&mut self.waiting)).await?;
        self.store.end_import().await?;
        Ok(self.count)
    }
}

fn tell(count: u64, done: &str, progress: Progress<'_>) {
    if count.is_multiple_of(ROWS_TOLD) {
        progress(format!("{} {done}", counted(count, "row")));
    }
}
