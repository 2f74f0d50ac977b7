//! What operators do to an installation, free of HTTP and of the terminal.
//!
//! The command line sends a [`Command`] to the running service's socket, or carries it out itself when nothing runs;
//! both end in [`Office::carry_out`]. Imports `domain`, `live` and the store traits.
//!
//! # Layout
//! - [`document`]: the TOML file of `hatsuban apply`, as written
//! - [`routing_entry`]: the part of it that says where calls are sent
//! - [`validate`]: the document as domain values, or everything that is wrong with it
//! - [`plan`]: what to change in the store so that it says what the document says; pure
//! - [`apply`]: carries a plan out
//! - [`audit`]: who changed what
//! - [`tokens`]: access tokens
//! - `patience`: what long work has with a store that does not answer for a moment
//! - `table`: rows in columns
//! - [`keys`]: the keys that sign lease tokens
//! - [`transfer`]: backups, restores, and moves from one store to another
//! - [`calls`]: judging calls again, and forgetting callers
//! - [`import`]: calls from a carrier's log
//! - [`settlement`]: what is to be settled for an advertiser
//! - [`size`]: how many numbers a pool needs
//! - [`conversions`]: files for ad platforms
//! - [`tag`]: what a site owner installs, in every form

pub mod apply;
pub mod audit;
mod blocked;
mod call_model;
pub mod calls;
mod channel;
mod conduct;
mod conversion;
pub mod conversion_entry;
pub mod conversions;
pub mod document;
pub mod import;
pub mod keys;
mod numbers;
mod origin;
mod patience;
pub mod plan;
mod pool;
mod ranges;
mod records;
mod routing;
pub mod routing_entry;
mod schedule;
pub mod settlement;
mod site;
pub mod size;
mod statics;
mod table;
pub mod tag;
mod target;
pub mod tokens;
pub mod transfer;
pub mod validate;

use crate::{
    calls::CallDesk,
    domain::{
        audit::{Actor, Outcome},
        time::{Span, Timestamp},
    },
    live::{Live, uses::TokenUses},
    store::{Store, StoreError, clock::ManualClock},
};
use jiff::{Timestamp as Calendar, fmt::temporal::DateTimePrinter};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};
use tag::choices::{Format, Media, Mode, Wanted};

/// One thing an operator wants done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Make the store say what a document says.
    Apply {
        /// The document's text.
        document: String,
        /// Only say what would be done.
        dry_run: bool,
        /// Also remove what the document does not name.
        prune: bool,
    },
    /// Make an access token; the answer is its text, which is never shown again.
    CreateToken {
        /// What a person calls it.
        name: String,
        /// What it may do.
        scopes: Vec<String>,
        /// The sites it may do it on; none means all.
        sites: Vec<String>,
        /// It is refused after so many seconds.
        #[serde(default)]
        expires_after_seconds: Option<u64>,
    },
    /// Give an access token a new secret; the answer is its text, which is never shown again.
    RotateToken {
        /// Its id.
        id: String,
        /// The secret before it is taken for so many seconds more.
        grace_seconds: u64,
    },
    /// Refuse an access token from now on.
    RevokeToken {
        /// Its id.
        id: String,
    },
    /// Name all access tokens.
    ListTokens,
    /// The tag of a site.
    Tag {
        /// The site's id.
        site: String,
        /// How numbers are issued, if not as the site says.
        #[serde(default)]
        mode: Option<Mode>,
        /// Whose ad clicks lead to a lease, if not everybody's.
        #[serde(default)]
        media: Option<Media>,
        /// How the tag is written.
        #[serde(default)]
        format: Format,
    },
    /// Write the store's whole state into a file of this machine.
    Backup {
        /// The file, which must not be there yet; an absolute path.
        file: PathBuf,
    },
    /// Make a new key for lease tokens.
    RotateKeys {
        /// It begins to sign after so many seconds: every copy of the service must know it by then.
        after_seconds: u64,
    },
    /// Name the keys of lease tokens.
    ListKeys,
    /// Remove a key of lease tokens.
    RetireKey {
        /// Its id.
        id: String,
        /// Even if pages may hold tokens of it.
        at_once: bool,
    },
    /// Say how many numbers a pool needs, from what it has been carrying.
    Size {
        /// The pool's id.
        pool: String,
        /// The share of visitors that may find no number, in ten-thousandths.
        target_blocking: u16,
    },
    /// Judge calls again by their rule as it is now.
    RejudgeCalls {
        /// Which rule's.
        of: calls::Of,
        /// Calls that began then or later.
        from: Option<Timestamp>,
        /// Calls that began before.
        until: Option<Timestamp>,
        /// Only say what would change.
        dry_run: bool,
    },
    /// Make the key of callers' numbers that is here the installation's.
    AdoptCallerKey,
    /// Import calls from a carrier's log.
    ImportCalls(import::Wanted),
    /// Erase what tells of a caller in all calls.
    ForgetCaller {
        /// The caller's number, in any spelling.
        caller: String,
    },
    /// The calls of a month that count for an advertiser, and its issue.
    Settlement(settlement::Wanted),
    /// Say who changed what.
    ListAudit {
        /// From this moment on.
        from: Option<Timestamp>,
        /// Before this moment.
        until: Option<Timestamp>,
    },
    /// Write a file of conversions for an ad platform or a CRM.
    ExportConversions {
        /// What it shall be of.
        wanted: conversions::Wanted,
        /// The file, which must not be there yet; an absolute path.
        file: PathBuf,
    },
    /// Move a manual clock forward.
    AdvanceClock {
        /// By so much.
        seconds: u64,
    },
}

