//! The routing asks, and the call begins: the record is made, its number pinned, its place at the destination taken.

use super::{CallDesk, Place, Read, TRIES, contended, row};
use crate::{
    domain::{
        call::{Attributed, Call, CallKey, Routed, facts::Facts, source::Source},
        ids::DestinationId,
        time::Timestamp,
    },
    store::{
        StoreError,
        records::{SaveCall, SavedCall, Survives, Traffic},
    },
};

/// A call that is about to be routed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Which.
    pub key: CallKey,
    /// Where its number leads.
    pub place: Place,
    /// The caller's number as the call system tells it; `None` if it tells none.
    pub caller: Option<String>,
    /// The caller withheld the number.
    pub is_anonymous: bool,
}

/// What is known of a call while it rings, to decide where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Where its number leads.
    pub place: &'a Place,
    /// Whose call it is.
    pub attribution: Option<&'a Attributed>,
    /// By which channel that visitor came.
    pub source: &'a Source,
    /// The caller called the pool's numbers before.
    pub is_repeat: bool,
    /// What the pool's destinations carry.
    pub traffic: &'a Traffic,
    /// Destinations that were found occupied meanwhile.
    pub full: &'a [DestinationId],
    /// The store's clock.
    pub now: Timestamp,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// To be kept with the call.
    pub routed: Routed,
    /// How many calls its first destination takes at once.
    pub capacity: Option<u32>,
    /// The caller is refused.
    pub is_blocked: bool,
}

/// A call that has been routed.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// Its record, with the decision.
    pub call: Call,
    /// It was not routed before; else this is what was decided then.
    pub is_new: bool,
}

/// Decides where a call goes; `None`: nobody waits for that any more.
pub type Planner<'a> = dyn Fn(&Known<'_>) -> Option<Plan> + Send + Sync + 'a;

impl CallDesk {
    /// Begins a call: decides by `plan` where it goes and keeps that. The same call again gives the same record and decides
    /// nothing. `plan` is asked again when a destination was taken meanwhile; when it plans nothing, nothing is kept.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(&self, asked: &Begin, plan: &Planner<'_>) -> Result<Option<Begun>, StoreError> {
        self.begin_at(asked, None, plan).await
    }

    /// Keeps what a caller was told without the store, for the moment at which that was. It takes the place of what was
    /// `decided` for the same question and came too late to be told; what another copy of the service told stays.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keep_told(&self, asked: &Begin, told: &Plan, decided: &[Routed]) -> Result<Call, StoreError> {
        for _ in 0..TRIES {
            self.begin_at(asked, Some(told.routed.at), &|_| Some(told.clone())).await?;
            let Some(Read { revision, mut call }) = self.find(&asked.place, &asked.key).await? else { continue };
            if !call.routed.as_ref().is_some_and(|routed| decided.contains(routed)) {
                return Ok(call);
            }
            call.routed = Some(told.routed.clone());
            if let SavedCall::Saved { .. } = self.save(&call, revision, None).await? {
                return Ok(call);
            }
        }
        Err(contended(&asked.key))
    }

    /// `moment`: when the call began, if that is not now.
    async fn begin_at(
        &self,
        asked: &Begin,
        moment: Option<Timestamp>,
        plan: &Planner<'_>,
    ) -> Result<Option<Begun>, StoreError> {
        self.be_sure_of_key().await?;
        let place = &asked.place;
        let caller = self.callers.read(asked.caller.as_deref().unwrap_or_default());
        let mut full = Vec::new();
        for _ in 0..TRIES {
            let (found, traffic) = tokio::try_join!(self.find(place, &asked.key), self.store.traffic(&place.pool))?;
            let revision = found.as_ref().map_or(0, |read| read.revision);
            let old = match found {
                Some(read) if read.call.routed.is_some() => {
                    return Ok(Some(Begun { call: read.call, is_new: false }));
                }
                found => found.map(|read| read.call),
            };
            self.note_pool(old.as_ref().map_or(&place.pool, |old| &old.pool)).await?;
            let is_anonymous = asked.is_anonymous || caller.is_anonymous;
            let began_at = moment.map_or(traffic.now, |moment| moment.min(traffic.now));
            let routed = Facts::routed(began_at, caller.caller.clone(), is_anonymous);
            let facts = old.as_ref().map_or(routed.clone(), |old| old.facts.clone().merge(routed));
            let mut call = self.next(place, &asked.key, old.as_ref(), facts).await?;
            let known = Known {
                place,
                attribution: call.attribution.as_ref(),
                source: &call.source,
                is_repeat: call.is_first_time_caller == Some(false),
                traffic: &traffic,
                full: &full,
                now: traffic.now,
            };
            let Some(planned) = plan(&known) else { return Ok(None) };
            let destination = planned.routed.destination.clone();
            call.routed = Some(planned.routed);
            if planned.is_blocked {
                call.facts.is_blocked = true;
                call = self.judged(call).await?;
            }
            match self.save(&call, revision, planned.capacity).await? {
                SavedCall::Saved { .. } => {
                    // Nothing begins later than now, save where the call was told of before and began earlier then, or rang
                    // while the store was away. The caller waits for the answer: what fails here is made up for when the
                    // call's end is told.
                    if (old.is_some() || moment.is_some())
                        && let Err(error) = self.follow(old.as_ref(), call.clone()).await
                    {
                        tracing::warn!(call = %asked.key, %error, "later calls were not judged again");
                    }
                    return Ok(Some(Begun { call, is_new: true }));
                }
                SavedCall::Changed => {}
                SavedCall::Busy => full.extend(destination),
            }
        }
        Err(contended(&asked.key))
    }

    async fn save(&self, call: &Call, read_revision: u64, capacity: Option<u32>) -> Result<SavedCall, StoreError> {
        let save = SaveCall { row: row(call)?, read_revision, capacity, survives: Survives::Crash };
        self.store.save_call(&call.pool, &save).await
    }
}
