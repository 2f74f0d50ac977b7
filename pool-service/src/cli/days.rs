//! `--from`, `--to` and `--zone`, which mean the same with every command.

use crate::{
    config::Settings,
    domain::{
        time::Timestamp,
        zone::{Edge, Zone},
    },
};
use clap::Args;

/// Which days, or between which moments.
#[derive(Debug, Args)]
pub(super) struct Days {
    /// The first day, as in 2026-11-01, or a moment of RFC 3339; else from the first on
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day, or the moment before which it ends; else up to the last
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Days of this IANA zone; else as reports.zone says
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

impl Days {
    /// The first moment, and the first one after.
    ///
    /// # Errors
    /// When one of them is no day, or the zone none.
    pub(super) fn range(&self, settings: &Settings) -> Result<(Option<Timestamp>, Option<Timestamp>), String> {
        let zone = self.zone.as_deref().unwrap_or(&settings.reports_zone);
        let zone = Zone::parse(zone).map_err(|error| error.to_string())?;
        let read = |flag: &str, text: Option<&String>, edge| {
            let read = text.map(|text| zone.moment(text, edge)).transpose();
            read.map_err(|error| format!("{flag} {error}"))
        };
        Ok((read("--from", self.from.as_ref(), Edge::From)?, read("--to", self.to.as_ref(), Edge::To)?))
    }
}
