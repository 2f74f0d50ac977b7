//! Google Ads: import of conversions from clicks, as a file or by a scheduled fetch.
//!
//! A line names the time zone, then comes the header. One id a row: `gclid`, or one of the two braids, which exclude each
//! other. Not verified: the spelling of the braids' columns and of the two of consent; so the file has them only where a
//! conversion asks for them. Those of consent are empty where the visitor's page said nothing.

use super::{
    Braid, Conversion,
    export::Dialect,
    select::{Chosen, Id},
    zone::FileZone,
};
use crate::domain::visitor::{Consent, Visitor};
use std::cmp::Reverse;

/// How the file is written.
pub const DIALECT: Dialect = Dialect { quotes_all: false, is_crlf: false };

/// Columns that a file has because one of its conversions asks for them.
#[derive(Debug, Default)]
pub struct Columns {
    /// Ids besides `gclid`, in ascending order.
    pub braids: Vec<Braid>,
    /// What the visitor said in Consent Mode.
    pub has_consent: bool,
}

impl Columns {
    /// Those that any of these conversions asks for.
    pub fn wanted<'a>(conversions: impl Iterator<Item = &'a Conversion>) -> Self {
        let mut columns = Self::default();
        for conversion in conversions {
            columns.braids.extend(&conversion.braids);
            columns.has_consent |= conversion.consent_columns;
        }
        columns.braids.sort_unstable();
        columns.braids.dedup();
        columns
    }
}

/// Not verified.
const fn column(braid: Braid) -> &'static str {
    match braid {
        Braid::Gbraid => "GBRAID",
        Braid::Wbraid => "WBRAID",
    }
}

/// The lines before the first conversion.
pub fn head(columns: &Columns, zone: &FileZone) -> [Vec<String>; 2] {
    let mut header = vec!["Google Click ID".to_owned()];
    header.extend(columns.braids.iter().map(|braid| column(*braid).to_owned()));
    header.extend(["Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency"].map(str::to_owned));
    if columns.has_consent {
        header.extend(["Ad User Data", "Ad Personalization"].map(str::to_owned));
    }
    [vec![format!("Parameters:TimeZone={}", zone.name())], header]
}

/// A conversion's line in a file with columns for these braids.
pub fn row(columns: &Columns, chosen: &Chosen<'_>, zone: &FileZone) -> Vec<String> {
    let id_in = |kind: &str| if chosen.id.kind == kind { chosen.id.value.to_owned() } else { String::new() };
    let mut row = vec![id_in("gclid")];
    row.extend(columns.braids.iter().map(|braid| id_in(braid.name())));
    let worth = chosen.worth.as_ref();
    row.push(chosen.conversion.name.clone());
    row.push(zone.dashed(chosen.at));
    row.push(worth.map(|worth| worth.amount.to_string()).unwrap_or_default());
    row.push(worth.map(|worth| worth.currency.to_string()).unwrap_or_default());
    if columns.has_consent {
        let said = chosen.consent;
        row.extend([said.ad_user_data, said.ad_personalization].map(|state| consent(state).to_owned()));
    }
    row
}

const fn consent(state: Option<Consent>) -> &'static str {
    match state {
        Some(Consent::Granted) => "Granted",
        Some(Consent::Denied) => "Denied",
        None => "",
    }
}

/// The ids that Google knows, the visit's own first and then the newest; of one click `gclid` before the braids, since
/// actions that count once a click refuse those.
pub fn ids<'a>(conversion: &Conversion, visitor: &'a Visitor) -> Vec<Id<'a>> {
    let rank = |kind: &str| match kind {
        "gclid" => Some(0),
        kind => conversion.braids.iter().position(|braid| braid.name() == kind).map(|at| at + 1),
    };
    let mut found = Vec::new();
    for click in visitor.click_ids.iter().filter(|click| !click.value.contains('.')) {
        let Some((rank, id)) = rank(&click.kind).zip(Id::of(click, &click.value)) else { continue };
        let seconds = click.clicked_at_ms.map(|millis| millis / 1_000).filter(|_| !click.from_url);
        found.push(((!click.from_url, Reverse(seconds), rank), id));
    }
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, id)| id).collect()
}
