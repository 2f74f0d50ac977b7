//! `GET|POST /v1/route`: where a call goes, asked by call systems while it rings.
//!
//! The answer is decided once, kept with the call's record and given again for the same call. It never waits for the store
//! beyond `calls.route_wait_ms`: then the static destination is answered from memory, and kept once the store is back.
//!
//! # Layout
//! - `asker`: who asks
//! - [`asked`]: what a call system asks, in the words of each
//! - [`choice`]: in which form it wants the answer
//! - [`answer`]: what is known of a call that was routed
//! - [`late`]: calls that were answered without the store
//! - [`render`]: the answer in every form
//! - `webhook`: calls that telephone services ask about by webhooks

pub mod answer;
mod asked;
mod asker;
mod choice;
pub mod late;
pub mod render;
pub(in crate::http) mod webhook;

use super::{
    body, head_without_effects,
    openapi::{golden, refusals},
    problem::{Answer, INTERNAL, INVALID_REQUEST, Refusal, STORE_UNAVAILABLE},
    service::Service,
};
use crate::{
    calls::{Begin, Known, NoPlace, Place, Plan},
    domain::{
        access::Scope,
        call::CallKey,
        ids::{PoolId, SiteId},
        routing::{self, Action, Decision},
    },
    live::Snapshot,
    store::{StoreError, records::Traffic},
};
use answer::RoutedCall;
use asked::Fields;
pub(in crate::http) use asked::dialled;
use asker::Asker;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::head,
};
use late::Attempt;
use pool_protocol::{problem::Problem, route::RouteAnswer};
use render::{Format, freeswitch};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Whether whoever asks may know of numbers of this site; `None`: of no site.
pub(in crate::http) type May = Arc<dyn Fn(Option<&SiteId>) -> Answer<()> + Send + Sync>;

/// A call that is to be routed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) struct RouteAsked {
    /// Which call.
    pub(in crate::http) key: CallKey,
    /// The dialled number, in any spelling.
    pub(in crate::http) dialled: String,
    /// The caller as the call system tells it.
    pub(in crate::http) caller: Option<String>,
}

/// What is answered as `application/json`.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what is rendered form by form")]
enum RouteInJson {
    /// By `format=json`, which is also what Kamailio's rtjson reads
    Answer(Box<RouteAnswer>),
    /// By `format=ncco`: what Vonage is to do
    Ncco(Vec<BTreeMap<String, serde_json::Value>>),
}

refusals!(
    Refused: UNKNOWN_CHOICE, MALFORMED_JSON, INCOMPLETE_BODY, INVALID_TOKEN, NOT_ACCEPTABLE, BODY_TIMEOUT, BODY_TOO_LARGE,
    INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(asked_by_get, asked_by_post)).route("/v1/route", head(head_without_effects))
}

/// Where a call goes
///
/// Asked while it rings. The same call is answered the same, however often it is asked about.
#[utoipa::path(
    get,
    path = "/v1/route",
    operation_id = "route",
    tag = "calls",
    params(asked::Query),
    security(("token" = ["route"])),
    responses(
        (status = 200, description = "Where it goes, in the form that was asked for",
         content((RouteInJson = "application/json", example = json!(golden(include_str!("../../../protocol/golden/route_answer.json")))),
                 (String = "text/xml"), (String = "text/plain"))),
        (status = 403, description = "The caller is blocked: `action` is `reject`; or the problem missing-scope or foreign-site",
         content((RouteAnswer = "application/json"), (String = "text/plain"), (Problem = "application/problem+json"))),
        (status = 404, description = "Nobody here has the number: `action` is `unknown`",
         content((RouteAnswer = "application/json"), (String = "text/plain"), (Problem = "application/problem+json"))),
        Refused,
    )
)]
async fn asked_by_get(
    State(service): State<Arc<Service>>,
    asker: Asker,
    headers: HeaderMap,
    uri: Uri,
) -> Answer<Response> {
    let fields = Fields::of_query(uri.query().unwrap_or_default());
    answered(&service, asker, &headers, &fields).await
}

