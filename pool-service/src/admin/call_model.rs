//! `[pool.attribution]` of a document as a domain value.

use super::{document::AttributionEntry, validate::Findings};
use crate::domain::{
    attribution::{CallModel, model::Share},
    time::Span,
};

/// Reads how a pool's visitors call; what is wrong goes to the findings.
pub(super) fn read(entry: &AttributionEntry, place: &str, findings: &mut Findings) -> CallModel {
    let mut model = CallModel::default();
    let before = findings.count();
    for (name, value, share) in [
        ("calls", entry.calls_percent, &mut model.calls),
        ("soon", entry.soon_percent, &mut model.soon),
        ("later", entry.later_percent, &mut model.later),
        ("late", entry.late_percent, &mut model.late),
        ("likely", entry.likely_percent, &mut model.likely_from),
        ("certain", entry.certain_percent, &mut model.certain_from),
    ] {
        let Some(percent) = value else { continue };
        match Share::from_percent(percent) {
            Some(read) => *share = read,
            None => findings.add(place, format!("attribution.{name}_percent = {percent} must be 0 to 100")),
        }
    }
    for (name, value, span) in [
        ("visit", entry.visit_seconds, &mut model.visit),
        ("soon_mean", entry.soon_mean_seconds, &mut model.soon_mean),
        ("later_median", entry.later_median_seconds, &mut model.later_median),
        ("late_median", entry.late_median_seconds, &mut model.late_median),
        ("stray_interval", entry.stray_interval_seconds, &mut model.stray_interval),
    ] {
        let Some(seconds) = value else { continue };
        match u64::try_from(seconds) {
            Ok(seconds) => *span = Span::from_seconds(seconds),
            Err(_) => findings.add(place, format!("attribution.{name}_seconds = {seconds} must not be negative")),
        }
    }
    if findings.count() == before {
        findings.take(place, model.validated());
    }
    model
}
