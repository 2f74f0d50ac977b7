//! What operators do to call records: judge them again, and forget callers.

use super::Refused;
use crate::{
    calls::CallDesk,
    domain::{ids::PoolId, time::Timestamp},
};

/// Lines of changes that are shown; the audit log has all of them.
const SHOWN: usize = 1_000;

/// Judges the calls of a pool again.
///
/// # Errors
/// When the pool is none, a moment makes no sense, or the store does not answer.
pub(super) async fn rejudge(
    calls: &CallDesk,
    pool: &str,
    (from, until): (Option<&str>, Option<&str>),
    dry_run: bool,
) -> Result<Vec<String>, Refused> {
    let id = PoolId::parse(pool).map_err(|error| Refused::because(error.to_string()))?;
    let rule = calls.rule_of(&id).ok_or_else(|| Refused::because(format!("there is no pool {pool:?}")))?;
    let version = rule.version;
    let from = from.map(|text| moment("--from", text)).transpose()?.unwrap_or(Timestamp::ZERO);
    let until = until.map(|text| moment("--to", text)).transpose()?.unwrap_or(Timestamp::from_millis(u64::MAX >> 16));
    let outcome = calls.rejudge(&id, from, until, dry_run).await?;
    let (count, changed) = (outcome.looked_at, outcome.lines.len());
    let mut lines: Vec<String> = outcome.lines.into_iter().take(SHOWN).collect();
    if changed > SHOWN {
        lines.push(format!("… and {} more", changed - SHOWN));
    }
    let (lost, won) = (outcome.lost, outcome.won);
    let verb = if dry_run { "would change" } else { "changed" };
    lines.push(format!(
        "{count} calls judged by rule version {version}: {changed} {verb}, {lost} do not count any more, {won} count now"
    ));
    Ok(lines)
}

/// Forgets a caller.
///
/// # Errors
/// When the text names nobody, or the store does not answer.
pub(super) async fn forget(calls: &CallDesk, caller: &str) -> Result<Vec<String>, Refused> {
    let read = calls.callers().read(caller).caller;
    let masked = read.ok_or_else(|| Refused::because("--caller must be a caller's number, as 090-1234-5678"))?.masked;
    let count = calls.forget(caller).await?;
    Ok(vec![format!("{masked}: erased in {count} calls; the calls stay, without who called and what was said")])
}

/// A day of UTC or a moment.
fn moment(flag: &str, text: &str) -> Result<Timestamp, Refused> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let at = text.parse::<jiff::Timestamp>().ok().or_else(|| day().map(|day| day.timestamp()));
    let millis = at.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| {
        Refused::because(format!("{flag} {text:?} must be a day or a moment: 2026-11-21, 2026-11-21T14:30:00+09:00"))
    })
}
