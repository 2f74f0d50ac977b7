//! Settlements: drafts made of the calls as they are now, and issued ones as they were kept.

use super::{
    CallDesk, read,
    read::{Calls, Order, Wish, in_time},
    rollup::worth_reading,
    table::Table,
};
use crate::{
    domain::{
        call::Call,
        ids::AdvertiserId,
        report::{CallFilter, filter::Range},
        settlement::{Change, Correction, Issue, Month, Row, Settlement, book::Book},
        time::Timestamp,
        zone::Zone,
    },
    store::{
        StoreError,
        records::{DocumentKind, RecordStore},
    },
};
use std::sync::Arc;

/// So many issued settlements are read at once.
const READ_AT_ONCE: usize = 20;
/// So far back calls are compared with what was settled of them.
const CORRECTED_MONTHS: usize = 12;
/// How often an issue is tried again because another one was faster.
const TRIES: usize = 8;

/// Why there is no settlement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// The configuration does not name the advertiser, and nothing was ever settled for it.
    #[error("there is no advertiser {0}")]
    UnknownAdvertiser(AdvertiserId),
    /// What was settled for the advertiser has months of another zone: a call would count twice, or not at all.
    #[error("{advertiser} is settled by months of {zone}; one of another zone cannot follow")]
    OtherZone {
        /// Who.
        advertiser: AdvertiserId,
        /// The zone of what was issued.
        zone: String,
    },
    /// It was issued, and stays as it is.
    #[error("{month} of {advertiser} was issued by {by}; what has changed since is in the next settlement")]
    Issued {
        /// Who.
        advertiser: AdvertiserId,
        /// Which month.
        month: Month,
        /// By whom it was issued.
        by: String,
    },
    /// The month still goes on.
    #[error("{month} is not over in {zone}: it can be issued from {from} on")]
    NotOver {
        /// Which month.
        month: Month,
        /// Where.
        zone: String,
        /// When it is over.
        from: String,
    },
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be settled.
#[derive(Clone, Debug)]
pub struct Settling {
    /// For whom.
    pub advertiser: AdvertiserId,
    /// The zone of its months, if it matters; else that of what was issued before, else `usual`.
    pub zone: Option<Zone>,
    /// See `zone`.
    pub usual: Zone,
}

impl CallDesk {
    /// All settlements that were issued for an advertiser, in that order.
    ///
    /// # Errors
    /// When the store does not answer, or one is none of this version.
    pub async fn issued(&self, advertiser: &AdvertiserId) -> Result<Vec<Settlement>, StoreError> {
        let mut found: Vec<Settlement> = Vec::new();
        let until = key(advertiser, usize::MAX);
        loop {
            let from = key(advertiser, found.len() + 1);
            let read = self.store.documents(DocumentKind::Settlement, &from, &until, false, READ_AT_ONCE);
            let read = in_time(read).await?;
            if read.is_empty() {
                return Ok(found);
            }
            for document in read {
                let settlement = serde_json::from_str(&document.text)
                    .map_err(|error| StoreError::Corrupt(format!("settlement {}: {error}", document.key)))?;
                found.push(settlement);
            }
        }
    }

    /// The settlement of a month: as it was issued, else as it would be now.
    ///
    /// # Errors
    /// When there is none, or the store does not answer.
    pub async fn settlement(&self, settling: &Settling, month: Month) -> Result<Settlement, Unsettled> {
        let issued = self.issued(&settling.advertiser).await?;
        match issued.iter().find(|settlement| settlement.month == month) {
            Some(settlement) => Ok(settlement.clone()),
            None => self.draft(settling, month, &issued).await,
        }
    }

    /// Issues the settlement of a month: from now on it stays as it is.
    ///
    /// # Errors
    /// When it was issued before, the month is not over, there is none, or the store does not answer.
    pub async fn issue(&self, settling: &Settling, month: Month, by: &str) -> Result<Settlement, Unsettled> {
        for _ in 0..TRIES {
            let issued = self.issued(&settling.advertiser).await?;
            let before = issued.iter().find(|settlement| settlement.month == month);
            if let Some(issue) = before.and_then(|settlement| settlement.issued.as_ref()) {
                let (advertiser, by) = (settling.advertiser.clone(), issue.by.clone());
                return Err(Unsettled::Issued { advertiser, month, by });
            }
            let (zone, now) = (zone(settling, &issued)?, self.store.now().await?);
            let over = month.range(&zone).until;
            if now < over {
                return Err(Unsettled::NotOver { month, zone: zone.to_string(), from: zone.rfc3339(over) });
            }
            let mut settlement = self.draft(settling, month, &issued).await?;
            let number = issued.len() + 1;
            settlement.issued = Some(Issue { number, at: now, by: by.to_owned() });
            let text = serde_json::to_string(&settlement).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let key = key(&settling.advertiser, number);
            // Corrections are told once: whoever issued another month meanwhile may have told them.
            if self.store.put_document(DocumentKind::Settlement, &key, Some(0), &text, None).await? {
                return Ok(settlement);
            }
        }
        Err(StoreError::Unavailable("others issue settlements of this advertiser all the time".to_owned()).into())
    }

