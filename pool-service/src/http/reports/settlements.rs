//! `GET /v1/settlements?advertiser=&month=`: what is to be settled for an advertiser, or was.

use super::written::csv_headers;
use crate::{
    calls::settle::{Settling, Unsettled, csv},
    domain::{
        access::Scope,
        ids::{AdvertiserId, SiteId},
        settlement::{Correction, Month, Row, Settlement},
        zone::Zone,
    },
    http::{
        bearer::Bearer,
        calls::asked::{choice, flag, given},
        openapi::refusals,
        problem::{Answer, FOREIGN_SITE, INVALID_REQUEST, Refusal},
        query,
        service::Service,
        wire,
    },
};
use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Which settlement.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The advertiser's id
    #[param(required)]
    advertiser: Option<String>,
    /// The month, as `2026-11`; else all that were issued, without their calls
    month: Option<String>,
    /// The zone whose month it is; else that of settlements before, else the one of the setting `reports.zone`
    zone: Option<String>,
    /// `json`, or `csv` for the calls and corrections of one month
    #[param(pattern = "^(json|csv)?$")]
    format: Option<String>,
    /// `true` begins a CSV file with a byte order mark, by which Excel knows that it is UTF-8
    #[param(pattern = "^(true|false)?$")]
    bom: Option<String>,
}

/// Settlements of an advertiser
#[derive(Serialize, utoipa::ToSchema)]
struct Settlements {
    /// The one of the month that was asked for; else all that were issued, in that order
    settlements: Vec<SettlementTold>,
}

/// The settlement of an advertiser's month
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Settlement)]
struct SettlementTold {
    /// The advertiser's id
    advertiser: String,
    /// The month
    month: String,
    /// The zone whose month it is
    zone: String,
    /// `draft`, which still changes, or `issued`, which never does
    status: &'static str,
    /// Counted up for each advertiser, from 1
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    /// When it was issued
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<String>,
    /// By whom
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_by: Option<String>,
    /// In figures
    totals: SettlementTotals,
    /// The calls that count
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<SettledCall>>,
    /// What has changed of months that were settled before
    #[serde(skip_serializing_if = "Option::is_none")]
    corrections: Option<Vec<SettlementCorrection>>,
}

/// A settlement in figures
#[derive(Serialize, utoipa::ToSchema)]
struct SettlementTotals {
    /// Calls of the month that count
    valid_calls: u64,
    /// Seconds talked in these
    talk_seconds: u64,
    /// Calls of earlier months that count now and did not
    added: u64,
    /// Calls of earlier months that do not count any more
    removed: u64,
    /// Calls of earlier months of which something else changed
    changed: u64,
    /// The month's calls and those added, without those removed
    settled_calls: i64,
}

/// A call that counts
#[derive(Serialize, utoipa::ToSchema)]
struct SettledCall {
    /// The record's id
    id: String,
    /// When it began
    began_at: String,
    /// The dialled number
    number: pool_protocol::Number,
    /// How long they talked
    talk_seconds: u64,
    /// The version of the rule by which it counts
    rule_version: u32,
}

/// A call of a month that was settled before, of which something else is known now
#[derive(Serialize, utoipa::ToSchema)]
struct SettlementCorrection {
    /// The month of which it is
    month: String,
    /// `added`, `removed` or `changed`
    change: &'static str,
    /// As it was settled
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<SettledCall>,
    /// As it is now
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<SettledCall>,
    /// Why it does not count any more
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<&'static str>,
}

refusals!(
    Refused: UNKNOWN_CHOICE, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(settlements))
}

