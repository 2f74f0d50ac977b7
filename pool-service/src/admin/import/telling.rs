//! A call of a log on its way to the call desk.

use super::{super::patience::patiently, row::Row};
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
use std::sync::{Arc, OnceLock};
use tokio::task::JoinHandle;

/// A call that is on its way: what became of it, or why it is none.
pub(super) type Telling = JoinHandle<Result<Result<Told, String>, StoreError>>;

/// What became of it.
pub(super) struct Told {
    /// Nothing was known of the call before.
    pub(super) is_new: bool,
    /// Its number is no site's.
    pub(super) is_nowhere: bool,
}

/// Tells the call desk of a call, or only asks what would become of it.
pub(super) fn begin(desk: Arc<CallDesk>, source: CallSource, row: Row, dry_run: bool) -> Telling {
    tokio::spawn(async move {
        let was_new = OnceLock::new();
        // A log of a million lines is not given up for one slow moment.
        patiently(|| tell(&desk, source.clone(), row.clone(), dry_run, &was_new)).await
    })
}

/// `was_new`: whether it was when this was tried first, which may have been cut short after it was kept.
async fn tell(
    desk: &CallDesk,
    source: CallSource,
    row: Row,
    dry_run: bool,
    was_new: &OnceLock<bool>,
) -> Result<Result<Told, String>, StoreError> {
    let place = match desk.place(&row.number).await {
        Ok(place) => place,
        Err(NoPlace::NotANumber(why)) => return Ok(Err(why)),
        Err(NoPlace::Store(error)) => return Err(error),
    };
    let is_nowhere = place.site.is_none();
    let caller = desk.callers().read(row.caller.as_deref().unwrap_or_default());
    let id = match row.id {
        Some(id) => id,
        None => {
            // Keyed, so that the id tells nobody who called.
            let caller = caller.caller.as_ref().map_or("", |caller| caller.key.as_str());
            let named = format!("{} {caller} {}", place.number.key(), row.began_at.as_millis());
            let id = format!("log-{}", desk.callers().digest(named.as_bytes()));
            match CallId::parse(&id) {
                Ok(id) => id,
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
    };
    let key = CallKey { source, id };
    if dry_run {
        let found = desk.find(&place, &key).await?;
        return Ok(Ok(Told { is_new: found.is_none(), is_nowhere }));
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
    let (found, now) = tokio::try_join!(desk.find(&place, &event.key), desk.now())?;
    let is_repeated = was_new.set(found.is_none()).is_err();
    let was_new = is_repeated && was_new.get() == Some(&true);
    let event = event.not_after(now);
    let is_known = |call: &Call| call.facts.clone().with(&event) == call.facts;
    if let Some(known) = found.map(|read| read.call).filter(is_known) {
        // A log that was imported before is not written to disk again.
        desk.look_after(known).await?;
        return Ok(Ok(Told { is_new: was_new, is_nowhere }));
    }
    let heard = desk.hear_at(&place, event).await?;
    Ok(Ok(Told { is_new: heard.is_new || was_new, is_nowhere }))
}
