//! What the same caller and the same number did before a call.

use super::{CallDesk, Place, Read, read};
use crate::{
    domain::{
        attribution::{Attribution, Class, reason::Code},
        call::{Call, RepeatOf},
        ids::PoolId,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf},
    },
};

/// A number of a pool that nobody holds is probably printed somewhere as plain text when it was called so often…
const SUSPECT_CALLS: usize = 3;
/// …within this time, the last of these calls included.
const SUSPECT_TIME: Span = Span::from_seconds(7 * 86_400);
/// Calls on one number that are looked at for that.
const LOOKED_AT: usize = 50;
/// Calls of one caller that are read at once.
const PAGE: usize = 100;

impl CallDesk {
    /// Finds out whether the caller called before, and whose call that was.
    pub(super) async fn look_back(&self, call: &mut Call) -> Result<(), StoreError> {
        (call.repeat_of, call.is_first_time_caller) = (None, None);
        // Numbers of no pool belong to many sites, whose callers are none of each other's business.
        let Some(caller) = call.facts.caller_key().filter(|_| call.pool != PoolId::none()) else { return Ok(()) };
        let of = CallsOf::Caller(caller.to_owned());
        let first = self.first(call, of.clone(), Timestamp::ZERO).await?;
        call.is_first_time_caller = Some(first.is_none());
        let period = self.policy(&call.pool).repeat_caller;
        if period == Span::default() {
            return Ok(());
        }
        let since = call.began_at() - period;
        let within = match first {
            Some(first) if first.call.began_at() < since => self.first(call, of, since).await?,
            first => first,
        };
        call.repeat_of = within.map(|Read { call: first, .. }| RepeatOf {
            call: first.key.clone(),
            began_at: first.began_at(),
            lease: first.attribution.and_then(|attributed| Some(attributed.judged.credited()?.lease.clone())),
        });
        Ok(())
    }

    /// Whether a call of the same caller counts that began within this time before.
    pub(super) async fn counted_before(&self, call: &Call, within: Span) -> Result<bool, StoreError> {
        let Some(caller) = call.facts.caller_key() else { return Ok(false) };
        let mut query = before(call, CallsOf::Caller(caller.to_owned()), call.began_at() - within);
        loop {
            let page = self.store.calls(&call.pool, &query).await?;
            for kept in &page {
                let other = read(kept)?.call;
                if other.is_valid() && other.key != call.key && is_same_side(&other, call) {
                    return Ok(true);
                }
            }
            let Some(last) = page.last().filter(|_| page.len() >= query.limit) else { return Ok(false) };
            query.after = Some((last.row.span.began_at, last.row.span.key.clone()));
        }
    }

    /// Whether a number is called again and again though nobody holds it.
    pub(super) async fn is_suspect(
        &self,
        place: &Place,
        call: &Call,
        judged: &Attribution,
    ) -> Result<bool, StoreError> {
        if !is_nobodys(place, judged) {
            return Ok(false);
        }
        let since = call.began_at() - SUSPECT_TIME;
        let query = CallQuery {
            newest_first: true,
            limit: LOOKED_AT,
            ..before(call, CallsOf::Number(call.number.clone()), since)
        };
        let mut count = 1;
        for kept in self.store.calls(&call.pool, &query).await? {
            let other = read(&kept)?.call;
            let is_nobodys = other.attribution.is_some_and(|attributed| is_uncredited(&attributed.judged));
            count += usize::from(is_nobodys && other.key != call.key);
        }
        Ok(count >= SUSPECT_CALLS)
    }

    async fn first(&self, call: &Call, of: CallsOf, since: Timestamp) -> Result<Option<Read>, StoreError> {
        // One more than is needed: the call itself may be kept at an earlier begin than it has now.
        let query = CallQuery { limit: 2, ..before(call, of, since) };
        let found = self.store.calls(&call.pool, &query).await?;
        found.iter().find(|kept| kept.row.span.key != call.key).map(read).transpose()
    }
}

/// Calls from a moment until a call began, the oldest first.
fn before(call: &Call, of: CallsOf, from: Timestamp) -> CallQuery {
    CallQuery { of, from, until: call.began_at(), after: None, newest_first: false, limit: PAGE }
}

/// Calls to numbers of no pool are compared within their site.
fn is_same_side(one: &Call, other: &Call) -> bool {
    one.pool != PoolId::none() || one.site == other.site
}

/// Numbers that are meant to be printed are called by whoever reads them; the rest is suspect if nobody holds it.
fn is_nobodys(place: &Place, judged: &Attribution) -> bool {
    is_uncredited(judged) && (place.pool != PoolId::none() || place.site.is_none())
}

fn is_uncredited(judged: &Attribution) -> bool {
    let meant = [Code::Shared, Code::Chosen, Code::Printed, Code::SuffixIncomplete];
    judged.class == Class::None && !judged.reasons.iter().any(|reason| meant.contains(&reason.code))
}
