//! `GET /v1/calls`: a page of calls.

use super::{
    asked::{self, Asked, Chosen, choice, given},
    cursor, export,
    fields::{MEMBERS, chosen_of, wanted},
    wire::{self, Sight},
};
use crate::{
    calls::read::{Calls, Order, Wish},
    http::{
        bearer::Bearer,
        openapi::refusals,
        problem::{Answer, INVALID_REQUEST},
        service::Service,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use pool_protocol::call::CallRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Calls of a page, if nothing is said.
const USUAL: usize = 50;
/// Calls of a page, at most.
const MOST: usize = 200;
/// A page ends when it has passed over so many calls that were not asked for: the next one goes on from there.
const PASSED_OVER: usize = 10_000;

/// What a list takes besides what chooses calls.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Paged {
    /// At most so many calls, up to 200; else 50
    limit: Option<String>,
    /// The `next` of the page before
    cursor: Option<String>,
    /// `newest` or `oldest` first
    #[param(pattern = "^(newest|oldest)?$")]
    order: Option<String>,
    /// Only these members of each call, separated by commas
    fields: Option<String>,
    /// `json`, or `csv` or `ndjson` for everything at once, as `/v1/calls.csv` and `/v1/calls.ndjson` give it
    #[serde(rename = "format")]
    #[param(pattern = "^(json|csv|ndjson)?$")]
    _format: Option<String>,
}

const BESIDES: [&str; 5] = ["limit", "cursor", "order", "fields", "format"];

/// A page of calls
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = CallPage)]
struct Page {
    /// Calls. There may be fewer than `limit`, or none, although others follow
    #[schema(value_type = Vec<CallRecord>)]
    calls: Vec<Value>,
    /// The cursor of the next page; null if this is the last
    #[schema(required)]
    next: Option<String>,
}

refusals!(
    Refused: UNKNOWN_CHOICE, INVALID_CURSOR, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, INVALID_REQUEST, INTERNAL,
    STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(list))
}

/// Calls, page by page
#[utoipa::path(
    get,
    path = "/v1/calls",
    tag = "calls",
    params(Asked, Paged),
    security(("token" = ["calls:read"])),
    responses(
        (status = 200, description = "A page",
         content((Page = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"))),
        Refused,
    )
)]
async fn list(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri, headers: HeaderMap) -> Answer<Response> {
    if let Some(format) = export::asked_for(&uri, &headers)? {
        return export::export(&service, &bearer, &uri, format).await;
    }
    let (asked, paged) = asked::read::<Paged>(&uri, &BESIDES)?;
    let page = page(&service, &bearer, asked, paged).await?;
    // Callers' numbers are nobody's in between.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

async fn page(service: &Service, bearer: &Bearer, asked: Asked, paged: Paged) -> Answer<Page> {
    let Chosen { filter, pools, range, .. } = asked.chosen(service, bearer, |_, _| asked::EVER).await?;
    let order = order(paged.order)?;
    let limit = limit(paged.limit)?;
    let fields = match given(paged.fields) {
        None => None,
        some => Some(wanted(some, &MEMBERS, String::as_str)?),
    };
    let after = given(paged.cursor).map(|text| cursor::read(order, &text)).transpose()?;
    let wish = Wish { pools, range, order, after, about: limit + 1 };
    let mut calls = service.noted("calls", Calls::begin(service.records(), wish).await)?;
    let mut page = Page { calls: Vec::new(), next: None };
    let mut last = None;
    let mut passed_over = 0;
    while let Some((position, call)) = service.noted("calls", calls.next().await)? {
        if page.calls.len() == limit || passed_over == PASSED_OVER {
            page.next = last.map(|last| cursor::write(order, last));
            break;
        }
        last = Some(position);
        if !filter.admits(&call) {
            passed_over += 1;
            continue;
        }
        let record = wire::record(service, &call, Sight::Whole);
        page.calls.push(match &fields {
            None => serde_json::to_value(record).unwrap_or_default(),
            Some(fields) => chosen_of(&record, fields),
        });
    }
    Ok(page)
}

fn limit(text: Option<String>) -> Answer<usize> {
    let Some(text) = given(text) else { return Ok(USUAL) };
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| INVALID_REQUEST.because(format!("limit must be 1 to {MOST}.")))
}

pub(super) fn order(text: Option<String>) -> Answer<Order> {
    let parse = |text: &str| match text {
        "newest" => Some(Order::Newest),
        "oldest" => Some(Order::Oldest),
        _ => None,
    };
    Ok(choice("order", text, parse, "newest or oldest")?.unwrap_or_default())
}