    /// The settlement as it would be now.
    async fn draft(&self, settling: &Settling, month: Month, issued: &[Settlement]) -> Result<Settlement, Unsettled> {
        let configured = self.live.now();
        let mut known = configured.configuration().advertisers.iter();
        if known.all(|advertiser| advertiser.id != settling.advertiser) && issued.is_empty() {
            return Err(Unsettled::UnknownAdvertiser(settling.advertiser.clone()));
        }
        let zone = zone(settling, issued)?;
        let mut settled: Vec<Month> = issued.iter().map(|settlement| settlement.month).collect();
        settled.sort_unstable();
        let settled = &settled[settled.len().saturating_sub(CORRECTED_MONTHS)..];
        let ranges = settled.iter().map(|month| month.range(&zone));
        let all = ranges.fold(month.range(&zone), |all, range| Range {
            from: all.from.min(range.from),
            until: all.until.max(range.until),
        });
        let counting = self.counting(&settling.advertiser, all).await?;
        let of = |month: Month| {
            let range = month.range(&zone);
            counting.iter().filter(move |row| range.contains(row.at)).cloned().collect::<Vec<_>>()
        };
        let mut corrections = Vec::new();
        for month in settled {
            let Some(book) = Book::of(*month, issued) else { continue };
            let difference = book.against(&of(*month));
            let mut of_month = difference.corrections;
            for row in difference.missing {
                of_month.extend(self.removed(*month, row).await?);
            }
            of_month.sort_by(|a, b| placed(a).cmp(&placed(b)));
            corrections.extend(of_month);
        }
        let (advertiser, zone) = (settling.advertiser.clone(), zone.to_string());
        Ok(Settlement { rows: of(month), advertiser, month, zone, corrections, issued: None })
    }

    /// The calls that count for an advertiser. All pools are looked through, since one may have been another's before, but
    /// no hour of which a roll-up says that it has none.
    async fn counting(&self, advertiser: &AdvertiserId, range: Range) -> Result<Vec<Row>, StoreError> {
        let records = Arc::clone(&self.store) as Arc<dyn RecordStore>;
        let filter = CallFilter { advertisers: vec![advertiser.clone()], valid: Some(true), ..CallFilter::default() };
        let mut rows = Vec::new();
        for pool in self.pools().await? {
            for range in worth_reading(records.as_ref(), &pool, range, &filter).await? {
                let wish =
                    Wish { pools: vec![pool.clone()], range, order: Order::Oldest, after: None, about: usize::MAX };
                let mut calls = Calls::begin(Arc::clone(&records), wish).await?;
                while let Some((_, call)) = calls.next().await? {
                    if filter.admits(&call) {
                        rows.extend(Row::of(&call));
                    }
                }
            }
        }
        rows.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Ok(rows)
    }

    /// A call that was settled and does not count now. One whose record was erased, as by retention, stays settled.
    async fn removed(&self, month: Month, row: Row) -> Result<Option<Correction>, StoreError> {
        let kept = match in_time(self.store.call(&row.pool, &row.key)).await {
            Err(StoreError::UnknownPool(_)) => None,
            kept => kept?,
        };
        let Some(kept) = kept else { return Ok(None) };
        let call: Call = read(&kept)?.call;
        let reasons = call.validity.map(|validity| validity.reasons).unwrap_or_default();
        Ok(Some(Correction { month, change: Change::Removed, before: Some(row), after: None, reasons }))
    }
}

fn placed(correction: &Correction) -> Option<(Timestamp, &str)> {
    let row = correction.before.as_ref().or(correction.after.as_ref())?;
    Some((row.at, &row.id))
}

/// The zone in which an advertiser is settled.
fn zone(settling: &Settling, issued: &[Settlement]) -> Result<Zone, Unsettled> {
    let Some(last) = issued.last() else {
        return Ok(settling.zone.clone().unwrap_or_else(|| settling.usual.clone()));
    };
    match &settling.zone {
        Some(zone) if zone.name() != last.zone => {
            Err(Unsettled::OtherZone { advertiser: settling.advertiser.clone(), zone: last.zone.clone() })
        }
        _ => Zone::parse(&last.zone).map_err(|error| StoreError::Corrupt(error.to_string()).into()),
    }
}

/// The advertiser, and the settlement's number, which sorts as a text.
fn key(advertiser: &AdvertiserId, number: usize) -> String {
    format!("{advertiser}/{:010}", number.min(9_999_999_999))
}

/// A settlement as a table: its rows, then its corrections.
pub fn csv(settlement: &Settlement, bom: bool) -> Vec<u8> {
    // A name of the database, from the settlement itself; a zone that is there no more is shown as UTC.
    let zone = Zone::parse(&settlement.zone).unwrap_or_else(|_| Zone::utc());
    let mut table = Table::new(bom);
    table.row([
        "kind",
        "month",
        "id",
        "began_at",
        "began_at_local",
        "number",
        "talk_seconds",
        "talk_seconds_before",
        "rule_version",
        "reasons",
    ]);
    let mut add = |kind: &str, month: Month, row: &Row, before: Option<&Row>, reasons: String| {
        table.row([
            kind.to_owned(),
            month.to_string(),
            row.id.clone(),
            zone.rfc3339(row.at),
            zone.wall_clock(row.at),
            row.number.national().to_owned(),
            row.talk_seconds.to_string(),
            before.map(|before| before.talk_seconds.to_string()).unwrap_or_default(),
            row.rule_version.to_string(),
            reasons,
        ]);
    };
    for row in &settlement.rows {
        add("call", settlement.month, row, None, String::new());
    }
    for correction in &settlement.corrections {
        let reasons = correction.reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(" ");
        if let Some(row) = correction.after.as_ref().or(correction.before.as_ref()) {
            add(correction.change.name(), correction.month, row, correction.before.as_ref(), reasons);
        }
    }
    table.take()
}
