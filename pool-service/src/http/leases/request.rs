//! A lease request as domain values; whatever breaks a rule is refused by the name of its field.

use super::visitor;
use crate::{
    domain::{ids::SessionId, visitor::Visitor},
    http::problem::{Answer, INVALID_REQUEST},
};
use pool_protocol::lease::{LeaseRequest, LeaseWanted};

/// Targets in one request.
const MAX_ROWS: usize = 100;

/// A lease request that breaks no rule.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) session: SessionId,
    pub(super) visitor: Visitor,
    pub(super) rows: Vec<LeaseWanted>,
}

/// `cookies`: the names of those that the site wants to be told besides the well-known ones.
pub(super) fn read(request: LeaseRequest, cookies: &[String]) -> Answer<Asked> {
    let session = session(&request.session)?;
    count(request.leases.len(), "leases")?;
    let visitor = visitor::read(request.visitor, request.page.as_deref().unwrap_or_default(), cookies)?;
    let visitor = Visitor { page: request.page.map(visitor::cut), ..visitor };
    Ok(Asked { session, visitor, rows: request.leases })
}

pub(super) fn session(text: &str) -> Answer<SessionId> {
    SessionId::parse(text).map_err(|error| INVALID_REQUEST.because(error.to_string()))
}

pub(super) fn count(rows: usize, field: &str) -> Answer<()> {
    if (1..=MAX_ROWS).contains(&rows) {
        Ok(())
    } else {
        Err(INVALID_REQUEST.because(format!("{field} must have 1 to {MAX_ROWS} rows, not {rows}.")))
    }
}
