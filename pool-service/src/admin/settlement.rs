//! `hatsuban settlement`: the calls of a month that count for an advertiser, and its issue.

use super::Refused;
use crate::{
    calls::{
        CallDesk,
        settle::{Settling, Unsettled, csv},
    },
    domain::{
        audit::Actor,
        counted::counted,
        ids::AdvertiserId,
        settlement::{Month, Settlement},
        zone::Zone,
    },
};
use serde::{Deserialize, Serialize};

/// What is wanted of a settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The advertiser's id.
    pub advertiser: String,
    /// The month: `2026-11`.
    pub month: String,
    /// The zone whose month it is, if it matters.
    pub zone: Option<String>,
    /// The zone otherwise.
    pub usual_zone: String,
    /// Freeze it.
    pub issue: bool,
    /// As a table rather than in words.
    pub csv: bool,
}

/// Gives the lines of a settlement; issues it if that is wanted.
pub(super) async fn settle(desk: &CallDesk, wanted: &Wanted, by: &Actor) -> Result<Vec<String>, Refused> {
    let advertiser = AdvertiserId::parse(&wanted.advertiser).map_err(|error| Refused::because(error.to_string()))?;
    let month = Month::parse(&wanted.month).map_err(|error| Refused::because(error.to_string()))?;
    let parsed = |name: &str| Zone::parse(name).map_err(|error| Refused::because(error.to_string()));
    let zone = wanted.zone.as_deref().map(parsed).transpose()?;
    let settling = Settling { advertiser, zone, usual: parsed(&wanted.usual_zone)? };
    let settlement = if wanted.issue {
        desk.issue(&settling, month, &name(by)).await
    } else {
        desk.settlement(&settling, month).await
    };
    let settlement = settlement.map_err(|unsettled| match unsettled {
        Unsettled::Store(error) => Refused::Store(error),
        other => Refused::because(other.to_string()),
    })?;
    if wanted.csv {
        let text = String::from_utf8_lossy(&csv(&settlement, false)).into_owned();
        return Ok(text.lines().map(str::to_owned).collect());
    }
    Ok(lines(&settlement))
}

/// Who, in a word.
fn name(by: &Actor) -> String {
    match by {
        Actor::CommandLine { user } => user.clone(),
        Actor::Token { id } => format!("token {id}"),
        Actor::Service => "the service".to_owned(),
    }
}

fn lines(settlement: &Settlement) -> Vec<String> {
    let Settlement { advertiser, month, zone, .. } = settlement;
    let shown = Zone::parse(zone).unwrap_or_else(|_| Zone::utc());
    let status = match &settlement.issued {
        None => "a draft, which still changes; --issue freezes it".to_owned(),
        Some(issue) => format!("issued on {} by {}, number {}", shown.rfc3339(issue.at), issue.by, issue.number),
    };
    let totals = settlement.totals();
    let mut lines = vec![
        format!("settlement of {advertiser} for {month} ({zone}): {status}"),
        format!("{}, {} s of talk", counted(totals.valid_calls, "valid call"), totals.talk_seconds),
    ];
    if !settlement.corrections.is_empty() {
        lines.push(format!(
            "corrections of earlier months: {} added, {} removed, {} changed",
            totals.added, totals.removed, totals.changed
        ));
        for correction in &settlement.corrections {
            if let Some(row) = correction.after.as_ref().or(correction.before.as_ref()) {
                let reasons = correction.reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", ");
                let reasons = if reasons.is_empty() { reasons } else { format!(": {reasons}") };
                let at = shown.wall_clock(row.at);
                let change = correction.change.name();
                lines.push(format!("  {} {change} {} of {at}{reasons}", correction.month, row.id));
            }
        }
    }
    lines.push(format!("to settle: {}", counted(totals.settled_calls, "call")));
    lines
}
