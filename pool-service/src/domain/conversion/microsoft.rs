//! Microsoft Advertising: import of offline conversions.
//!
//! The time zone is an offset, there are no other columns, and an equal pair of id and time is ignored by the platform.

use super::{
    export::Dialect,
    select::{Chosen, Id},
    zone::FileZone,
};
use crate::domain::visitor::Visitor;

/// How the file is written.
pub const DIALECT: Dialect = Dialect { quotes_all: false, is_crlf: false };

const COLUMNS: [&str; 5] =
    ["Microsoft Click ID", "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency"];

/// What the platform's own cookie puts before an id, and its import refuses.
const COOKIE_PREFIX: &str = "_uet";

/// The lines before the first conversion.
pub fn head(zone: &FileZone) -> [Vec<String>; 2] {
    [vec![format!("Parameters:TimeZone={}", zone.name())], COLUMNS.map(str::to_owned).to_vec()]
}

/// A conversion's line.
pub fn row(chosen: &Chosen<'_>, zone: &FileZone) -> Vec<String> {
    let worth = chosen.worth.as_ref();
    vec![
        chosen.id.value.to_owned(),
        chosen.conversion.name.clone(),
        zone.dashed(chosen.at),
        worth.map(|worth| worth.amount.to_string()).unwrap_or_default(),
        worth.map(|worth| worth.currency.to_string()).unwrap_or_default(),
    ]
}

/// The ids that Microsoft knows, the newest first.
pub fn ids(visitor: &Visitor) -> Vec<Id<'_>> {
    let bare = |value| str::strip_prefix(value, COOKIE_PREFIX).unwrap_or(value);
    let clicks = visitor.click_ids.iter().filter(|click| click.kind == "msclkid");
    clicks.filter_map(|click| Id::of(click, bare(&click.value))).collect()
}
