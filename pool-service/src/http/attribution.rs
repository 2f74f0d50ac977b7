//! `GET /v1/numbers/{number}/attribution?at=`: whose call a call to this number at this moment is.

use super::{
    bearer::Bearer,
    openapi::{golden, refusals},
    path::Segments,
    problem::{Answer, INVALID_REQUEST, UNKNOWN_NUMBER},
    query,
    service::Service,
    wire,
};
use crate::domain::{
    access::Scope,
    attribution::{Holders, judge_for, reason::Code},
    lease::NumberState,
    number::TrackingNumber,
    site::Pool,
    suffix::Dialled,
    time::{Span, Timestamp},
};
use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use pool_protocol::{
    Number,
    attribution::{AttributionAnswer, AttributionClass, NumberState as NumberStateTold, Reason, SuffixDialled},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A call system's clock may run ahead of the store's by so much; a moment within it counts as now.
const CLOCK_SKEW: Span = Span::from_seconds(5);

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The moment, RFC 3339, not before 1970 and not in the future; now, if left out.
    #[param(format = DateTime, example = "2026-11-21T14:30:00+09:00")]
    at: Option<String>,
}

refusals!(
    Refused: INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, UNKNOWN_NUMBER, NOT_FOUND, INVALID_REQUEST, INTERNAL,
    STORE_UNAVAILABLE, POOL_MISSING
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(attribution))
}

/// Whose call a call to this number at this moment is
#[utoipa::path(
    get,
    path = "/v1/numbers/{number}/attribution",
    tag = "calls",
    params(("number" = String, Path, description = "In any spelling: 050-3111-0001, +815031110001, or as dialled with a suffix",
            example = "05031110001"), Asked),
    security(("token" = ["calls:read"])),
    responses(
        (status = 200, body = AttributionAnswer, description = "Who held it, how sure that is, and why",
         example = json!(golden(include_str!("../../protocol/golden/attribution_answer.json")))),
        Refused,
    )
)]
async fn attribution(
    State(service): State<Arc<Service>>,
    bearer: Bearer,
    Segments(number): Segments<String>,
    uri: Uri,
) -> Answer<Response> {
    bearer.require(Scope::CallsRead)?;
    let asked: Asked = query::read(&uri, &["at"])?;
    let at = asked.at.as_deref().map(|text| wire::moment_in_query("at", text)).transpose()?;
    let configured = service.configured();
    let digits = TrackingNumber::digits(&number);
    let dialled = configured.dialled(&digits);
    if let Some((pool, Dialled::Incomplete)) = dialled {
        bearer.require_on(Scope::CallsRead, &pool.site)?;
        let now = service.ask("now", service.store.now()).await?;
        return Ok(told(incomplete(pool, &digits, in_time(at, now)?)));
    }
    // A suffix number names its pool by its base. Any other stays with its pool for good: the store need not be asked again.
    let (number, pool) = match dialled {
        Some((pool, Dialled::Whole(number))) => (number, Some(pool)),
        _ => {
            let number = TrackingNumber::parse(&number).map_err(|error| INVALID_REQUEST.because(error.to_string()))?;
            let owner = match service.live.numbers().pool_of(&number).cloned() {
                None => service.ask("pool_of", service.store.pool_of(&number)).await?,
                known => known,
            };
            let pool = owner.and_then(|id| configured.pool(&id));
            (number, pool)
        }
    };
    let unknown = || UNKNOWN_NUMBER.because(format!("Number {number} is in no pool."));
    let pool = pool.ok_or_else(unknown)?;
    bearer.require_on(Scope::CallsRead, &pool.site)?;
    let holders = service.ask("holders", service.store.holders(&pool.id, &number, at)).await?.ok_or_else(unknown)?;
    Ok(told(answer(pool, &holders, in_time(at, holders.now)?)))
}

/// Whose call it is, is for whoever asked: no cache keeps it.
fn told(answer: AttributionAnswer) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// The moment that is asked about.
fn in_time(at: Option<Timestamp>, now: Timestamp) -> Answer<Timestamp> {
    match at {
        Some(at) if at > now + CLOCK_SKEW => {
            let detail = format!("at lies in the future: the service's clock says {}.", wire::time(now));
            Err(INVALID_REQUEST.because(detail))
        }
        at => Ok(at.unwrap_or(now).min(now)),
    }
}

/// A call to the base number of a range, without all digits of a suffix: nobody's.
fn incomplete(pool: &Pool, digits: &str, at: Timestamp) -> AttributionAnswer {
    let text = "The caller stopped before the last digit of a suffix: nobody's number was dialled.";
    AttributionAnswer {
        number: Number { national: digits.to_owned(), e164: None, groups: Vec::new() },
        suffix: pool.suffixes.as_ref().map(|range| SuffixDialled {
            base: range.base().to_owned(),
            suffix: None,
            chosen_for: None,
        }),
        site: pool.site.to_string(),
        pool: pool.id.to_string(),
        at: wire::time(at),
        attribution: AttributionClass::None,
        number_state: NumberStateTold::Rested,
        reason: text.to_owned(),
        reasons: vec![Reason { code: Code::SuffixIncomplete.name().to_owned(), text: text.to_owned() }],
        probability: 0.0,
        nobody_probability: 1.0,
        lease: None,
        candidates: Vec::new(),
    }
}

/// What a suffix number is made of.
fn suffix(pool: &Pool, number: &TrackingNumber) -> Option<SuffixDialled> {
    let range = pool.suffixes.as_ref()?;
    Some(SuffixDialled {
        base: range.base().to_owned(),
        suffix: Some(range.suffix_of(number)?.to_owned()),
        chosen_for: pool.chosen.get(number).cloned(),
    })
}

fn answer(pool: &Pool, holders: &Holders, at: Timestamp) -> AttributionAnswer {
    let judged = judge_for(pool, holders, at);
    let reasons = wire::reasons(&judged);
    AttributionAnswer {
        number: wire::number(&holders.number, &pool.form),
        suffix: suffix(pool, &holders.number),
        site: pool.site.to_string(),
        pool: pool.id.to_string(),
        at: wire::time(at),
        attribution: wire::class(judged.class),
        number_state: state(judged.state),
        reason: reasons.first().map(|reason| reason.text.clone()).unwrap_or_default(),
        reasons,
        probability: wire::probability(judged.probability),
        nobody_probability: wire::probability(judged.nobody),
        lease: judged.credited().map(|candidate| wire::held(candidate, at)),
        candidates: judged.candidates.iter().map(|candidate| wire::held(candidate, at)).collect(),
    }
}

fn state(state: NumberState) -> NumberStateTold {
    match state {
        NumberState::Leased => NumberStateTold::Leased,
        NumberState::Held => NumberStateTold::Held,
        NumberState::Pinned => NumberStateTold::Pinned,
        NumberState::Cooling => NumberStateTold::Cooling,
        NumberState::Rested => NumberStateTold::Rested,
        NumberState::Overflow => NumberStateTold::Overflow,
        NumberState::Draining => NumberStateTold::Draining,
        NumberState::Disabled => NumberStateTold::Disabled,
    }
}
