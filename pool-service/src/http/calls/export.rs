//! `GET /v1/calls.csv` and `.ndjson`: all calls that are asked for, as a stream that is made as fast as it is read.

use super::{
    asked::{self, Asked, choice, flag},
    columns::{COLUMNS, Column},
    fields::{MEMBERS, chosen_of, wanted},
    list::order,
    wire::{self, Sight},
};
use crate::{
    calls::{
        read::{Calls, Wish},
        table::Table,
    },
    domain::{call::Call, report::CallFilter, zone::Zone},
    http::{accept, bearer::Bearer, openapi::refusals, problem::Answer, service::Service},
    store::StoreError,
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A piece of the stream is sent when it has so many bytes, or when so many calls have been looked at.
const PIECE_BYTES: usize = 64 * 1_024;
/// See [`PIECE_BYTES`].
const PIECE_CALLS: usize = 1_000;

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A table for spreadsheets.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// What an export takes besides what chooses calls.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Exported {
    /// `newest` or `oldest` first
    #[param(pattern = "^(newest|oldest)?$")]
    order: Option<String>,
    /// Only these columns, or members of each call, in this order and separated by commas
    fields: Option<String>,
    /// `true` begins a CSV file with a byte order mark, by which Excel knows that it is UTF-8
    #[param(pattern = "^(true|false)?$")]
    bom: Option<String>,
}

/// A list that is asked for in another format takes them too, and no pages.
const BESIDES: [&str; 4] = ["order", "fields", "bom", "format"];

refusals!(
    Refused: UNKNOWN_CHOICE, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(csv)).routes(routes!(ndjson))
}

/// All calls that are asked for, as a table
#[utoipa::path(
    get,
    path = "/v1/calls.csv",
    operation_id = "calls_csv",
    tag = "calls",
    params(Asked, Exported),
    security(("token" = ["calls:read"])),
    responses((status = 200, description = "A stream of any length", content((String = "text/csv"))), Refused)
)]
async fn csv(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri) -> Answer<Response> {
    export(&service, &bearer, &uri, Format::Csv).await
}

/// All calls that are asked for, as one JSON object a line
#[utoipa::path(
    get,
    path = "/v1/calls.ndjson",
    operation_id = "calls_ndjson",
    tag = "calls",
    params(Asked, Exported),
    security(("token" = ["calls:read"])),
    responses((status = 200, description = "A stream of any length", content((String = "application/x-ndjson"))), Refused)
)]
async fn ndjson(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri) -> Answer<Response> {
    export(&service, &bearer, &uri, Format::Ndjson).await
}

/// The format that a request for a list names, by `format=` or by `Accept`; `None` for a page of JSON.
pub(super) fn asked_for(uri: &Uri, headers: &HeaderMap) -> Answer<Option<Format>> {
    let named = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("format="));
    let parse = |text: &str| match text {
        "json" => Some(None),
        "csv" => Some(Some(Format::Csv)),
        "ndjson" => Some(Some(Format::Ndjson)),
        _ => None,
    };
    if let Some(format) = choice("format", named.map(str::to_owned), parse, "json, csv or ndjson")? {
        return Ok(format);
    }
    let of_type = |range: &String| match range.as_str() {
        "application/json" | "application/*" | "*/*" => Some(None),
        "text/csv" => Some(Some(Format::Csv)),
        "application/x-ndjson" | "application/ndjson" => Some(Some(Format::Ndjson)),
        _ => None,
    };
    Ok(accept::wished(headers).unwrap_or_default().iter().find_map(of_type).flatten())
}

/// Everything that is asked for, as a stream. What is wrong with the request, and a store that does not answer at the
/// begin, are problems; a store that fails later breaks the connection, so that no file looks whole that is not.
pub(super) async fn export(service: &Arc<Service>, bearer: &Bearer, uri: &Uri, format: Format) -> Answer<Response> {
    let (asked, exported) = asked::read::<Exported>(uri, &BESIDES)?;
    let chosen = asked.chosen(service, bearer, |_, _| asked::EVER).await?;
    let order = order(exported.order)?;
    // Only a table begins with one, but no other answer takes what is neither.
    let bom = choice("bom", exported.bom, flag, "true or false")?.unwrap_or(false);
    let rows = match format {
        Format::Csv => {
            let columns = wanted(exported.fields, COLUMNS, |column| column.name)?;
            let mut table = Box::new(Table::new(bom));
            table.row(columns.iter().map(|column| column.name));
            Rows::Csv { table, columns, zone: chosen.zone }
        }
        Format::Ndjson => {
            let fields = asked::given(exported.fields);
            let fields = fields.map(|fields| wanted(Some(fields), &MEMBERS, String::as_str)).transpose()?;
            Rows::Ndjson { fields, text: Vec::new() }
        }
    };
    let wish = Wish { pools: chosen.pools, range: chosen.range, order, after: None, about: usize::MAX };
    let calls = service.noted("calls", Calls::begin(service.records(), wish).await)?;
    let export = Export { service: Arc::clone(service), calls, filter: chosen.filter, rows, is_over: false };
    let pieces = stream::try_unfold(export, async |mut export| {
        Ok::<_, StoreError>(export.piece().await?.map(|piece| (piece, export)))
    });
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"calls.{}\"", format.name())),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// An export under way.
struct Export {
    service: Arc<Service>,
    calls: Calls,
    filter: CallFilter,
    rows: Rows,
    is_over: bool,
}

/// What was written and not yet sent.
enum Rows {
    Csv { table: Box<Table>, columns: Vec<&'static Column>, zone: Zone },
    Ndjson { fields: Option<Vec<&'static String>>, text: Vec<u8> },
}

impl Export {
    /// The next piece; `None` after the last.
    async fn piece(&mut self) -> Result<Option<Bytes>, StoreError> {
        let mut piece = Vec::new();
        while piece.is_empty() && !self.is_over {
            for _ in 0..PIECE_CALLS {
                let Some((_, call)) = self.service.noted("calls", self.calls.next().await)? else {
                    self.is_over = true;
                    break;
                };
                if self.filter.admits(&call) {
                    self.rows.add(&self.service, &call);
                }
                if self.rows.written() >= PIECE_BYTES {
                    break;
                }
            }
            piece = self.rows.take();
        }
        Ok(Some(piece).filter(|piece| !piece.is_empty()).map(Bytes::from))
    }
}

impl Rows {
    fn add(&mut self, service: &Service, call: &Call) {
        match self {
            Self::Csv { table, columns, zone } => {
                let callers = service.calls.callers();
                table.row(columns.iter().map(|column| (column.cell)(call, zone, callers)));
            }
            Self::Ndjson { fields, text } => {
                let record = wire::record(service, call, Sight::Whole);
                // A record always has a JSON form.
                let _ = match fields {
                    None => serde_json::to_writer(&mut *text, &record),
                    Some(fields) => serde_json::to_writer(&mut *text, &chosen_of(&record, fields)),
                };
                text.push(b'\n');
            }
        }
    }

    fn written(&self) -> usize {
        match self {
            Self::Csv { table, .. } => table.written(),
            Self::Ndjson { text, .. } => text.len(),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Csv { table, .. } => table.take(),
            Self::Ndjson { text, .. } => std::mem::take(text),
        }
    }
}
