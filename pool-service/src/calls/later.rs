//! What a call changes of later ones. Calls are told of in any order, so a call that is new, began at another moment, has
//! another caller, or counts now or no more, makes others be judged again that began after it: those of the same caller
//! (whose they are, and whether they count) and those on the same number (whether it is suspected to be printed).
//!
//! Every save of a judgement is followed by a look at what it rests on, and every change of that by a look at the
//! judgements. So of two copies of the service that tell of two calls at the same time at least one sees both. A judgement
//! that is replaced is written down before.
//!
//! One event makes at most [`AT_ONCE`] calls be judged again; what is left then is kept for the sweeper (`left`).

use super::{
    CallDesk, Read, TRIES, circle::Circle, contended, next::is_same_lease, read, rejudge::shown, row,
    suspect::is_uncredited,
};
use crate::{
    domain::{
        call::{
            Call, CallState,
            validity::{Invalid, Validity},
        },
        lease::Lease,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf, SaveCall, SavedCall, Survives},
    },
};
use serde::{Deserialize, Serialize};

/// So many calls of a caller are judged again while a call system waits: each may be three writes to disk.
const AT_ONCE: usize = 32;
/// Calls that are read at once.
const PAGE: usize = 100;

/// What later calls rest on.
#[derive(PartialEq)]
struct Ground<'a> {
    began_at: Timestamp,
    circle: Option<Circle>,
    is_valid: bool,
    lease: Option<(u64, &'a str)>,
    is_uncredited: bool,
}

/// Why calls are judged again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cause {
    /// The call that made it necessary, by its public id.
    pub(super) id: String,
    /// That call is not where it was any more.
    pub(super) is_gone: bool,
    /// A call that counted does not count there any more.
    pub(super) is_lost: bool,
}

/// How far calls were judged again.
pub(super) enum Judged {
    /// All that can rest on what was there.
    All,
    /// More are left from this moment on.
    UpTo(Timestamp),
}

impl<'a> Ground<'a> {
    fn of(call: &'a Call) -> Self {
        let own = call.attribution.as_ref().and_then(|attributed| attributed.judged.credited());
        Self {
            began_at: call.began_at(),
            circle: Circle::of(call),
            is_valid: call.is_valid(),
            lease: own.map(|own| (own.lease.generation, own.lease.session.as_str())),
            is_uncredited: is_uncredited(call),
        }
    }
}