/// What is to be settled for an advertiser, or was
#[utoipa::path(
    get,
    path = "/v1/settlements",
    tag = "calls",
    params(Asked),
    security(("token" = ["calls:read"])),
    responses(
        (status = 200, description = "Settlements", content((Settlements = "application/json"), (String = "text/csv"))),
        Refused,
    )
)]
async fn settlements(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri) -> Answer<Response> {
    bearer.require(Scope::CallsRead)?;
    let asked: Asked = query::read(&uri, &["advertiser", "month", "zone", "format", "bom"])?;
    let wrong = |error: &dyn std::fmt::Display| INVALID_REQUEST.because(format!("{error}."));
    let advertiser = given(asked.advertiser).ok_or_else(|| INVALID_REQUEST.because("advertiser is missing."))?;
    let advertiser = AdvertiserId::parse(&advertiser).map_err(|error| wrong(&error))?;
    may_see(&service, &bearer, &advertiser)?;
    let zone = given(asked.zone).map(|zone| Zone::parse(&zone)).transpose().map_err(|error| wrong(&error))?;
    let month = given(asked.month).map(|month| Month::parse(&month)).transpose().map_err(|error| wrong(&error))?;
    let format = |text: &str| match text {
        "json" => Some(false),
        "csv" => Some(true),
        _ => None,
    };
    let is_csv = choice("format", asked.format, format, "json or csv")?.unwrap_or(false);
    let bom = choice("bom", asked.bom, flag, "true or false")?.unwrap_or(false);
    let Some(month) = month else {
        if is_csv {
            return Err(INVALID_REQUEST.because("month is missing: a table is of one month."));
        }
        let issued = service.noted("settlements", service.calls.issued(&advertiser).await)?;
        issued.iter().try_for_each(|settlement| of_allowed_sites(&bearer, settlement))?;
        return Ok(answer(issued.iter().map(|settlement| told(&service, settlement, false)).collect()));
    };
    let settling = Settling { advertiser, zone, usual: service.options.zone.clone() };
    let settlement = match service.calls.settlement(&settling, month).await {
        Err(Unsettled::Store(error)) => service.noted("settlements", Err(error))?,
        Err(error) => return Err(wrong(&error)),
        Ok(settlement) => settlement,
    };
    of_allowed_sites(&bearer, &settlement)?;
    if is_csv {
        let file = format!("settlement-{}-{month}", settlement.advertiser);
        return Ok((csv_headers(&file), csv(&settlement, bom)).into_response());
    }
    Ok(answer(vec![told(&service, &settlement, true)]))
}

fn answer(settlements: Vec<SettlementTold>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(Settlements { settlements })).into_response()
}

/// A token for some sites may see the settlements of advertisers all of whose numbers are on these.
fn may_see(service: &Service, bearer: &Bearer, advertiser: &AdvertiserId) -> Answer<()> {
    let Some(sites) = bearer.sites() else { return Ok(()) };
    let configured = service.configured();
    let mut of_advertiser = configured.configuration().sites_of(advertiser).peekable();
    let has_one = of_advertiser.peek().is_some();
    if has_one && of_advertiser.all(|site| sites.contains(site)) { Ok(()) } else { Err(foreign()) }
}

/// What was settled may be of sites that the advertiser has left.
fn of_allowed_sites(bearer: &Bearer, settlement: &Settlement) -> Answer<()> {
    let Some(sites) = bearer.sites() else { return Ok(()) };
    let is_of = |site: &Option<SiteId>| site.as_ref().is_some_and(|site| sites.contains(site));
    if settlement.all_rows().all(|row| is_of(&row.site)) { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> Refusal {
    FOREIGN_SITE.because("There is no such advertiser on its sites, or one that has, or had, numbers on others, too.")
}

fn told(service: &Service, settlement: &Settlement, with_calls: bool) -> SettlementTold {
    let totals = settlement.totals();
    let issue = settlement.issued.as_ref();
    let call = |row: &Row| {
        let form = service.configured().pool(&row.pool).map(|pool| pool.form.clone()).unwrap_or_default();
        SettledCall {
            id: row.id.clone(),
            began_at: wire::time(row.at),
            number: wire::number(&row.number, &form),
            talk_seconds: row.talk_seconds,
            rule_version: row.rule_version,
        }
    };
    let correction = |correction: &Correction| SettlementCorrection {
        month: correction.month.to_string(),
        change: correction.change.name(),
        before: correction.before.as_ref().map(call),
        after: correction.after.as_ref().map(call),
        reasons: correction.reasons.iter().map(|reason| reason.name()).collect(),
    };
    SettlementTold {
        advertiser: settlement.advertiser.to_string(),
        month: settlement.month.to_string(),
        zone: settlement.zone.clone(),
        status: if issue.is_some() { "issued" } else { "draft" },
        number: issue.map(|issue| issue.number),
        issued_at: issue.map(|issue| wire::time(issue.at)),
        issued_by: issue.map(|issue| issue.by.clone()),
        totals: SettlementTotals {
            valid_calls: totals.valid_calls,
            talk_seconds: totals.talk_seconds,
            added: totals.added,
            removed: totals.removed,
            changed: totals.changed,
            settled_calls: totals.settled_calls,
        },
        calls: with_calls.then(|| settlement.rows.iter().map(call).collect()),
        corrections: with_calls.then(|| settlement.corrections.iter().map(correction).collect()),
    }
}
