//! `POST /v1/calls`: one event or up to 100 of them, in any order and as often as one likes.

use super::{
    read::{self, Row},
    repeated::{Keyed, answer},
    wire::{self, Sight},
};
use crate::{
    calls::{NoPlace, Place},
    domain::{access::Scope, call::event::Event},
    http::{
        bearer::Bearer,
        body,
        openapi::{golden, refusals},
        problem::{Answer, INTERNAL, INVALID_REQUEST},
        route::dialled,
        service::Service,
    },
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use pool_protocol::call::{CallEvent, CallEvents, CallRecord, CallRecords, CallsTold};
use std::sync::Arc;

/// Events in one request.
const MAX_EVENTS: usize = 100;

refusals!(
    Refused: MALFORMED_JSON, INCOMPLETE_BODY, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, BODY_TIMEOUT, BODY_TOO_LARGE,
    INVALID_REQUEST, IDEMPOTENCY_KEY_REUSED, INTERNAL, STORE_UNAVAILABLE, POOL_MISSING
);

/// Tell of calls, in any order and as often as one likes
#[utoipa::path(
    post,
    path = "/v1/calls",
    tag = "calls",
    params(("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same body gives the same answer for 24 hours; 1 to 255 characters")),
    request_body(content = CallEvents, example = json!(golden(include_str!("../../../protocol/golden/call_event.json")))),
    security(("token" = ["calls:write"])),
    responses(
        (status = 200, body = CallsTold, description = "Noted; nothing but calls that were known already",
         headers(("Idempotency-Replayed" = String, description = "`true` if this answer was given before"))),
        (status = 201, body = CallsTold, description = "Noted; at least one call is new",
         headers(("Idempotency-Replayed" = String, description = "`true` if this answer was given before"))),
        Refused,
    )
)]
pub(super) async fn tell_of_calls(
    State(service): State<Arc<Service>>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    bearer.require(Scope::CallsWrite)?;
    let bytes = body::whole(&service, body).await?;
    let keyed = Keyed::read(&service, &bearer, &headers, &bytes)?;
    if let Some(keyed) = &keyed
        && let Some(given) = keyed.answered(&service).await?
    {
        return Ok(given);
    }
    let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let events: Vec<CallEvent> = if is_list { body::fields(&bytes)? } else { vec![body::fields(&bytes)?] };
    if !(1..=MAX_EVENTS).contains(&events.len()) {
        return Err(INVALID_REQUEST.because(format!("1 to {MAX_EVENTS} events are taken, not {}.", events.len())));
    }
    // All are read before anything is done: an event that is refused leaves nothing half done.
    let mut read = Vec::with_capacity(events.len());
    for (at, event) in events.into_iter().enumerate() {
        let row = Row(if is_list { format!("[{at}].") } else { String::new() });
        read.push(checked(&service, &bearer, event, &row).await?);
    }
    let mut records = Vec::with_capacity(read.len());
    let mut is_any_new = false;
    for (place, event) in read {
        let heard = service.ask("tell", service.calls.hear_at(&place, event)).await?;
        is_any_new |= heard.is_new;
        records.push(wire::record(&service, &heard.call, Sight::Masked));
    }
    let status = if is_any_new { StatusCode::CREATED } else { StatusCode::OK };
    let body = written(records, is_list)?;
    if let Some(keyed) = keyed {
        keyed.keep(&service, status, &body).await?;
    }
    Ok(answer(status.as_u16(), body.into_bytes()))
}

async fn checked(service: &Service, bearer: &Bearer, event: CallEvent, row: &Row) -> Answer<(Place, Event)> {
    let key = read::key(&event, row)?;
    let place = service.ask("place", async {
        match service.calls.place(&dialled(&event.number)).await {
            Ok(place) => Ok(Ok(place)),
            Err(NoPlace::NotANumber(why)) => Ok(Err(why)),
            Err(NoPlace::Store(error)) => Err(error),
        }
    });
    let place = place.await?.map_err(|why| INVALID_REQUEST.because(format!("{}{why}.", row.0)))?;
    bearer.require_at(Scope::CallsWrite, place.site.as_ref())?;
    // Calls to numbers of no pool stand together: one of this name may be another site's.
    let kept = service.ask("call", service.calls.find(&place, &key)).await?;
    if let Some(kept) = kept.filter(|kept| kept.call.site != place.site) {
        bearer.require_at(Scope::CallsWrite, kept.call.site.as_ref())?;
    }
    let now = service.ask("now", service.calls.now()).await?;
    let event = read::event(event, key, &place, row, service.calls.callers(), now)?;
    Ok((place, event))
}

fn written(mut records: Vec<CallRecord>, is_list: bool) -> Answer<String> {
    let told = match records.pop() {
        Some(record) if !is_list => CallsTold::One(Box::new(record)),
        last => {
            records.extend(last);
            CallsTold::Several(CallRecords { calls: records })
        }
    };
    serde_json::to_string(&told).map_err(|_| INTERNAL.because(""))
}
