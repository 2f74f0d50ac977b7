//! `hatsuban conversions`: files for ad platforms, on standard output or in a file.
//!
//! The service writes the file into the data directory, where it may; from there it is taken with the rights of whoever gave
//! the command.

use super::{operate::operate, print};
use crate::{
    admin::{Command, conversions::Wanted},
    config::Settings,
    domain::conversion::Target,
};
use clap::{Args, Subcommand};
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

#[derive(Debug, Subcommand)]
pub(super) enum ConversionsTask {
    /// Write calls as the file that an ad platform or a CRM imports; what is left out is said on standard error
    Export(Export),
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[arg(long, value_parser = Target::parse, help = target_help())]
    target: Target,
    /// The first day, as in 2026-11-01, or a moment of RFC 3339; else as many days as are configured
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day, or the moment before which calls began; else now
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Calls of this site only
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Calls on behalf of this advertiser only
    #[arg(long, value_name = "ID")]
    advertiser: Option<String>,
    /// Days and times of this IANA zone; else of the configured one
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Write here, over what is there once the new file is whole; else to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    /// Carries it out.
    ///
    /// # Errors
    /// What is wrong, one line each.
    pub(super) async fn run(&self, settings: &Settings) -> Result<(), String> {
        let spool = Spool::new(&settings.data_directory)?;
        let wanted = Wanted {
            target: self.target,
            from: self.from.clone(),
            to: self.to.clone(),
            site: self.site.clone(),
            advertiser: self.advertiser.clone(),
            zone: self.zone.clone(),
        };
        let command = Command::ExportConversions { wanted, file: spool.0.clone() };
        // What was written must not stay behind.
        let lines = tokio::select! {
            lines = operate(settings, command) => lines?,
            _ = tokio::signal::ctrl_c() => return Err("interrupted".to_owned()),
        };
        let file = File::open(&spool.0).map_err(|error| format!("{}: {error}", spool.0.display()))?;
        match &self.output {
            None => print::file(file)?,
            Some(output) => {
                replace(file, output).map_err(|error| format!("{}: {error}", output.display()))?;
            }
        }
        lines.iter().for_each(|line| print::progress(line));
        Ok(())
    }
}

/// A file in the data directory that goes when it is not needed any more.
struct Spool(PathBuf);

impl Spool {
    fn new(directory: &Path) -> Result<Self, String> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| format!("the system gives no random bytes: {error}"))?;
        let name = format!("conversions-{:016x}.csv", u64::from_ne_bytes(random));
        let path = std::path::absolute(directory.join(name));
        path.map(Self).map_err(|error| format!("{}: {error}", directory.display()))
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Mostly it is there; where the command failed it is not.
        let _ = fs::remove_file(&self.0);
    }
}

/// Puts a copy in the place of a file, whole or not at all.
fn replace(mut from: File, to: &Path) -> io::Result<()> {
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let _ = fs::remove_file(&unfinished);
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let done = io::copy(&mut from, &mut copy).and_then(|_| copy.sync_all()).and_then(|()| fs::rename(&unfinished, to));
    done.inspect_err(|_| {
        let _ = fs::remove_file(&unfinished);
    })
}

fn target_help() -> String {
    format!("Whom the file is for: {}", Target::ALL.map(Target::name).join(", "))
}
