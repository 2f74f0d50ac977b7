//! The record that follows from what is known now. What was judged stays judged as long as what it rests on is the same.

use super::{CallDesk, Place};
use crate::{
    domain::{
        attribution::{Attribution, Class, judge_for, reason::Code},
        call::{Attributed, Call, CallKey, facts::Facts, validity::Grounds},
        ids::PoolId,
        lease::Lease,
        time::Timestamp,
    },
    store::StoreError,
};

impl CallDesk {
    /// The record of these facts, after the one that is kept.
    pub(super) async fn next(
        &self,
        place: &Place,
        key: &CallKey,
        old: Option<&Call>,
        facts: Facts,
    ) -> Result<Call, StoreError> {
        let mut call = match old {
            Some(old) => Call { facts, ..old.clone() },
            None => Call {
                site: place.site.clone(),
                advertiser: place.advertiser.clone(),
                ..Call::new(key.clone(), place.number.clone(), place.pool.clone(), facts)
            },
        };
        if call.erased_at.is_some() {
            call.facts = call.facts.without_caller();
        }
        let is_same_moment = old.is_some_and(|old| old.began_at() == call.began_at());
        if !is_same_moment || call.attribution.is_none() {
            self.attribute(place, &mut call).await?;
        }
        let is_same_caller = old.is_some_and(|old| old.facts.caller_key() == call.facts.caller_key());
        // Who was erased cannot be looked for: what was found before stays.
        if !(is_same_moment && is_same_caller) && call.erased_at.is_none() {
            self.look_back(&mut call).await?;
        }
        if !old.is_some_and(|old| is_same_lease(old.credited(), call.credited())) {
            call.source = self.source(place, &call);
        }
        let is_same = old.is_some_and(|old| Grounds::of(old) == Grounds::of(&call) && old.validity.is_some());
        if is_same || (call.erased_at.is_some() && call.validity.is_some()) {
            Ok(call)
        } else {
            self.judged(call).await
        }
    }

    /// The same call, judged by its rule.
    pub(super) async fn judged(&self, call: Call) -> Result<Call, StoreError> {
        let (rule, grounds) = (self.policy_of(&call).validity, Grounds::of(&call));
        let counted_before = grounds.may_repeat(&rule) && self.counted_before(&call, rule.unique_caller).await?;
        Ok(Call { validity: Some(grounds.judge(&rule, counted_before)), ..call })
    }

    /// Judges whose call it is, for the moment at which it began. That a judgement is replaced is written down first.
    async fn attribute(&self, place: &Place, call: &mut Call) -> Result<(), StoreError> {
        let at = call.began_at();
        let judged = self.judge(place, call, at).await?;
        if let Some(before) = &call.attribution
            && before.judged != judged
        {
            let lines = [
                "an event told of another begin".to_owned(),
                format!("before: {}", told(before)),
                format!("now: {}", told_of(&judged, at)),
            ];
            self.note("attribution rejudged", &call.record_id(), &lines).await?;
        }
        call.static_use_suspected = self.is_suspect(place, call, &judged).await?;
        call.attribution = Some(Attributed { at, judged });
        Ok(())
    }

    async fn judge(&self, place: &Place, call: &Call, at: Timestamp) -> Result<Attribution, StoreError> {
        let configured = self.live.now();
        let unknown = || Attribution::nobodys(Code::UnknownNumber.because("No pool and no site has this number."));
        if call.pool == PoolId::none() {
            return Ok(printed(place).unwrap_or_else(unknown));
        }
        let Some(pool) = configured.pool(&call.pool) else { return Ok(unknown()) };
        let Some(mut holders) = self.store.holders(&pool.id, &call.number, Some(at)).await? else {
            return Ok(unknown());
        };
        // A call is not in its own way.
        holders.calls.retain(|other| other.key != call.key);
        Ok(judge_for(pool, &holders, at))
    }
}

/// What is judged of a number that stands for an ad, a channel or the site itself.
fn printed(place: &Place) -> Option<Attribution> {
    let reason = if place.is_incomplete {
        let text = "The caller stopped before the last digit of a suffix: nobody's number was dialled.";
        Code::SuffixIncomplete.because(text)
    } else if let Some(printed) = &place.printed {
        let names = [printed.channel.as_deref(), printed.campaign.as_deref()];
        let names = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Code::Printed.because(format!("The number stands for {names}; it is not leased."))
    } else {
        let site = place.site.as_ref()?;
        Code::Printed.because(format!("The number is site {site}'s own; it is not leased."))
    };
    Some(Attribution::nobodys(reason))
}

/// A grant has a generation of its own in its pool.
pub(super) fn is_same_lease(one: Option<&Lease>, other: Option<&Lease>) -> bool {
    one.map(|lease| (lease.generation, &lease.session)) == other.map(|lease| (lease.generation, &lease.session))
}

fn told(attributed: &Attributed) -> String {
    told_of(&attributed.judged, attributed.at)
}

/// A judgement in one line for the audit log; sessions are told by their leases' generations.
fn told_of(judged: &Attribution, at: Timestamp) -> String {
    let class = match judged.class {
        Class::Certain => "certain",
        Class::Likely => "likely",
        Class::Ambiguous => "ambiguous",
        Class::None => "none",
    };
    let lease = judged.credited().map(|candidate| format!(", lease {}", candidate.lease.generation));
    format!("{class} at {}{}", at.as_millis(), lease.unwrap_or_default())
}
