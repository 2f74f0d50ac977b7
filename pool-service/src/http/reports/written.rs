//! A report as it stands in answers: JSON, or a table.

use crate::{
    calls::table::Table,
    domain::{
        report::{By, Touch, filter::Range, sums::Group, tally::Counts},
        zone::Zone,
    },
};
use axum::{
    Json,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// How many calls there were, and how many counted
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = CallReport)]
pub(super) struct Report {
    /// What the rows are: `day`, `channel` …
    by: &'static str,
    /// Whose channel and campaign: `last` or `first`
    touch: &'static str,
    /// The zone of days and hours
    zone: String,
    /// The first moment of the report
    from: String,
    /// The first moment after it
    to: String,
    /// The rows: in the order of time, also those without calls; else in the order of their names
    rows: Vec<Row>,
    /// All rows together; a caller who is in several rows is one here
    total: Figures,
}

/// A row of a report
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = CallReportRow)]
struct Row {
    /// What its calls have in common: a day, an hour with its offset, a channel; null for calls that have none
    #[schema(required)]
    key: Option<String>,
    /// When a row of time begins
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The first moment after it
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

/// What is counted
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = CallFigures)]
struct Figures {
    /// Calls
    calls: u64,
    /// Those that somebody answered
    answered: u64,
    /// Those that count
    valid: u64,
    /// How many callers there were whose numbers are known, told apart by 64 bits of a keyed hash of each
    unique_callers: u64,
    /// Seconds talked
    talk_seconds: u64,
}

const COUNTED: [&str; 5] = ["calls", "answered", "valid", "unique_callers", "talk_seconds"];

impl Report {
    pub(super) fn new(by: By, touch: Touch, zone: &Zone, range: Range, groups: &[Group], total: Counts) -> Self {
        let row = |group: &Group| Row {
            key: group.name.clone(),
            from: group.range.map(|range| zone.rfc3339(range.from)),
            to: group.range.map(|range| zone.rfc3339(range.until)),
            figures: group.counts.into(),
        };
        Self {
            by: by.name(),
            touch: match touch {
                Touch::Last => "last",
                Touch::First => "first",
            },
            zone: zone.to_string(),
            from: zone.rfc3339(range.from),
            to: zone.rfc3339(range.until),
            rows: groups.iter().map(row).collect(),
            total: total.into(),
        }
    }

    /// As a file.
    pub(super) fn csv(&self, bom: bool) -> Response {
        let mut table = Table::new(bom);
        table.row([self.by].into_iter().chain(COUNTED));
        for row in &self.rows {
            table.row([row.key.clone().unwrap_or_default()].into_iter().chain(row.figures.cells()));
        }
        let headers = csv_headers(&format!("calls-by-{}", self.by));
        (headers, table.take()).into_response()
    }
}

/// The headers of a file of this name.
pub(super) fn csv_headers(name: &str) -> [(HeaderName, String); 4] {
    [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ]
}

/// As JSON.
pub(super) fn json(report: &Report) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

impl Figures {
    fn cells(&self) -> [String; 5] {
        [self.calls, self.answered, self.valid, self.unique_callers, self.talk_seconds].map(|figure| figure.to_string())
    }
}

impl From<Counts> for Figures {
    fn from(counts: Counts) -> Self {
        let Counts { calls, answered, valid, unique_callers, talk_seconds } = counts;
        Self { calls, answered, valid, unique_callers, talk_seconds }
    }
}
