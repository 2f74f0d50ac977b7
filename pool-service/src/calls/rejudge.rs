//! Judging calls again after their pool's rule changed. What would change can be seen before.

use super::{CallDesk, Read, TRIES, contended, read, row};
use crate::{
    domain::{
        audit::MAX_LINES,
        call::{
            Call,
            validity::{Grounds, Invalid, Validity, ValidityRule},
        },
        ids::PoolId,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf, SaveCall, SavedCall, Survives},
    },
};
use std::collections::HashMap;

const PAGE: usize = 500;

/// What judging again comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// One line for each call of which something changes: its id, the old and the new reasons.
    pub lines: Vec<String>,
    /// Calls that were looked at.
    pub looked_at: u64,
    /// Calls that counted and do not count any more.
    pub lost: u64,
    /// Calls that did not count and do now.
    pub won: u64,
}

/// Who counted when, within the rule's period.
#[derive(Default)]
struct Counted(HashMap<String, Timestamp>);

impl CallDesk {
    /// Judges the calls of a pool that began from a moment until before another again, the oldest first, by the rule as it
    /// is now. With `dry_run` nothing is changed, and the answer is the same.
    ///
    /// # Errors
    /// When the store does not answer; what was judged stays judged, and the same can be asked again.
    pub async fn rejudge(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
        dry_run: bool,
    ) -> Result<Rejudged, StoreError> {
        let rule = self.policy(pool).validity;
        let mut counted = self.counted_until(pool, &rule, from).await?;
        let mut outcome = Rejudged::default();
        let mut told = 0;
        let mut query = CallQuery { of: CallsOf::Pool, from, until, after: None, newest_first: false, limit: PAGE };
        loop {
            let page = self.store.calls(pool, &query).await?;
            let Some(last) = page.last() else { break };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
            for kept in &page {
                let Read { call, .. } = read(kept)?;
                let validity = again(&call, &rule, &counted);
                outcome.compare(&call, &validity);
                counted.note(&call, &validity);
                if !dry_run && call.validity.as_ref() != Some(&validity) {
                    self.replace(&call, &validity).await?;
                }
            }
            if !dry_run {
                for lines in outcome.lines[told..].chunks(MAX_LINES) {
                    let subject = format!("pool {pool}, rule version {}", rule.version);
                    self.note("validity rejudged", &subject, lines).await?;
                }
                told = outcome.lines.len();
            }
        }
        Ok(outcome)
    }

    /// Who counted before the first call that is judged again.
    async fn counted_until(&self, pool: &PoolId, rule: &ValidityRule, from: Timestamp) -> Result<Counted, StoreError> {
        let mut counted = Counted::default();
        let since = from - rule.unique_caller;
        let mut query =
            CallQuery { of: CallsOf::Pool, from: since, until: from, after: None, newest_first: false, limit: PAGE };
        if rule.unique_caller == Span::default() {
            return Ok(counted);
        }
        loop {
            let page = self.store.calls(pool, &query).await?;
            let Some(last) = page.last() else { return Ok(counted) };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
            for kept in &page {
                let call = read(kept)?.call;
                if let Some(validity) = &call.validity {
                    counted.note(&call, validity);
                }
            }
        }
    }

    /// Keeps a judgement; what call systems tell meanwhile is judged by the same rule.
    async fn replace(&self, judged: &Call, validity: &Validity) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(Read { revision, call }) = self.read(&judged.pool, &judged.key).await? else { return Ok(()) };
            if Grounds::of(&call) != Grounds::of(judged) {
                return Ok(());
            }
            let call = Call { validity: Some(validity.clone()), ..call };
            let save =
                SaveCall { row: row(&call)?, read_revision: revision, capacity: None, survives: Survives::PowerLoss };
            if let SavedCall::Saved { .. } = self.store.save_call(&call.pool, &save).await? {
                return Ok(());
            }
        }
        Err(contended(&judged.key))
    }
}

/// What the rule says of a call now. Whether a caller who was forgotten counted before cannot be found out any more.
fn again(call: &Call, rule: &ValidityRule, counted: &Counted) -> Validity {
    let grounds = Grounds::of(call);
    let mut validity = grounds.judge(rule, counted.has(call, rule));
    let before = call.validity.iter().flat_map(|validity| &validity.reasons);
    if call.erased_at.is_some() && before.copied().any(|reason| reason == Invalid::RepeatCaller) {
        validity.reasons.push(Invalid::RepeatCaller);
        validity.reasons.sort();
    }
    validity
}

impl Counted {
    fn has(&self, call: &Call, rule: &ValidityRule) -> bool {
        let last = call.facts.caller_key().and_then(|caller| self.0.get(caller));
        last.is_some_and(|last| *last < call.began_at() && call.began_at() - rule.unique_caller <= *last)
    }

    fn note(&mut self, call: &Call, validity: &Validity) {
        if let Some(caller) = call.facts.caller_key().filter(|_| validity.is_valid()) {
            self.0.insert(caller.to_owned(), call.began_at());
        }
    }
}

impl Rejudged {
    fn compare(&mut self, call: &Call, now: &Validity) {
        self.looked_at += 1;
        let (was_valid, is_valid) = (call.is_valid(), now.is_valid());
        self.lost += u64::from(was_valid && !is_valid);
        self.won += u64::from(!was_valid && is_valid);
        let before = call.validity.as_ref();
        if before.map(|before| &before.reasons) != Some(&now.reasons) {
            let (before, now) = (before.map_or_else(|| "not judged".to_owned(), shown), shown(now));
            self.lines.push(format!("{}: {before} -> {now}", call.record_id()));
        }
    }
}

/// Reasons in one line.
fn shown(validity: &Validity) -> String {
    if validity.is_valid() {
        return "valid".to_owned();
    }
    validity.reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", ")
}
