//! What call systems tell of a call, in whatever order and however often.

use super::{CallDesk, Place, TRIES, contended, row};
use crate::{
    domain::call::{Call, event::Event, facts::Facts},
    store::{
        StoreError,
        records::{SaveCall, SavedCall, Survives},
    },
};

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The record now.
    pub call: Call,
    /// Nothing was known of the call before.
    pub is_new: bool,
}

impl CallDesk {
    /// Notes what a call system tells; survives power loss once it is answered.
    ///
    /// # Errors
    /// When the store does not answer. The event can be told again: told twice is told once.
    pub async fn tell(&self, event: Event) -> Result<Call, StoreError> {
        Ok(self.hear(event).await?.call)
    }

    /// The same, and whether the call is a new one.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub async fn hear(&self, event: Event) -> Result<Heard, StoreError> {
        let place = self.place_of(&event.number, &event.key).await?;
        self.hear_at(&place, event).await
    }

    /// The same for a number of which is known where it leads.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub async fn hear_at(&self, place: &Place, event: Event) -> Result<Heard, StoreError> {
        self.be_sure_of_key().await?;
        let event = event.not_after(self.store.now().await?);
        for _ in 0..TRIES {
            let old = self.find(place, &event.key).await?;
            let (revision, old) = old.map_or((0, None), |read| (read.revision, Some(read.call)));
            let facts = old.as_ref().map_or_else(|| Facts::of(&event), |old| old.facts.clone().with(&event));
            self.note_pool(old.as_ref().map_or(&place.pool, |old| &old.pool)).await?;
            let call = self.next(place, &event.key, old.as_ref(), facts).await?;
            let save =
                SaveCall { row: row(&call)?, read_revision: revision, capacity: None, survives: Survives::PowerLoss };
            if let SavedCall::Saved { .. } = self.store.save_call(&call.pool, &save).await? {
                let call = self.follow(old.as_ref(), call).await?;
                return Ok(Heard { call, is_new: old.is_none() });
            }
        }
        Err(contended(&event.key))
    }
}
