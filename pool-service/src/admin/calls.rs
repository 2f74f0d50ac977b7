//! What operators do to call records: judge them again, and forget callers.

use super::Refused;
use crate::{
    calls::{CallDesk, rejudge::Ruled},
    domain::{
        counted::counted,
        ids::{PoolId, SiteId},
        report::filter::Range,
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Lines of changes that are shown; the audit log has all of them.
const SHOWN: usize = 1_000;

/// Whose rule judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The pool's of this id.
    Pool(String),
    /// The site's of this id, for its numbers of no pool.
    Site(String),
}

/// Judges calls again.
///
/// # Errors
/// When there is no such pool or site, nothing lies between the two moments, or the store does not answer.
pub(super) async fn rejudge(
    calls: &CallDesk,
    of: &Of,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
    dry_run: bool,
) -> Result<Vec<String>, Refused> {
    let none = || Refused::because(format!("there is no {of}"));
    let (ruled, rule) = match of {
        Of::Pool(id) => {
            let id = PoolId::parse(id).map_err(|error| Refused::because(error.to_string()))?;
            let rule = calls.rule_of(&id).ok_or_else(none)?;
            (Ruled::of_pool(id), rule)
        }
        Of::Site(id) => {
            let id = SiteId::parse(id).map_err(|error| Refused::because(error.to_string()))?;
            let rule = calls.rule_of_site(&id).ok_or_else(none)?;
            (Ruled::of_site(id), rule)
        }
    };
    let until = until.unwrap_or(Timestamp::from_millis(u64::MAX >> 16));
    let range = Range { from: from.unwrap_or(Timestamp::ZERO), until };
    if range.is_empty() {
        return Err(Refused::because("--from must lie before --to: nothing is between the two"));
    }
    let outcome = calls.rejudge(&ruled, range, dry_run).await?;
    let changed = outcome.lines.len();
    let mut lines: Vec<String> = outcome.lines.into_iter().take(SHOWN).collect();
    if changed > SHOWN {
        lines.push(format!("… and {} more", changed - SHOWN));
    }
    let verb = if dry_run { "would change" } else { "changed" };
    let (judged, version) = (counted(outcome.looked_at, "call"), rule.version);
    let lost = if outcome.lost == 1 { "1 does".to_owned() } else { format!("{} do", outcome.lost) };
    let won = if outcome.won == 1 { "1 counts".to_owned() } else { format!("{} count", outcome.won) };
    lines.push(format!(
        "{judged} judged by rule version {version}: {changed} {verb}, {lost} not count any more, {won} now"
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
    let (erased, stay) = (counted(count, "call"), if count == 1 { "the call stays" } else { "the calls stay" });
    Ok(vec![format!("{masked}: erased in {erased}; {stay}, without who called and what was said")])
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(id) => write!(f, "pool {id:?}"),
            Self::Site(id) => write!(f, "site {id:?}"),
        }
    }
}
