//! Numbers that nobody holds and that are called again and again: they probably stand somewhere as plain text.

use super::{
    CallDesk, Place, Read, TRIES, contended,
    earlier::{before, is_before},
    later::from,
    read,
};
use crate::{
    domain::{
        attribution::{Attribution, Class, reason::Code},
        call::Call,
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

impl CallDesk {
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
            count += usize::from(is_uncredited(&other) && is_before(&other, call));
        }
        Ok(count >= SUSPECT_CALLS)
    }

    /// Looks again at calls on the number from that moment on: whether each is one too many.
    pub(super) async fn suspect_from(&self, like: &Call, since: Timestamp) -> Result<(), StoreError> {
        let until = since + SUSPECT_TIME + Span::from_millis(1);
        let query = CallQuery { until, ..from(CallsOf::Number(like.number.clone()), since, LOOKED_AT) };
        let mut later: Vec<Timestamp> = Vec::new();
        for kept in self.store.calls(&like.pool, &query).await? {
            let Read { revision, call } = read(&kept)?;
            if !is_uncredited(&call) {
                continue;
            }
            // Whoever has enough calls before it that are later than that moment has enough without it.
            if later.iter().filter(|at| **at < call.began_at()).count() >= SUSPECT_CALLS - 1 {
                break;
            }
            if call.began_at() > since {
                later.push(call.began_at());
            }
            self.suspect_beside(revision, call).await?;
        }
        Ok(())
    }

    async fn suspect_beside(&self, mut revision: u64, mut call: Call) -> Result<(), StoreError> {
        let place = self.place_of(&call.number, &call.key).await?;
        for _ in 0..TRIES {
            let Some(attributed) = &call.attribution else { return Ok(()) };
            let is_suspect = self.is_suspect(&place, &call, &attributed.judged).await?;
            if is_suspect == call.static_use_suspected {
                return Ok(());
            }
            let next = Call { static_use_suspected: is_suspect, ..call.clone() };
            match self.save_again(revision, &next).await? {
                Some(saved) => (revision, call) = (saved, next),
                None => match self.read(&call.pool, &call.key).await? {
                    Some(read) => (revision, call) = (read.revision, read.call),
                    None => return Ok(()),
                },
            }
        }
        Err(contended(&call.key))
    }
}

/// Whether a call is credited to nobody on a number that is not meant to be printed.
pub(super) fn is_uncredited(call: &Call) -> bool {
    call.attribution.as_ref().is_some_and(|attributed| is_nobody(&attributed.judged))
}

/// Numbers that are meant to be printed are called by whoever reads them; the rest is suspect if nobody holds it.
fn is_nobodys(place: &Place, judged: &Attribution) -> bool {
    is_nobody(judged) && (place.pool != PoolId::none() || place.site.is_none())
}

fn is_nobody(judged: &Attribution) -> bool {
    let meant = [Code::Shared, Code::Chosen, Code::Printed, Code::SuffixIncomplete];
    judged.class == Class::None && !judged.reasons.iter().any(|reason| meant.contains(&reason.code))
}
