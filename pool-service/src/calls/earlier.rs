//! What the same caller did before a call.

use super::{CallDesk, circle::Circle, read};
use crate::{
    domain::{
        call::{Call, RepeatOf},
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf},
    },
};

/// Calls of one caller that are read at once.
const PAGE: usize = 100;
/// Calls of one caller that are looked at in all: a machine that calls all day must not stop the others.
const LOOK_BACK: usize = 1_000;

impl CallDesk {
    /// Finds out whether the caller called before, and whose call that was.
    pub(super) async fn look_back(&self, call: &mut Call) -> Result<(), StoreError> {
        (call.repeat_of, call.is_first_time_caller) = (None, None);
        let Some(circle) = Circle::of(call) else { return Ok(()) };
        let first = self.first(&circle, call, Timestamp::ZERO).await?;
        call.is_first_time_caller = Some(first.is_none());
        let period = self.policy_of(call).repeat_caller;
        if period == Span::default() {
            return Ok(());
        }
        let since = call.began_at() - period;
        let within = match first {
            Some(first) if first.began_at() < since => self.first(&circle, call, since).await?,
            first => first,
        };
        call.repeat_of = within.map(|first| RepeatOf {
            call: first.key.clone(),
            began_at: first.began_at(),
            lease: first.attribution.and_then(|attributed| Some(attributed.judged.credited()?.lease.clone())),
        });
        Ok(())
    }

    /// Whether a call of the same caller counts that began within this time before.
    pub(super) async fn counted_before(&self, call: &Call, within: Span) -> Result<bool, StoreError> {
        let Some(circle) = Circle::of(call) else { return Ok(false) };
        let of = CallsOf::Caller(circle.caller.clone());
        let query = CallQuery { newest_first: true, ..before(call, of, call.began_at() - within) };
        Ok(self.search(&circle, call, query, Call::is_valid).await?.is_some())
    }

    /// The caller's first call before this one, from a moment on.
    async fn first(&self, circle: &Circle, call: &Call, since: Timestamp) -> Result<Option<Call>, StoreError> {
        // Two of a pool are enough: the call itself may be kept at an earlier begin than it has now.
        let limit = if circle.site.is_some() { PAGE } else { 2 };
        let query = CallQuery { limit, ..before(call, CallsOf::Caller(circle.caller.clone()), since) };
        self.search(circle, call, query, |_| true).await
    }

    /// The first other call of the same circle that is wanted.
    async fn search(
        &self,
        circle: &Circle,
        call: &Call,
        mut query: CallQuery,
        is_wanted: fn(&Call) -> bool,
    ) -> Result<Option<Call>, StoreError> {
        let mut seen = 0;
        while seen < LOOK_BACK {
            let page = self.store.calls(&call.pool, &query).await?;
            for kept in &page {
                let other = read(kept)?.call;
                if is_before(&other, call) && circle.has(&other) && is_wanted(&other) {
                    return Ok(Some(other));
                }
            }
            seen += page.len();
            let Some(last) = page.last().filter(|_| page.len() >= query.limit) else { break };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
        }
        Ok(None)
    }
}

/// Calls from a moment to that at which a call began, the oldest first. Of those that began with it, which logs that count
/// whole minutes have, [`is_before`] says which come before it.
pub(super) fn before(call: &Call, of: CallsOf, from: Timestamp) -> CallQuery {
    let until = call.began_at() + Span::from_millis(1);
    CallQuery { of, from, until, after: None, newest_first: false, limit: PAGE }
}

/// Whether a call comes before another; of two that began at one moment one does, whichever was told of first.
pub(super) fn is_before(other: &Call, call: &Call) -> bool {
    other.key != call.key && (other.began_at(), &other.key) < (call.began_at(), &call.key)
}
