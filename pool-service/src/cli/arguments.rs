//! What can be written on the command line.

use super::{conversions::ConversionsTask, days::Days, import::Import, simulate::Simulation, size::Sizing};
use crate::{
    admin::{
        Command,
        calls::Of,
        settlement::Wanted,
        tag::choices::{Format, Media, Mode},
    },
    config::{Layers, Settings},
    domain::access::Scope,
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A new key signs once every copy of the service has had time to read it: at least so long…
const KNOWN_AFTER_SECONDS: u64 = 60;
/// …and as many turns of reading the configuration.
const POLLS_UNTIL_KNOWN: u64 = 3;

/// A hundred years are for ever.
const MAX_SECONDS: u64 = 36_500 * 86_400;

/// Leases tracking numbers to visitor sessions and says whose call it is (発番).
#[derive(Debug, Parser)]
#[command(name = "hatsuban", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: SettingsArguments,
    #[command(subcommand)]
    pub(super) task: Task,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Settings of the service")]
struct SettingsArguments {
    /// A TOML file of settings; `hatsuban config` lists them
    #[arg(long, global = true, env = "HATSUBAN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where leases live: embedded, or redis://host:port
    #[arg(long, global = true, value_name = "ADDRESS")]
    store: Option<String>,
    /// The embedded store's files and the admin socket
    #[arg(long, global = true, value_name = "DIRECTORY")]
    data_directory: Option<String>,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How browsers reach this service
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Any setting, as in --set log.level=debug
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Run the service
    Serve,
    /// Make sites, targets, pools and numbers what a file says
    Apply {
        /// A TOML file of sites and pools
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
        /// Also remove sites and pools that the file does not name
        #[arg(long)]
        prune: bool,
    },
    /// Access tokens for call systems
    #[command(subcommand)]
    Token(TokenTask),
    /// Print a site's tag, for Google Tag Manager or the page itself
    Tag {
        /// The site's id
        #[arg(long, value_name = "ID")]
        site: String,
        /// channel (one number for each channel) or dynamic (a number for each visitor); else as the site says
        #[arg(long, value_parser = Mode::parse)]
        mode: Option<Mode>,
        /// Lease only after a click on an ad of google, yahoo, microsoft or meta; else to everybody
        #[arg(long, value_parser = Media::parse)]
        media: Option<Media>,
        /// html to paste, container or tpl to import into Google Tag Manager
        #[arg(long, default_value = Format::Html.name(), value_parser = Format::parse)]
        format: Format,
    },
    /// How ways of giving out numbers compare, on simulated visitors and calls
    Simulate(Simulation),
    /// Write everything the store holds into a new file, also while the service runs
    Backup {
        /// The file, on the machine where the service runs
        file: PathBuf,
    },
    /// Fill an empty store with what a backup says; no service may run
    Restore {
        /// A file that `hatsuban backup` wrote
        file: PathBuf,
    },
    /// Move everything to another, empty store without losing a lease; no service may run
    Move {
        /// The other store: redis://host:port
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
    /// The keys that sign lease tokens
    #[command(subcommand)]
    Keys(KeysTask),
    /// Calls as files that ad platforms import
    #[command(subcommand)]
    Conversions(ConversionsTask),
    /// How many numbers a pool needs: from expected visits, or from what a pool has been carrying
    Size(Sizing),
    /// Call records
    #[command(subcommand)]
    Calls(CallsTask),
    /// Erase a caller's number, and what was said, from all calls
    Forget {
        /// The caller's number, in any spelling
        #[arg(long, value_name = "NUMBER")]
        caller: String,
    },
    /// Say who changed what, oldest first
    Audit(Days),
    /// The calls of a month that count for an advertiser, and what changed of months before
    Settlement {
        /// The advertiser's id
        #[arg(long, value_name = "ID")]
        advertiser: String,
        /// As in 2026-11
        #[arg(long)]
        month: String,
        /// The time zone whose month it is, as in Asia/Tokyo; else as before, or as reports.zone says
        #[arg(long)]
        zone: Option<String>,
        /// Freeze it: what changes later is in the next one
        #[arg(long)]
        issue: bool,
        /// Print the calls and corrections as CSV
        #[arg(long)]
        csv: bool,
    },
    /// The clock of a rehearsal (clock = "manual")
    #[command(subcommand)]
    Clock(ClockTask),
    /// Print what the service says of its routes at /openapi.json
    Openapi,
    /// Print all settings, what they are now and where that was said
    Config,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenTask {
    /// Make a token and print it, once
    Create {
        /// What a person calls it
        #[arg(long)]
        name: String,
        /// What it may do; several times for several
        #[arg(long, value_name = "SCOPE", required = true, help = scope_help())]
        scope: Vec<String>,
        /// The site it may do it on; several times for several, never for all
        #[arg(long, value_name = "ID")]
        site: Vec<String>,
        /// It is refused after this time, as in 90d or 12h; else it is taken until it is revoked
        #[arg(long, value_name = "TIME", value_parser = seconds)]
        expires: Option<u64>,
    },
    /// Give a token a new secret and print it, once; the old one is taken for a while
    Rotate {
        /// Its id
        id: String,
        /// The old secret is taken for this time, as in 24h, 30m or 0s
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = seconds)]
        grace: u64,
    },
    /// Refuse a token from now on
    Revoke {
        /// Its id
        id: String,
    },
    /// Name all tokens: what they may do, when they were last used, whether they are good
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysTask {
    /// Make a new key; the old ones go on verifying
    Rotate,
    /// Name all keys: id, since when it signs, what it does now
    List,
    /// Remove a key that is needed no more
    Retire {
        /// Its id
        id: String,
        /// Even if pages hold tokens of it: they lose a claim, not a lease
        #[arg(long)]
        at_once: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum CallsTask {
    /// Import calls that are over from a carrier's log; importing it again changes nothing
    Import(Box<Import>),
    /// Judge again which calls of a pool count, by its rule as it is now
    Rejudge {
        /// The pool's id
        #[arg(long, value_name = "ID", required_unless_present = "site", conflicts_with = "site")]
        pool: Option<String>,
        /// Instead of a pool: calls to this site's numbers that are in no pool
        #[arg(long, value_name = "ID")]
        site: Option<String>,
        #[command(flatten)]
        days: Days,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Take the key of callers' numbers that is here, because the one before is lost
    AdoptKey,
}

#[derive(Debug, Subcommand)]
pub(super) enum ClockTask {
    /// Move the clock forward
    Advance {
        /// By so many seconds
        seconds: u64,
    },
}

impl Arguments {
    /// The same with another store.
    pub(super) fn layers_of(&self, store: &str) -> Layers {
        let mut layers = self.layers();
        layers.flags.push(("store".to_owned(), store.to_owned(), "--to".to_owned()));
        layers
    }

    /// All layers of settings, this command line included.
    pub(super) fn layers(&self) -> Layers {
        let given = &self.settings;
        let named = [
            ("store", "--store", &given.store),
            ("data_directory", "--data-directory", &given.data_directory),
            ("http.listen", "--listen", &given.listen),
            ("http.public_url", "--public-url", &given.public_url),
        ];
        let named = named
            .into_iter()
            .filter_map(|(key, flag, value)| Some((key.to_owned(), value.as_ref()?.clone(), flag.to_owned())));
        let set = given.set.iter().map(|(key, value)| (key.clone(), value.clone(), "--set".to_owned()));
        Layers { file: given.config.clone(), environment: environment(), flags: named.chain(set).collect() }
    }
}

impl Task {
    /// What to tell the running service; `None` for what is done otherwise.
    ///
    /// # Errors
    /// When a file cannot be read, or a day is none.
    pub(super) fn command(&self, settings: &Settings) -> Result<Option<Command>, String> {
        Ok(Some(match self {
            Self::Serve
            | Self::Config
            | Self::Openapi
            | Self::Simulate(_)
            | Self::Conversions(_)
            | Self::Restore { .. }
            | Self::Move { .. } => {
                return Ok(None);
            }
            Self::Backup { file } => {
                let file = std::path::absolute(file).map_err(|error| format!("{}: {error}", file.display()))?;
                Command::Backup { file }
            }
            Self::Keys(KeysTask::Rotate) => {
                let polled = settings.configuration_poll.as_secs() * POLLS_UNTIL_KNOWN;
                Command::RotateKeys { after_seconds: polled.max(KNOWN_AFTER_SECONDS) }
            }
            Self::Keys(KeysTask::List) => Command::ListKeys,
            Self::Keys(KeysTask::Retire { id, at_once }) => Command::RetireKey { id: id.clone(), at_once: *at_once },
            Self::Size(sizing) => return Ok(sizing.command()),
            Self::Apply { file, dry_run, prune } => {
                let document = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
                Command::Apply { document, dry_run: *dry_run, prune: *prune }
            }
            Self::Token(TokenTask::Create { name, scope, site, expires }) => Command::CreateToken {
                name: name.clone(),
                scopes: scope.clone(),
                sites: site.clone(),
                expires_after_seconds: *expires,
            },
            Self::Token(TokenTask::Rotate { id, grace }) => {
                Command::RotateToken { id: id.clone(), grace_seconds: *grace }
            }
            Self::Token(TokenTask::Revoke { id }) => Command::RevokeToken { id: id.clone() },
            Self::Token(TokenTask::List) => Command::ListTokens,
            Self::Tag { site, mode, media, format } => {
                Command::Tag { site: site.clone(), mode: *mode, media: *media, format: *format }
            }
            Self::Calls(CallsTask::Import(import)) => import.command()?,
            Self::Calls(CallsTask::Rejudge { pool, site, days, dry_run }) => {
                let (from, until) = days.range(settings)?;
                let of = site.clone().map(Of::Site).unwrap_or_else(|| Of::Pool(pool.clone().unwrap_or_default()));
                Command::RejudgeCalls { of, from, until, dry_run: *dry_run }
            }
            Self::Calls(CallsTask::AdoptKey) => Command::AdoptCallerKey,
            Self::Forget { caller } => Command::ForgetCaller { caller: caller.clone() },
            Self::Audit(days) => {
                let (from, until) = days.range(settings)?;
                Command::ListAudit { from, until }
            }
            Self::Settlement { advertiser, month, zone, issue, csv } => Command::Settlement(Wanted {
                advertiser: advertiser.clone(),
                month: month.clone(),
                zone: zone.clone(),
                usual_zone: settings.reports_zone.clone(),
                issue: *issue,
                csv: *csv,
            }),
            Self::Clock(ClockTask::Advance { seconds }) => Command::AdvanceClock { seconds: *seconds },
        }))
    }
}

/// Variables that are no UTF-8 are none of ours.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// A time like 24h, 90d or 1h30m, in seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let span = text.parse::<jiff::Span>().map_err(|_| "must be a time like 90d, 24h or 30m")?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours());
    let seconds = duration.ok().and_then(|duration| u64::try_from(duration.as_secs()).ok());
    seconds.filter(|seconds| *seconds <= MAX_SECONDS).ok_or_else(|| "must be a time from 0s to 36500d".to_owned())
}

fn scope_help() -> String {
    format!("What it may do, several times for several: {}", Scope::ALL.map(Scope::name).join(", "))
}