impl Command {
    /// Whether it reads or changes call records.
    pub fn needs_calls(&self) -> bool {
        matches!(
            self,
            Self::ImportCalls(_)
                | Self::RejudgeCalls { .. }
                | Self::AdoptCallerKey
                | Self::ForgetCaller { .. }
                | Self::Settlement(_)
        )
    }
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The command makes no sense; one line for each thing that is wrong.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    /// Some of it was done, and some was not: what stands in the audit log of it, and a line for each.
    #[error("{}", .1.join("\n"))]
    Partly(Outcome, Vec<String>),
    /// The store did not do it. What was done of it stays done; the same command can be given again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refused {
    fn because(line: impl Into<String>) -> Self {
        Self::Invalid(vec![line.into()])
    }
}

/// Told now and then while something long goes on.
pub type Progress<'a> = &'a (dyn Fn(String) + Send + Sync);

/// Carries commands out.
pub struct Office {
    /// The store they change.
    pub store: Arc<dyn Store>,
    /// The configuration in memory, to be read again after a change; `None` when no service runs.
    pub live: Option<Arc<Live>>,
    /// Call records; `None` for commands that do not need them.
    pub calls: Option<Arc<CallDesk>>,
    /// How browsers reach the service.
    pub public_url: String,
    /// The clock, if it is the operator's.
    pub manual_clock: Option<ManualClock>,
}

impl Office {
    /// Carries a command out and gives the lines of its answer. What changes something stands in the audit log.
    ///
    /// # Errors
    /// When the command makes no sense, or the store does not answer.
    pub async fn carry_out(
        &self,
        command: &Command,
        by: &Actor,
        progress: Progress<'_>,
    ) -> Result<Vec<String>, Refused> {
        let work = self.done(command, by, progress);
        match audit::change(command) {
            None => work.await,
            Some(change) => audit::noted(self.store.as_ref(), (command, change), by, progress, work).await,
        }
    }

    async fn done(&self, command: &Command, by: &Actor, progress: Progress<'_>) -> Result<Vec<String>, Refused> {
        let store = self.store.as_ref();
        match command {
            Command::Apply { document, dry_run, prune } => {
                let lines = apply::apply(store, document, *dry_run, *prune, progress).await?;
                self.refresh().await?;
                Ok(lines)
            }
            Command::CreateToken { name, scopes, sites, expires_after_seconds } => {
                let life = expires_after_seconds.map(Span::from_seconds);
                let text = tokens::create(store, tokens::Wanted { name, scopes, sites, life }).await?;
                self.refresh().await?;
                Ok(vec![text])
            }
            Command::RotateToken { id, grace_seconds } => {
                let lines = tokens::rotate(store, id, Span::from_seconds(*grace_seconds), progress).await?;
                self.refresh().await?;
                Ok(lines)
            }
            Command::RevokeToken { id } => {
                let lines = tokens::revoke(store, id).await?;
                self.refresh().await?;
                Ok(lines)
            }
            Command::ListTokens => {
                if let Some(live) = &self.live {
                    live.token_uses().write(store).await?;
                }
                tokens::list(store, &TokenUses::read(store).await?).await
            }
            Command::Tag { site, mode, media, format } => {
                let wanted = Wanted { mode: *mode, media: *media, format: *format };
                tag::of_site(store, site, &self.public_url, wanted).await
            }
            Command::Backup { file } => transfer::backup(store, file, progress).await,
            Command::RotateKeys { after_seconds } => {
                let lines = keys::rotate(store, Span::from_seconds(*after_seconds)).await?;
                self.refresh().await?;
                Ok(lines)
            }
            Command::ListKeys => keys::list(store).await,
            Command::RetireKey { id, at_once } => {
                let lines = keys::retire(store, id, *at_once).await?;
                self.refresh().await?;
                Ok(lines)
            }
            Command::Size { pool, target_blocking } => {
                size::of_pool(store, self.live.as_deref(), pool, f64::from(*target_blocking) / 10_000.0).await
            }
            Command::RejudgeCalls { of, from, until, dry_run } => {
                calls::rejudge(self.calls()?, of, (*from, *until), *dry_run).await
            }
            Command::AdoptCallerKey => {
                self.calls()?.adopt_key().await?;
                Ok(vec!["callers are kept under this key from now on; those of before are not recognised".to_owned()])
            }
            Command::ImportCalls(wanted) => import::import(self.calls()?, wanted, progress).await,
            Command::ForgetCaller { caller } => calls::forget(self.calls()?, caller).await,
            Command::Settlement(wanted) => settlement::settle(self.calls()?, wanted, by).await,
            Command::ListAudit { from, until } => audit::list(store, *from, *until).await,
            Command::ExportConversions { wanted, file } => {
                conversions::write(&self.store, wanted, file, progress).await
            }
            Command::AdvanceClock { seconds } => self.advance(*seconds),
        }
    }

    fn calls(&self) -> Result<&Arc<CallDesk>, Refused> {
        self.calls.as_ref().ok_or_else(|| Refused::because("call records are not at hand here"))
    }

    async fn refresh(&self) -> Result<(), Refused> {
        if let Some(live) = &self.live {
            live.refresh().await?;
        }
        Ok(())
    }

    fn advance(&self, seconds: u64) -> Result<Vec<String>, Refused> {
        let clock = self.manual_clock.as_ref().filter(|_| self.live.is_some()).ok_or_else(|| {
            Refused::because("only a running service with clock = \"manual\" has a clock that can be moved")
        })?;
        clock.advance(Span::from_seconds(seconds));
        Ok(vec![format!("the clock stands at {} ms since 1970", clock.now().as_millis())])
    }
}

/// A moment as people read it: RFC 3339 in UTC, to the second.
fn moment(time: Timestamp) -> String {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let seconds = Calendar::from_second(millis / 1_000).unwrap_or(Calendar::MAX);
    DateTimePrinter::new().timestamp_to_string(&seconds)
}
