//! A file of conversions, piece by piece, in the memory of one piece.

use super::Planned;
use crate::{
    calls::read::{Calls, Order, Wish},
    domain::{
        call::Call,
        conversion::{export::Export, tally::Tally},
        ids::AdvertiserId,
    },
    store::{StoreError, records::RecordStore},
};
use std::sync::Arc;

/// A piece has so many bytes, or a little more.
const PIECE: usize = 32 * 1_024;
/// A piece is given after so many calls, however few of them are told: who waits can be told how far it is.
const CALLS: u64 = 5_000;

/// A file that is being made.
pub struct Run {
    export: Export,
    calls: Calls,
    advertiser: Option<AdvertiserId>,
    read: u64,
    waiting: Vec<u8>,
    is_over: bool,
}

impl Run {
    /// Begins a file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(records: Arc<dyn RecordStore>, planned: Planned) -> Result<Self, StoreError> {
        let Planned { settings, pools, advertiser } = planned;
        let wish = Wish { pools, range: settings.range, order: Order::Oldest, after: None, about: usize::MAX };
        let calls = Calls::begin(records, wish).await?;
        let export = Export::new(settings);
        let waiting = export.head();
        Ok(Self { export, calls, advertiser, read: 0, waiting, is_over: false })
    }

    /// The next piece, which may be empty; `None` after the last.
    ///
    /// # Errors
    /// When the store does not answer: then the file must not look whole.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let last = self.read + CALLS;
        while self.waiting.len() < PIECE && self.read < last {
            let Some((_, call)) = self.calls.next().await? else {
                self.is_over = true;
                break;
            };
            self.read += 1;
            if self.is_wanted(&call) {
                self.export.add(&call, &mut self.waiting);
            }
        }
        Ok(Some(std::mem::take(&mut self.waiting)))
    }

    /// How many calls were looked at.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// What stands in the file so far, and what does not.
    pub fn tally(&self) -> &Tally {
        self.export.tally()
    }

    fn is_wanted(&self, call: &Call) -> bool {
        self.advertiser.is_none() || self.advertiser == call.advertiser
    }
}
