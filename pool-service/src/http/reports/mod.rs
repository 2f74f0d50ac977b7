//! Reports over HTTP: `GET /v1/reports/calls`, and the same as CSV.
//!
//! # Layout
//! - `settlements`: what is to be settled for advertisers
//! - `written`: a report as it stands in answers

mod settlements;
mod written;

use super::{
    accept,
    bearer::Bearer,
    calls::asked::{self, Asked, Chosen, choice, flag, given},
    openapi::refusals,
    problem::{Answer, INVALID_REQUEST, UNKNOWN_CHOICE},
    service::Service,
};
use crate::{
    calls::rollup::sum_up,
    domain::{
        access::Scope,
        report::{By, Sums, buckets::Every, filter::Range},
        time::{Span, Timestamp},
        zone::Zone,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use jiff::ToSpan;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};
use written::{Report, json};

/// A report by time has at most so many rows: every hour of a year.
const MOST_ROWS: usize = 9_000;
/// If no begin is said, a report is of so many days, the last one included: today, if no end is said either.
const USUAL_DAYS: i64 = 30;

/// What a report takes besides what chooses calls.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Reported {
    /// `day`, `hour`, `month`, `channel`, `campaign`, `pool`, `site`, `destination` or `advertiser`; else `day`
    #[param(pattern = "^(day|hour|month|channel|campaign|pool|site|destination|advertiser)?$")]
    by: Option<String>,
    /// `json` or `csv`
    #[param(pattern = "^(json|csv)?$")]
    format: Option<String>,
    /// `true` begins a CSV file with a byte order mark, by which Excel knows that it is UTF-8
    #[param(pattern = "^(true|false)?$")]
    bom: Option<String>,
}

const BESIDES: [&str; 3] = ["by", "format", "bom"];

refusals!(
    Refused: UNKNOWN_CHOICE, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(calls)).routes(routes!(calls_csv)).merge(settlements::routes())
}

/// How many calls there were, how many counted, and how long they talked
#[utoipa::path(
    get,
    path = "/v1/reports/calls",
    operation_id = "report_calls",
    tag = "calls",
    params(Asked, Reported),
    security(("token" = ["calls:read"])),
    responses(
        (status = 200, description = "The report", content((Report = "application/json"), (String = "text/csv"))),
        Refused,
    )
)]
async fn calls(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri, headers: HeaderMap) -> Answer<Response> {
    let of_type = |range: &String| match range.as_str() {
        "application/json" | "application/*" | "*/*" => Some(false),
        "text/csv" => Some(true),
        _ => None,
    };
    let is_csv = accept::wished(&headers).unwrap_or_default().iter().find_map(of_type).unwrap_or(false);
    report(&service, &bearer, &uri, is_csv).await
}

/// The same as a table
#[utoipa::path(
    get,
    path = "/v1/reports/calls.csv",
    operation_id = "report_calls_csv",
    tag = "calls",
    params(Asked, Reported),
    security(("token" = ["calls:read"])),
    responses((status = 200, description = "The report", content((String = "text/csv"))), Refused)
)]
async fn calls_csv(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri) -> Answer<Response> {
    report(&service, &bearer, &uri, true).await
}

async fn report(service: &Arc<Service>, bearer: &Bearer, uri: &Uri, is_csv: bool) -> Answer<Response> {
    let (asked, reported) = asked::read::<Reported>(uri, &BESIDES)?;
    bearer.require(Scope::CallsRead)?;
    let now = service.ask("now", service.store.now()).await?;
    let usual = |zone: &Zone, until: Option<Timestamp>| {
        let last = until.map_or(now, |until| until - Span::from_millis(1));
        usual_range(zone, last)
    };
    let chosen = asked.chosen(service, bearer, usual).await?;
    let by = by(reported.by)?;
    let format = |text: &str| match text {
        "json" => Some(false),
        "csv" => Some(true),
        _ => None,
    };
    let is_csv = choice("format", reported.format, format, "json or csv")?.unwrap_or(is_csv);
    let bom = choice("bom", reported.bom, flag, "true or false")?.unwrap_or(false);
    let Chosen { filter, pools, range, zone } = chosen;
    let too_many = || {
        INVALID_REQUEST.because(format!(
            "That would be more than {MOST_ROWS} {}s: choose from and to closer to each other.",
            by.name()
        ))
    };
    let mut sums = Sums::new(by, filter.touch, zone.clone());
    // Before the calls are read.
    sums.groups(range, MOST_ROWS).ok_or_else(too_many)?;
    let summed = sum_up(&service.records(), &pools, range, &filter, now, &mut sums).await;
    service.noted("report", summed)?;
    let groups = sums.groups(range, MOST_ROWS).ok_or_else(too_many)?;
    let report = Report::new(by, filter.touch, &zone, range, &groups, sums.total());
    Ok(if is_csv { report.csv(bom) } else { json(&report) })
}

fn by(text: Option<String>) -> Answer<By> {
    let Some(text) = given(text) else { return Ok(By::Time(Every::Day)) };
    By::parse(&text).ok_or_else(|| {
        let known = By::ALL.map(By::name).join(", ");
        UNKNOWN_CHOICE.because(format!("by {:?} must be one of {known}.", asked::cut(&text)))
    })
}

/// The day of this moment and the days before.
fn usual_range(zone: &Zone, at: Timestamp) -> Range {
    let last = zone.date(at);
    let first = last.checked_sub((USUAL_DAYS - 1).days()).unwrap_or(last);
    let after = last.tomorrow().unwrap_or(last);
    Range { from: zone.start_of(first), until: zone.start_of(after) }
}
