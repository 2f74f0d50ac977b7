//! A call of a log on its way to the call desk.

use super::row::Row;
use crate::{
    calls::{CallDesk, NoPlace},
    domain::{
        call::{
            Call, CallKey,
            event::{Event, EventKind, Told as Facts},
        },
        ids::{CallId, CallSource},
    },
    store::StoreError,
};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// A call that is on its way.
pub(super) type Telling = JoinHandle<Result<Told, Untold>>;

/// What became of it.
pub(super) struct Told {
    /// Nothing was known of the call before.
    pub(super) is_new: bool,
    /// Its number is no site's.
    pub(super) is_nowhere: bool,
}

/// Why it was not taken.
pub(super) enum Untold {
    /// It is no call.
    Refused(String),
    /// The store did not take it.
    Store(StoreError),
}

/// Tells the call desk of a call, or only asks what would become of it.
pub(super) fn begin(desk: Arc<CallDesk>, source: CallSource, row: Row, dry_run: bool) -> Telling {
    tokio::spawn(async move { tell(&desk, source, row, dry_run).await })
}

async fn tell(desk: &CallDesk, source: CallSource, row: Row, dry_run: bool) -> Result<Told, Untold> {
    let place = desk.place(&row.number).await.map_err(|why| match why {
        NoPlace::NotANumber(why) => Untold::Refused(why),
        NoPlace::Store(error) => Untold::Store(error),
    })?;
    let is_nowhere = place.site.is_none();
    let caller = desk.callers().read(row.caller.as_deref().unwrap_or_default());
    let id = match row.id {
        Some(id) => id,
        None => {
            // Keyed, so that the id tells nobody who called.
            let caller = caller.caller.as_ref().map_or("", |caller| caller.key.as_str());
            let named = format!("{} {caller} {}", place.number.key(), row.began_at.as_millis());
            let id = format!("log-{}", desk.callers().digest(named.as_bytes()));
            CallId::parse(&id).map_err(|error| Untold::Refused(error.to_string()))?
        }
    };
    let key = CallKey { source, id };
    if dry_run {
        let found = desk.find(&place, &key).await.map_err(Untold::Store)?;
        return Ok(Told { is_new: found.is_none(), is_nowhere });
    }
    let facts = Facts {
        began_at: Some(row.began_at),
        answered_at: row.answered_at,
        caller: caller.caller,
        is_anonymous: caller.is_anonymous,
        destination: row.destination,
        ring_seconds: row.ring_seconds,
        talk_seconds: row.talk_seconds,
        billable_seconds: row.billable_seconds,
        hang_up_cause: row.cause,
        recording_url: row.recording,
        outcome: row.outcome,
        ..Facts::default()
    };
    let number = place.number.clone();
    let event = Event { key, number, kind: EventKind::Ended, at: row.ended_at, told: facts };
    let (found, now) = tokio::try_join!(desk.find(&place, &event.key), desk.now()).map_err(Untold::Store)?;
    let event = event.not_after(now);
    let is_known = |call: &Call| call.facts.clone().with(&event) == call.facts;
    if let Some(known) = found.map(|read| read.call).filter(is_known) {
        // A log that was imported before is not written to disk again.
        desk.look_after(known).await.map_err(Untold::Store)?;
        return Ok(Told { is_new: false, is_nowhere });
    }
    let heard = desk.hear_at(&place, event).await.map_err(Untold::Store)?;
    Ok(Told { is_new: heard.is_new, is_nowhere })
}