/// Where a call goes, asked by a form or by JSON
///
/// Members of the body and of the query are the same; also those that `FreeSWITCH` and Twilio send by themselves.
#[utoipa::path(
    post,
    path = "/v1/route",
    operation_id = "route_by_post",
    tag = "calls",
    request_body(content((asked::Query = "application/json"), (asked::Query = "application/x-www-form-urlencoded"))),
    security(("token" = ["route"])),
    responses(
        (status = 200, description = "As for GET",
         content((RouteInJson = "application/json"), (String = "text/xml"), (String = "text/plain"))),
        (status = 403, description = "The caller is blocked: `action` is `reject`; or the problem missing-scope or foreign-site",
         content((RouteAnswer = "application/json"), (String = "text/plain"), (Problem = "application/problem+json"))),
        (status = 404, description = "Nobody here has the number: `action` is `unknown`",
         content((RouteAnswer = "application/json"), (String = "text/plain"), (Problem = "application/problem+json"))),
        Refused,
    )
)]
async fn asked_by_post(
    State(service): State<Arc<Service>>,
    asker: Asker,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Answer<Response> {
    asker.bearer.require(Scope::Route)?;
    let bytes = body::whole(&service, body).await?;
    let fields = Fields::of_query(uri.query().unwrap_or_default()).with_body(&headers, &bytes)?;
    answered(&service, asker, &headers, &fields).await
}

async fn answered(service: &Arc<Service>, asker: Asker, headers: &HeaderMap, fields: &Fields) -> Answer<Response> {
    let Asker { bearer, left } = asker;
    bearer.require(Scope::Route)?;
    let format = choice::format(headers, fields)?;
    if format == Format::FreeSwitch && fields.is_other_section() {
        return Ok(response(StatusCode::OK, format, freeswitch::not_found()));
    }
    let asked = fields.route()?;
    if format == Format::FreeSwitch && service.calls.known_place(&dialled(&asked.dialled)).is_err() {
        // An extension of its own, such as a voice mail box: FreeSWITCH asks about every call.
        return Ok(response(StatusCode::OK, format, freeswitch::not_found()));
    }
    let may: May = Arc::new(move |site| match site {
        Some(site) => bearer.require_on(Scope::Route, site),
        // A number that nobody has is nobody's secret.
        None => Ok(()),
    });
    let call = route_for(service, &asked, may, left).await?;
    let bytes = match (format, fields.context()) {
        (Format::FreeSwitch, Some(context)) => freeswitch::render(&call, context),
        _ => render::render(format, &call, &service.links()),
    };
    Ok(response(status(format, call.decision.action), format, bytes))
}

fn status(format: Format, action: Action) -> StatusCode {
    match action {
        Action::Reject if format.tells_by_status() => StatusCode::FORBIDDEN,
        Action::Unknown if format.tells_by_status() => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    }
}

fn response(status: StatusCode, format: Format, bytes: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, format.media_type()), (header::CACHE_CONTROL, "no-store")], bytes).into_response()
}

/// Routes a call: decides and keeps where it goes, or gives what was decided before. Takes hardly longer than `budget`,
/// whatever the store does.
///
/// # Errors
/// When the number is none, whoever asks may not know of it, or the store does not answer and memory knows no such number.
pub(in crate::http) async fn route_for(
    service: &Arc<Service>,
    asked: &RouteAsked,
    may: May,
    budget: Duration,
) -> Answer<RoutedCall> {
    let begun = Instant::now();
    let answer = route(service, asked, may, budget).await;
    let outcome = match &answer {
        Ok(call) if call.decision.is_degraded => "degraded",
        Ok(call) => call.decision.action.name(),
        Err(_) => "refused",
    };
    service.metrics.routed(outcome, begun.elapsed());
    answer
}

async fn route(service: &Arc<Service>, asked: &RouteAsked, may: May, budget: Duration) -> Answer<RoutedCall> {
    let dialled = dialled(&asked.dialled);
    let known = match service.calls.known_place(&dialled) {
        Ok(known) => known,
        Err(NoPlace::NotANumber(why)) => return Err(INVALID_REQUEST.because(format!("to: {why}."))),
        Err(NoPlace::Store(error)) => return Err(error.into()),
    };
    if let Some(given) = service.late.given(&asked.key) {
        may(given.site.as_ref())?;
        return Ok(given);
    }
    let attempt = Arc::<Attempt>::default();
    let work = begin(Arc::clone(service), asked.clone(), dialled, Arc::clone(&may), Arc::clone(&attempt));
    // A task of its own: what takes too long is not broken off half done.
    match tokio::time::timeout(budget, tokio::spawn(work)).await {
        Ok(Ok(Ok(call))) => Ok(call),
        Ok(Ok(Err(Failed::Refused(refusal)))) => Err(refusal),
        Ok(Err(_)) => Err(INTERNAL.because("")),
        Ok(Ok(Err(Failed::Store(error)))) => {
            service.metrics.store_failed("route");
            tracing::warn!(%error, "a call is routed without the store");
            without_store(service, asked, known, &may, attempt)
        }
        Err(_) => {
            service.metrics.store_failed("route");
            tracing::warn!("a call is routed without the store, which takes too long");
            without_store(service, asked, known, &may, attempt)
        }
    }
}

