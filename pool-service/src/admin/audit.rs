//! The audit log: every command that changes something is in it before it is carried out.
//!
//! An entry is written as begun, then replaced by how it ended. If it cannot be written, nothing is changed; if only its
//! end cannot be written, it stays as begun, and whoever gave the command is told.

use super::{Command, Progress, Refused, import, moment, settlement};
use crate::{
    calls::audit::next_key,
    domain::{
        access::AccessToken,
        audit::{Actor, END, Entry, Outcome, first_key},
        counted::counted,
        time::Timestamp,
    },
    store::{
        Store, StoreError,
        records::{Document, DocumentKind},
    },
};

/// Read at once.
const PAGE: usize = 500;

/// What a command changes, in words.
pub(super) struct Change {
    action: &'static str,
    asked: String,
}

/// What a command changes; `None` for those that only read. Every new command must say it here.
pub(super) fn change(command: &Command) -> Option<Change> {
    let change = |action, asked: String| Some(Change { action, asked });
    match command {
        Command::Apply { dry_run: true, .. }
        | Command::RejudgeCalls { dry_run: true, .. }
        | Command::ImportCalls(import::Wanted { dry_run: true, .. })
        | Command::ListTokens
        | Command::Tag { .. }
        // A full disk must not keep anybody from making a backup.
        | Command::Backup { .. }
        | Command::ListKeys
        | Command::Size { .. }
        | Command::Settlement(settlement::Wanted { issue: false, .. })
        | Command::ListAudit { .. }
        | Command::ExportConversions { .. } => None,
        Command::Apply { document, prune, .. } => {
            let prune = if *prune { ", what it does not name is removed" } else { "" };
            change("apply", format!("a document of {}{prune}", counted(document.lines().count(), "line")))
        }
        Command::CreateToken { name, scopes, sites, expires_after_seconds } => {
            let sites = if sites.is_empty() { "all sites".to_owned() } else { sites.join(", ") };
            let end = expires_after_seconds.map(|seconds| format!(", for {seconds} s")).unwrap_or_default();
            change("token create", format!("{name:?}, {} on {sites}{end}", scopes.join(", ")))
        }
        Command::RotateToken { id, grace_seconds } => {
            change("token rotate", format!("{id}, the former secret is taken for {grace_seconds} s"))
        }
        Command::RevokeToken { id } => change("token revoke", id.clone()),
        Command::RotateKeys { after_seconds } => {
            change("keys rotate", format!("the new key signs after {after_seconds} s"))
        }
        Command::RetireKey { id, at_once } => {
            change("keys retire", format!("{id}{}", if *at_once { ", at once" } else { "" }))
        }
        Command::RejudgeCalls { of, from, until, .. } => {
            let from = from.map_or_else(|| "the first".to_owned(), moment);
            let until = until.map_or_else(|| "the last".to_owned(), |until| format!("before {}", moment(until)));
            change("calls rejudge", format!("{of}, from {from} to {until}"))
        }
        Command::AdoptCallerKey => change("calls adopt-key", "this machine's caller key".to_owned()),
        Command::ImportCalls(import::Wanted { file, source, .. }) => {
            change("calls import", format!("{} as {source}", file.display()))
        }
        Command::Settlement(settlement::Wanted { advertiser, month, .. }) => {
            change("settlement issue", format!("{advertiser}, {month}"))
        }
        // Whom, must not stay here either.
        Command::ForgetCaller { .. } => change("forget", "one caller".to_owned()),
        Command::AdvanceClock { seconds } => change("clock advance", format!("by {seconds} s")),
    }
}

/// What of a command's answer may be kept: of a token's text only its id, and no caller.
fn told(command: &Command, lines: &[String]) -> Vec<String> {
    match command {
        Command::CreateToken { .. } | Command::RotateToken { .. } => {
            let ids = lines.iter().filter_map(|text| AccessToken::split(text));
            ids.map(|(id, _)| format!("token {id}")).collect()
        }
        // Whom, in whatever form, is to be nowhere any more.
        Command::ForgetCaller { .. } => {
            lines.iter().map(|line| line.split_once(": ").map_or(line.as_str(), |(_, what)| what).to_owned()).collect()
        }
        // They quote the log, and a caller may stand in any of its columns.
        Command::ImportCalls(_) => lines.iter().filter(|line| !line.starts_with("line ")).cloned().collect(),
        _ => lines.to_vec(),
    }
}

