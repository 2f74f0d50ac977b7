//! A call record as it stands in answers.

use crate::{
    domain::{
        attribution::Attribution,
        call::{Attributed, Call, CallState as State, facts::Fact, validity::Invalid},
        ids::PoolId,
        visitor::Visitor,
    },
    http::{service::Service, wire},
};
use pool_protocol::call::{CallAttribution, CallFirstTouch, CallRecord, CallRepeatOf, CallState};

/// How much of the caller whoever asks may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The number, where it is kept.
    Whole,
    /// Its masked form only.
    Masked,
}

/// A record as it stands in answers.
pub(crate) fn record(service: &Service, call: &Call, sight: Sight) -> CallRecord {
    let configured = service.configured();
    let form = configured.pool(&call.pool).map(|pool| pool.form.clone()).unwrap_or_default();
    let facts = &call.facts;
    let caller = facts.caller.as_ref().map(|caller| &caller.value);
    let whole = caller.filter(|_| sight == Sight::Whole).and_then(|caller| service.calls.callers().shown(caller));
    let told = |fact: &Option<Fact<String>>| fact.as_ref().map(|fact| fact.value.clone());
    let visitor = call.visitor();
    CallRecord {
        id: call.record_id(),
        source: call.key.source.to_string(),
        call_id: call.key.id.to_string(),
        number: wire::number(&call.number, &form),
        pool: Some(&call.pool).filter(|pool| **pool != PoolId::none()).map(PoolId::to_string),
        site: call.site.as_ref().map(ToString::to_string),
        advertiser: call.advertiser.as_ref().map(ToString::to_string),
        state: state(call.state()),
        began_at: wire::time(call.began_at()),
        ringing_at: facts.ringing_at().map(wire::time),
        answered_at: facts.answered_at().map(wire::time),
        ended_at: facts.ended_at().map(wire::time),
        ring_seconds: facts.ring_seconds(),
        talk_seconds: facts.talk_seconds(),
        billable_seconds: facts.billable_seconds.as_ref().map(|fact| fact.value),
        hang_up_cause: told(&facts.hang_up_cause),
        caller: whole,
        caller_masked: caller.map(|caller| caller.masked.clone()),
        caller_key: caller.map(|caller| caller.key.clone()),
        anonymous: facts.is_anonymous,
        first_time_caller: call.is_first_time_caller,
        destination: told(&facts.destination),
        destination_id: call.routed.as_ref().and_then(|routed| routed.destination.as_ref()).map(ToString::to_string),
        recording_url: told(&facts.recording_url),
        transcript: told(&facts.transcript),
        summary: told(&facts.summary),
        outcome: told(&facts.outcome),
        value: told(&facts.value),
        currency: told(&facts.currency),
        notes: told(&facts.notes),
        tags: facts.tags.iter().cloned().collect(),
        test: facts.is_test,
        blocked: facts.is_blocked,
        attribution: call.attribution.as_ref().map(attribution),
        click_ids: visitor.map(|visitor| wire::visitor(visitor).click_ids).unwrap_or_default(),
        channel: call.source.channel.clone(),
        campaign: call.source.campaign.clone(),
        landing_page: visitor.and_then(|visitor| visitor.landing_page.clone()),
        referrer: visitor.and_then(|visitor| visitor.referrer.clone()),
        first_touch: visitor.and_then(|visitor| first_touch(call, visitor)),
        consent: wire::consent(call.ad_consent()),
        repeat_of: repeat_of(call),
        static_use_suspected: call.static_use_suspected,
        valid: valid(call),
        invalid_reasons: reasons(call),
        rule_version: call.validity.as_ref().map(|validity| validity.rule_version),
        erased_at: call.erased_at.map(wire::time),
    }
}

fn state(state: State) -> CallState {
    match state {
        State::Begun => CallState::Begun,
        State::Ringing => CallState::Ringing,
        State::Answered => CallState::Answered,
        State::Ended => CallState::Ended,
    }
}

fn attribution(attributed: &Attributed) -> CallAttribution {
    let Attributed { at, judged } = attributed;
    let judged: &Attribution = judged;
    CallAttribution {
        at: wire::time(*at),
        class: wire::class(judged.class),
        reasons: wire::reasons(judged),
        probability: wire::probability(judged.probability),
        lease: judged.credited().map(|candidate| wire::held(candidate, *at)),
        candidates: judged.candidates.iter().map(|candidate| wire::held(candidate, *at)).collect(),
    }
}

fn first_touch(call: &Call, visitor: &Visitor) -> Option<CallFirstTouch> {
    let first = visitor.profile().first_touch.as_ref()?;
    Some(CallFirstTouch {
        channel: call.source.first_channel.clone(),
        campaign: call.source.first_campaign.clone(),
        landing_page: first.landing_page.clone(),
        referrer: first.referrer.clone(),
        at_ms: first.at_ms,
    })
}

fn repeat_of(call: &Call) -> Option<CallRepeatOf> {
    let repeat = call.repeat_of.as_ref()?;
    Some(CallRepeatOf {
        id: repeat.call.record_id(&call.pool),
        began_at: wire::time(repeat.began_at),
        generation: repeat.lease.as_ref().map(|lease| lease.generation),
        session: repeat.lease.as_ref().map(|lease| lease.session.to_string()),
    })
}

/// Nobody can say of a call that lasts.
fn valid(call: &Call) -> Option<bool> {
    let validity = call.validity.as_ref()?;
    (!validity.reasons.contains(&Invalid::InProgress)).then(|| validity.is_valid())
}

fn reasons(call: &Call) -> Vec<String> {
    let reasons = call.validity.iter().flat_map(|validity| &validity.reasons);
    reasons.filter(|reason| **reason != Invalid::InProgress).map(|reason| reason.name().to_owned()).collect()
}