/// Why a call was not routed with the store.
enum Failed {
    Refused(Refusal),
    Store(StoreError),
}

async fn begin(
    service: Arc<Service>,
    asked: RouteAsked,
    dialled: String,
    may: May,
    attempt: Arc<Attempt>,
) -> Result<RoutedCall, Failed> {
    let place = match service.calls.place(&dialled).await {
        Ok(place) => place,
        Err(NoPlace::NotANumber(why)) => return Err(Failed::Refused(INVALID_REQUEST.because(format!("to: {why}.")))),
        Err(NoPlace::Store(error)) => return Err(Failed::Store(error)),
    };
    may(place.site.as_ref()).map_err(Failed::Refused)?;
    let is_anonymous = service.calls.callers().read(asked.caller.as_deref().unwrap_or_default()).is_anonymous;
    let begin = Begin { key: asked.key.clone(), place, caller: asked.caller.clone(), is_anonymous };
    let configured = service.configured();
    let plan = |known: &Known<'_>| attempt.planned(|| planned(&configured, &begin, known));
    let begun = service.calls.begin(&begin, &plan).await.map_err(Failed::Store)?;
    // Nothing was decided for whom nobody waits any more.
    let begun = begun.ok_or_else(|| Failed::Refused(INTERNAL.because("")))?;
    // Calls to numbers of no pool stand together: one of this name may be another site's.
    may(begun.call.site.as_ref()).map_err(Failed::Refused)?;
    RoutedCall::of(&begun.call).ok_or_else(|| Failed::Refused(INTERNAL.because("")))
}

fn planned(configured: &Snapshot, begin: &Begin, known: &Known<'_>) -> Plan {
    let asked = what_is_known(configured, begin, known);
    plan(&routing::decide(&asked), known)
}

fn plan(decision: &Decision, known: &Known<'_>) -> Plan {
    Plan {
        routed: answer::routed(decision, known.now, known.source, known.is_repeat),
        capacity: decision.first_destination().and_then(|leg| leg.capacity),
        is_blocked: decision.action == Action::Reject,
    }
}

fn what_is_known<'a>(configured: &'a Snapshot, begin: &'a Begin, known: &'a Known<'_>) -> routing::Asked<'a> {
    let place = &begin.place;
    let pool = configured.pool(&place.pool).filter(|_| place.pool != PoolId::none());
    routing::Asked {
        call: &begin.key,
        number: &place.number,
        site: place.site.as_ref().and_then(|id| configured.configuration().site(id)),
        pool,
        destination: place.destination.as_ref(),
        schedules: &configured.configuration().schedules,
        caller: begin.caller.as_deref(),
        is_anonymous: begin.is_anonymous,
        source: known.source,
        turn: known.traffic.begun,
        in_use: &known.traffic.in_use,
        full: known.full,
        now: known.now,
    }
}

/// The static destination, from memory.
fn without_store(
    service: &Service,
    asked: &RouteAsked,
    place: Place,
    may: &May,
    attempt: Arc<Attempt>,
) -> Answer<RoutedCall> {
    if place.site.is_none() {
        // It may be a number that memory does not know yet: its call system knows better where it goes.
        return Err(STORE_UNAVAILABLE.because("Where this number leads is not known without the store."));
    }
    may(place.site.as_ref())?;
    let is_anonymous = service.calls.callers().read(asked.caller.as_deref().unwrap_or_default()).is_anonymous;
    let begin = Begin { key: asked.key.clone(), place, caller: asked.caller.clone(), is_anonymous };
    let configured = service.configured();
    let (traffic, source, now) = (Traffic::default(), Default::default(), service.live.about_now());
    let known = Known {
        place: &begin.place,
        attribution: None,
        source: &source,
        is_repeat: false,
        traffic: &traffic,
        full: &[],
        now,
    };
    let decision = routing::without_store(&what_is_known(&configured, &begin, &known));
    let call = RoutedCall::without_store(asked.key.clone(), &begin.place, now, decision);
    Ok(service.late.keep(begin, call, attempt))
}