/// A change that stands in the log as begun.
pub struct Noted {
    key: String,
    entry: Entry,
}

impl Noted {
    /// Writes that a change begins.
    ///
    /// # Errors
    /// When the store does not keep it: nothing may be changed then.
    pub async fn begin(store: &dyn Store, by: &Actor, action: &str, asked: &str) -> Result<Self, Refused> {
        let at = store.now().await?;
        let noted = Self { key: next_key(at)?, entry: Entry::begun(at, by.clone(), action, asked) };
        noted.write(store).await?;
        Ok(noted)
    }

    /// Writes how it ended.
    ///
    /// # Errors
    /// When the store does not keep it: the entry stays as begun.
    pub async fn end(mut self, store: &dyn Store, outcome: Outcome, lines: &[String]) -> Result<(), StoreError> {
        self.entry = self.entry.ended(outcome, lines);
        self.write(store).await
    }

    async fn write(&self, store: &dyn Store) -> Result<(), StoreError> {
        let text = serde_json::to_string(&self.entry).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        store.put_document(DocumentKind::Audit, &self.key, None, &text, None).await.map(|_| ())
    }
}

/// Carries out what changes something, with its entries in the log.
///
/// # Errors
/// What the work says, or that the log cannot be written: then nothing was done.
pub(super) async fn noted(
    store: &dyn Store,
    (command, change): (&Command, Change),
    by: &Actor,
    progress: Progress<'_>,
    work: impl Future<Output = Result<Vec<String>, Refused>>,
) -> Result<Vec<String>, Refused> {
    let noted = Noted::begin(store, by, change.action, &change.asked).await?;
    let answer = work.await;
    let (outcome, lines) = match &answer {
        Ok(lines) => (Outcome::Done, told(command, lines)),
        // What a log's header lacks is told with the header, which may be a call.
        Err(Refused::Invalid(_)) if matches!(command, Command::ImportCalls(_)) => {
            (Outcome::Refused, vec!["whoever asked was told why; the log may be quoted there".to_owned()])
        }
        Err(Refused::Invalid(lines)) => (Outcome::Refused, lines.clone()),
        Err(Refused::Partly(outcome, lines)) => (*outcome, told(command, lines)),
        Err(Refused::Store(error)) => (Outcome::Failed, vec![error.for_everybody().to_owned()]),
    };
    if let Err(error) = noted.end(store, outcome, &lines).await {
        progress(format!("the audit log says that this was begun, but not how it ended: {error}"));
    }
    answer
}

/// Entries from a moment to before another, oldest first: a line for each, and what it did below it.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn list(
    store: &dyn Store,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<Vec<String>, Refused> {
    let (mut from, until) = (first_key(from.unwrap_or_default()), first_key(until.unwrap_or(END)));
    let mut lines = Vec::new();
    while from < until {
        let documents = store.documents(DocumentKind::Audit, &from, &until, false, PAGE).await?;
        for document in &documents {
            let entry = read(document)?;
            let (at, by, outcome) = (moment(entry.at), &entry.by, entry.outcome.name());
            lines.push(format!("{at}  {by}  {}: {}  {outcome}", entry.action, entry.asked));
            lines.extend(entry.lines.iter().map(|line| format!("    {line}")));
        }
        match documents.last().filter(|_| documents.len() == PAGE) {
            // No key lies between these two.
            Some(last) => from = format!("{} ", last.key),
            None => break,
        }
    }
    Ok(lines)
}

/// One page of entries, newest first, with their keys; `before` is the key that the last page ended with.
///
/// # Errors
/// When the store does not answer.
pub async fn page(
    store: &dyn Store,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    before: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, Entry)>, StoreError> {
    let (from, mut until) = (first_key(from.unwrap_or_default()), first_key(until.unwrap_or(END)));
    if let Some(before) = before.filter(|before| **before < *until) {
        until = before.to_owned();
    }
    if until <= from {
        return Ok(Vec::new());
    }
    let documents = store.documents(DocumentKind::Audit, &from, &until, true, limit).await?;
    documents.into_iter().map(|document| Ok((document.key.clone(), read(&document)?))).collect()
}

fn read(document: &Document) -> Result<Entry, StoreError> {
    let read = serde_json::from_str(&document.text);
    read.map_err(|error| StoreError::Corrupt(format!("audit entry {}: {error}", document.key)))
}
