//! Judging calls again after their pool's rule changed. What would change can be seen before.

use super::{CallDesk, Read, TRIES, contended, later::stay_repeated, read};
use crate::{
    domain::{
        audit::MAX_LINES,
        call::{
            Call,
            validity::{Grounds, RecordPolicy, Validity},
        },
        ids::{PoolId, SiteId},
        report::filter::Range,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf},
    },
};
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

const PAGE: usize = 500;

/// Calls that one rule judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    pool: PoolId,
    site: Option<SiteId>,
}

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

/// What has been found out so far.
struct Again {
    policy: RecordPolicy,
    /// Records of calls that began before have been removed.
    kept_since: Timestamp,
    /// Which call of a caller counted last.
    counted: HashMap<String, Timestamp>,
    /// Callers of whom a call counts now and did not, or the other way round.
    changed: HashSet<String>,
    /// Until then calls can rest on one of those.
    reach: Timestamp,
}

impl CallDesk {
    /// Judges calls again that began within a time, the oldest first, by their rule as it is now. Later ones that this rule
    /// judged already are judged along where they rest on one that changed. With `dry_run` nothing is changed, and the answer
    /// is the same.
    ///
    /// # Errors
    /// When the store does not answer; what was judged stays judged, and the same can be asked again.
    pub async fn rejudge(&self, of: &Ruled, range: Range, dry_run: bool) -> Result<Rejudged, StoreError> {
        let mut again = self.before(of, range.from).await?;
        let (mut outcome, mut told) = (Rejudged::default(), 0);
        let mut query = query(range.from, range.until);
        loop {
            let page = self.store.calls(&of.pool, &query).await?;
            let Some(last) = page.last() else {
                if again.reach < query.until {
                    return Ok(outcome);
                }
                query.until = again.reach + Span::from_millis(1);
                continue;
            };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
            for kept in &page {
                let Read { call, .. } = read(kept)?;
                if !of.has(&call) || (call.began_at() >= range.until && !again.rests_on_change(&call)) {
                    continue;
                }
                let mut validity = again.judge(&call);
                if !dry_run && call.validity.as_ref() != Some(&validity) {
                    validity = self.replace(&call, &again, validity).await?;
                }
                outcome.compare(&call, &validity);
                again.note(&call, &validity);
            }
            if !dry_run {
                for lines in outcome.lines[told..].chunks(MAX_LINES) {
                    let subject = format!("{of}, rule version {}", again.policy.validity.version);
                    self.note("validity rejudged", &subject, lines).await?;
                }
                told = outcome.lines.len();
            }
        }
    }

    /// Who counted before the first call that is judged again.
    async fn before(&self, of: &Ruled, from: Timestamp) -> Result<Again, StoreError> {
        let policy = self.policy(&of.pool, of.site.as_ref());
        let now = self.store.now().await?;
        let kept_since =
            if policy.keep_records == Span::default() { Timestamp::ZERO } else { now - policy.keep_records };
        let (counted, changed, reach) = (HashMap::new(), HashSet::new(), Timestamp::ZERO);
        let mut again = Again { policy, kept_since, counted, changed, reach };
        let mut query = query(from - policy.validity.unique_caller, from);
        while query.from < query.until {
            let page = self.store.calls(&of.pool, &query).await?;
            let Some(last) = page.last() else { break };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
            for kept in &page {
                let call = read(kept)?.call;
                if of.has(&call) && call.is_valid() {
                    again.count(&call);
                }
            }
        }
        Ok(again)
    }

    /// Keeps a judgement; gives it as it is then, since call systems may tell something meanwhile.
    async fn replace(&self, judged: &Call, again: &Again, mut known: Validity) -> Result<Validity, StoreError> {
        let rule = &again.policy.validity;
        for _ in 0..TRIES {
            let Some(Read { revision, call }) = self.read(&judged.pool, &judged.key).await? else { return Ok(known) };
            let grounds = Grounds::of(&call);
            let counted = grounds.may_repeat(rule) && self.counted_before(&call, rule.unique_caller).await?;
            known = again.stay(&call, grounds.judge(rule, counted));
            let next = Call { validity: Some(known.clone()), ..call.clone() };
            // After it was saved it is looked at once more: what it rests on may have changed just then.
            if next == call || (self.save_again(revision, &next).await?.is_some() && !grounds.may_repeat(rule)) {
                return Ok(known);
            }
        }
        Err(contended(&judged.key))
    }
}

impl Again {
    /// What the rule says of a call now.
    fn judge(&self, call: &Call) -> Validity {
        let (rule, grounds) = (&self.policy.validity, Grounds::of(call));
        let last = call.facts.caller_key().and_then(|caller| self.counted.get(caller));
        // Calls are judged in their order, so that whoever counted at the same moment comes before.
        let counted =
            last.is_some_and(|last| *last <= call.began_at() && call.began_at() - rule.unique_caller <= *last);
        self.stay(call, grounds.judge(rule, counted))
    }

    /// The judgement, with what stays. Whether a caller who was forgotten counted before cannot be found out any more, nor
    /// what rested on calls that were removed since.
    fn stay(&self, call: &Call, mut judged: Validity) -> Validity {
        let unique = self.policy.validity.unique_caller;
        let is_known = call.erased_at.is_none() && call.began_at() - unique >= self.kept_since;
        if !is_known && unique > Span::default() {
            stay_repeated(call, &mut judged);
        }
        judged
    }

    /// Whether a call was judged by this rule already, and its caller has one that counts otherwise now.
    fn rests_on_change(&self, call: &Call) -> bool {
        let is_by_rule = call.validity.as_ref().is_some_and(|it| it.rule_version == self.policy.validity.version);
        is_by_rule && call.facts.caller_key().is_some_and(|caller| self.changed.contains(caller))
    }

    fn note(&mut self, call: &Call, validity: &Validity) {
        let unique = self.policy.validity.unique_caller;
        if validity.is_valid() {
            self.count(call);
        }
        if validity.is_valid() != call.is_valid()
            && unique > Span::default()
            && let Some(caller) = call.facts.caller_key()
        {
            self.changed.insert(caller.to_owned());
            self.reach = self.reach.max(call.began_at() + unique);
        }
    }

    fn count(&mut self, call: &Call) {
        if let Some(caller) = call.facts.caller_key() {
            self.counted.insert(caller.to_owned(), call.began_at());
        }
    }
}

impl Ruled {
    /// Those of a pool.
    pub fn of_pool(pool: PoolId) -> Self {
        Self { pool, site: None }
    }

    /// Those on a site's numbers of no pool.
    pub fn of_site(site: SiteId) -> Self {
        Self { pool: PoolId::none(), site: Some(site) }
    }

    fn has(&self, call: &Call) -> bool {
        self.site.is_none() || call.site == self.site
    }
}

impl fmt::Display for Ruled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.site {
            None => write!(f, "pool {}", self.pool),
            Some(site) => write!(f, "site {site}, numbers of no pool"),
        }
    }
}

fn query(from: Timestamp, until: Timestamp) -> CallQuery {
    CallQuery { of: CallsOf::Pool, from, until, after: None, newest_first: false, limit: PAGE }
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
pub(super) fn shown(validity: &Validity) -> String {
    if validity.is_valid() {
        return "valid".to_owned();
    }
    validity.reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", ")
}