impl CallDesk {
    /// Judges again what rests on a call of which nothing new was told: when it was told first, that may have been broken
    /// off.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn look_after(&self, call: Call) -> Result<(), StoreError> {
        self.follow(Some(&call.clone()), call).await.map(drop)
    }

    /// Judges again what rests on a call that was just saved, after the one that was kept before; gives the call as it is
    /// then. An event that is told again does it again: the first time may have been broken off.
    pub(super) async fn follow(&self, old: Option<&Call>, call: Call) -> Result<Call, StoreError> {
        let (was, is) = (old.map(Ground::of), Ground::of(&call));
        // What was broken off when the call began is made up for at its end, too.
        let is_over = |call: &Call| call.state() == CallState::Ended;
        let has_ended = is_over(&call) && !old.is_some_and(is_over);
        if was.as_ref() == Some(&is) && old != Some(&call) && !has_ended {
            return Ok(call);
        }
        let id = call.record_id();
        if let Some(was) = &was
            && let Some(circle) = &was.circle
            && (&was.circle, was.began_at) != (&is.circle, is.began_at)
        {
            let cause = Cause { id: id.clone(), is_gone: true, is_lost: was.is_valid };
            self.judge_from(circle, was.began_at, cause).await?;
        }
        if let Some(circle) = &is.circle {
            let is_lost = was.as_ref().is_some_and(|was| was.is_valid && !is.is_valid);
            self.judge_from(circle, is.began_at, Cause { id, is_gone: false, is_lost }).await?;
        }
        if let Some(was) = was.filter(|was| was.is_uncredited && was.began_at != is.began_at) {
            self.suspect_from(&call, was.began_at).await?;
        }
        if is.is_uncredited || old.is_some_and(is_uncredited) {
            self.suspect_from(&call, is.began_at).await?;
        }
        let kept = self.read(&call.pool, &call.key).await?;
        Ok(kept.map_or(call, |read| read.call))
    }

    /// Judges calls again that began at this moment or later; what is too much for now is left to the sweeper.
    async fn judge_from(&self, circle: &Circle, since: Timestamp, mut cause: Cause) -> Result<(), StoreError> {
        match self.judge_some(circle, since, AT_ONCE, &mut cause).await? {
            Judged::All => Ok(()),
            Judged::UpTo(since) => self.leave(circle, since, &cause).await,
        }
    }

    /// Judges calls again that began at this moment or later, as far as they can rest on what was or is there, and not more
    /// of them than said.
    pub(super) async fn judge_some(
        &self,
        circle: &Circle,
        since: Timestamp,
        at_most: usize,
        cause: &mut Cause,
    ) -> Result<Judged, StoreError> {
        let policy = self.policy(&circle.pool, circle.site.as_ref());
        let unique = policy.validity.unique_caller;
        let (mut reach, mut first, mut judged) = (since + policy.repeat_caller.max(unique), None, 0);
        let mut query = from(CallsOf::Caller(circle.caller.clone()), since, PAGE);
        loop {
            let page = self.store.calls(&circle.pool, &query).await?;
            for kept in &page {
                let Read { revision, call } = read(kept)?;
                let at = call.began_at();
                // Whether a caller calls for the first time has no period: whoever comes next is looked at in any case.
                if at > reach && first.is_some_and(|first| first < at) {
                    return Ok(Judged::All);
                }
                if !circle.has(&call) {
                    continue;
                }
                if judged == at_most {
                    return Ok(Judged::UpTo(at));
                }
                judged += 1;
                if at > since {
                    first = first.or(Some(at));
                }
                let counted = call.is_valid();
                if self.judge_beside(revision, call, cause).await? != counted {
                    reach = reach.max(at + unique);
                    cause.is_lost |= counted;
                }
            }
            let Some(last) = page.last().filter(|_| page.len() >= query.limit) else { return Ok(Judged::All) };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
        }
    }

    /// Judges one call again until it is what the calls beside it make of it; gives whether it counts.
    async fn judge_beside(&self, mut revision: u64, mut call: Call, cause: &Cause) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let next = self.beside(&call, cause).await?;
            if next == call {
                return Ok(call.is_valid());
            }
            self.note_change(&call, &next, cause).await?;
            match self.save_again(revision, &next).await? {
                Some(saved) => (revision, call) = (saved, next),
                None => match self.read(&call.pool, &call.key).await? {
                    Some(read) => (revision, call) = (read.revision, read.call),
                    None => return Ok(false),
                },
            }
        }
        Err(contended(&call.key))
    }

    /// The same call as the calls beside it make it.
    async fn beside(&self, old: &Call, cause: &Cause) -> Result<Call, StoreError> {
        let mut call = old.clone();
        if Circle::of(&call).is_none() {
            return Ok(call);
        }
        self.look_back(&mut call).await?;
        let policy = self.policy_of(&call);
        let kept_since = match policy.keep_records {
            keep if keep == Span::default() => None,
            keep => Some(self.store.now().await? - keep),
        };
        if let Some(kept_since) = kept_since {
            keep_what_is_gone(old, &mut call, kept_since, cause);
        }
        if !is_same_lease(old.credited(), call.credited()) {
            let place = self.place_of(&call.number, &call.key).await?;
            call.source = self.source(&place, &call);
        }
        // What was judged by a former rule stays so until somebody says otherwise.
        if old.validity.as_ref().is_some_and(|validity| validity.rule_version == policy.validity.version) {
            call = self.judged(call).await?;
            let is_known = kept_since.is_none_or(|since| call.began_at() - policy.validity.unique_caller >= since);
            if let Some(judged) = call.validity.as_mut().filter(|_| !is_known && !cause.is_lost) {
                stay_repeated(old, judged);
            }
        }
        Ok(call)
    }

    /// Saves a call that was judged again; gives its new revision, or `None` if somebody else was faster.
    pub(super) async fn save_again(&self, revision: u64, call: &Call) -> Result<Option<u64>, StoreError> {
        let save = SaveCall { row: row(call)?, read_revision: revision, capacity: None, survives: Survives::PowerLoss };
        Ok(match self.store.save_call(&call.pool, &save).await? {
            SavedCall::Saved { revision } => Some(revision),
            SavedCall::Changed | SavedCall::Busy => None,
        })
    }

    /// Writes down that judgements are replaced. One of a call that lasts is none yet.
    async fn note_change(&self, old: &Call, now: &Call, cause: &Cause) -> Result<(), StoreError> {
        let (id, because) = (old.record_id(), format!("what was told of call {}", cause.id));
        if old.repeat_of != now.repeat_of {
            let lines = [because.clone(), format!("before: {}", first_of(old)), format!("now: {}", first_of(now))];
            self.note("attribution rejudged", &id, &lines).await?;
        }
        let is_over = |validity: &&Validity| !validity.reasons.contains(&Invalid::InProgress);
        if let (Some(before), Some(after)) = (&old.validity.as_ref().filter(is_over), &now.validity)
            && before.reasons != after.reasons
        {
            let lines = [because, format!("{id}: {} -> {}", shown(before), shown(after))];
            self.note("validity rejudged", &id, &lines).await?;
        }
        Ok(())
    }
}

/// What rested on a call whose record was removed since, because it is old enough, cannot be found out again and stays.
fn keep_what_is_gone(old: &Call, call: &mut Call, kept_since: Timestamp, cause: &Cause) {
    if old.is_first_time_caller == Some(false) && !cause.is_gone {
        call.is_first_time_caller = Some(false);
    }
    let gone = old.repeat_of.as_ref().filter(|first| first.began_at < kept_since);
    if let Some(gone) = gone
        && call.repeat_of.as_ref().is_none_or(|first| gone.began_at < first.began_at)
    {
        call.repeat_of = Some(gone.clone());
    }
}

/// A call that did not count because its caller had counted before goes on not to count.
pub(super) fn stay_repeated(old: &Call, judged: &mut Validity) {
    let was = old.validity.as_ref().is_some_and(|validity| validity.reasons.contains(&Invalid::RepeatCaller));
    if was && !judged.reasons.contains(&Invalid::RepeatCaller) {
        judged.reasons.push(Invalid::RepeatCaller);
        judged.reasons.sort();
    }
}

/// Whose call it is by the caller's first one, for the audit log: no caller, no session.
fn first_of(call: &Call) -> String {
    let Some(first) = &call.repeat_of else { return "the caller's first call within the period".to_owned() };
    let lease = first.lease.as_ref().map(|Lease { generation, .. }| format!(", lease {generation}"));
    format!("repeats {}{}", first.call.record_id(&call.pool), lease.unwrap_or_default())
}

pub(super) fn from(of: CallsOf, since: Timestamp, limit: usize) -> CallQuery {
    let until = Timestamp::from_millis(u64::MAX >> 16);
    CallQuery { of, from: since, until, after: None, newest_first: false, limit }
}
