//! What both back ends say about the holders of a number, and how much of it.
//!
//! For the back ends only.

use super::{Acquire, StoreError, packed_call::StoredCall};
use crate::domain::{
    attribution::TOLD_LEASES,
    call::CallSpan,
    lease::Lease,
    time::{Span, Timestamp},
};
use std::cmp::Reverse;

/// Rows in one acquire: one long step holds up everybody else who wants a number of the pool.
pub(super) const MAX_ROWS: usize = 64;
/// Leases in one answer.
pub(super) const MAX_LEASES: usize = TOLD_LEASES;
/// How many of the latest calls on a number are looked at.
pub(super) const MAX_CALLS: usize = 64;

/// Refuses a batch that is too long.
pub(super) fn check_batch(rows: &[Acquire]) -> Result<(), StoreError> {
    if rows.len() <= MAX_ROWS {
        return Ok(());
    }
    Err(StoreError::Unsuitable(format!("at most {MAX_ROWS} rows fit into one acquire, not {}", rows.len())))
}

/// Keeps the leases that were granted up to a moment and are within the retention, newest first.
pub(super) fn select_leases(leases: &mut Vec<Lease>, retention: Span, now: Timestamp, at: Timestamp) {
    leases.retain(|lease| lease.granted_at <= at && now <= lease.held_until + retention);
    leases.sort_by(|a, b| {
        let key = |lease: &Lease| Reverse((lease.granted_at, lease.generation));
        key(a).cmp(&key(b)).then_with(|| a.session.cmp(&b.session))
    });
    leases.truncate(MAX_LEASES);
}

/// Keeps the calls that pin their number at a moment and are within the retention, oldest first.
pub(super) fn select_calls(
    mut calls: Vec<StoredCall>,
    retention: Span,
    now: Timestamp,
    at: Timestamp,
) -> Vec<CallSpan> {
    let pins = |call: &StoredCall| call.span.began_at <= at && at < call.pinned_until;
    calls.retain(|call| pins(call) && now <= call.pinned_until + retention);
    calls.sort_by(|a, b| (a.span.began_at, &a.span.key).cmp(&(b.span.began_at, &b.span.key)));
    calls.into_iter().map(|call| call.span).collect()
}
