//! The packed form of calls: one line of fields separated by tabs, the same in both back ends.
//!
//! `number, began_at, ended_at, pinned_until, revision, caller, destination, record`. Times are milliseconds in decimal; an
//! empty field means there is none. The first four are all that a pin needs, and all that older versions wrote. The key
//! of the row says the call's key.
//!
//! For the back ends only.

use super::{
    StoreError,
    packed::corrupt,
    records::{CallRow, KeptCall},
};
use crate::domain::{
    call::{CallKey, CallSpan},
    ids::DestinationId,
    number::TrackingNumber,
    time::Timestamp,
};

/// Who told of calls that older versions kept, which did not write it down.
const UNKNOWN_SOURCE: &str = "unknown";
const FIELDS: usize = 8;

/// A call, and until when it pins its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredCall {
    pub(super) span: CallSpan,
    pub(super) pinned_until: Timestamp,
}

/// All that is kept of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredRow {
    pub(super) kept: KeptCall,
    pub(super) pinned_until: Timestamp,
}

/// Refuses what the packed form cannot hold.
pub(super) fn check_row(row: &CallRow) -> Result<(), StoreError> {
    let is_fit = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
    let caller_is_fit = row.caller.as_deref().is_none_or(|caller| is_fit(caller) && caller.len() <= 128);
    if caller_is_fit && is_fit(&row.record) {
        return Ok(());
    }
    Err(StoreError::Unsuitable(format!("the record of the call {} cannot be kept: it is not one line", row.span.key)))
}

/// The key of a kept call; older versions wrote only its id.
pub(super) fn stored_key(text: &str) -> Result<CallKey, StoreError> {
    if text.contains('/') {
        return CallKey::parse(text).map_err(corrupt);
    }
    CallKey::parse(&format!("{UNKNOWN_SOURCE}/{text}")).map_err(corrupt)
}

impl StoredCall {
    /// The packed form.
    pub(super) fn pack(&self) -> String {
        let CallSpan { number, began_at, ended_at, .. } = &self.span;
        let ended_at = ended_at.map(|time| time.as_millis().to_string()).unwrap_or_default();
        format!("{}\t{}\t{ended_at}\t{}", number.key(), began_at.as_millis(), self.pinned_until.as_millis())
    }

    /// Until when a packed call pins its number, without reading all of it.
    pub(super) fn pinned_until(packed: &str) -> Option<Timestamp> {
        packed.split('\t').nth(3)?.parse().ok().map(Timestamp::from_millis)
    }

    /// Reads the packed form of this call.
    pub(super) fn unpack(key: CallKey, packed: &str) -> Result<Self, StoreError> {
        let mut fields = packed.splitn(FIELDS, '\t');
        let mut next = || fields.next().ok_or_else(|| corrupt(format!("the call {key} lacks a field")));
        let time = |field: &str| match field.parse() {
            Ok(millis) => Ok(Timestamp::from_millis(millis)),
            Err(_) => Err(corrupt(format!("the call {key} has a field that is no time"))),
        };
        let number = TrackingNumber::from_key(next()?).map_err(corrupt)?;
        let (began_at, ended_at) = (time(next()?)?, Some(next()?).filter(|field| !field.is_empty()));
        let (ended_at, pinned_until) = (ended_at.map(time).transpose()?, time(next()?)?);
        Ok(Self { span: CallSpan { key, number, began_at, ended_at }, pinned_until })
    }
}

impl StoredRow {
    /// The destination that it occupies: until its end is told, or it has lasted so long that it pins nothing any more.
    pub(super) fn occupies(&self, now: Timestamp) -> Option<&DestinationId> {
        let CallRow { span, destination, .. } = &self.kept.row;
        destination.as_ref().filter(|_| span.ended_at.is_none() && now < self.pinned_until)
    }

    /// What it pins.
    pub(super) fn pin(&self) -> StoredCall {
        StoredCall { span: self.kept.row.span.clone(), pinned_until: self.pinned_until }
    }

    /// The packed form.
    pub(super) fn pack(&self) -> String {
        let KeptCall { revision, row } = &self.kept;
        let caller = row.caller.as_deref().unwrap_or_default();
        let destination = row.destination.as_ref().map(DestinationId::as_str).unwrap_or_default();
        format!("{}\t{revision}\t{caller}\t{destination}\t{}", self.pin().pack(), row.record)
    }

    /// Reads the packed form of this call.
    pub(super) fn unpack(key: CallKey, packed: &str) -> Result<Self, StoreError> {
        let StoredCall { span, pinned_until } = StoredCall::unpack(key, packed)?;
        let mut fields = packed.splitn(FIELDS, '\t').skip(4);
        let mut next = || fields.next().filter(|field| !field.is_empty());
        let revision = next().map_or(Ok(1), str::parse).map_err(corrupt)?;
        let caller = next().map(str::to_owned);
        let destination = next().map(DestinationId::parse).transpose().map_err(corrupt)?;
        let record = next().unwrap_or_default().to_owned();
        Ok(Self { kept: KeptCall { revision, row: CallRow { span, caller, destination, record } }, pinned_until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(record: &str) -> StoredRow {
        let span = CallSpan {
            key: CallKey::parse("pbx/1").expect("a key"),
            number: TrackingNumber::parse("05031110001").expect("a number"),
            began_at: Timestamp::from_millis(1),
            ended_at: None,
        };
        let row = CallRow { span, caller: None, destination: None, record: record.to_owned() };
        StoredRow { kept: KeptCall { revision: 7, row }, pinned_until: Timestamp::from_millis(9) }
    }

    #[test]
    fn a_packed_call_is_read_back() {
        let mut stored = row("{\"notes\":\"\\t\"}");
        for full in [false, true] {
            if full {
                stored.kept.row.span.ended_at = Some(Timestamp::from_millis(5));
                stored.kept.row.caller = Some("0af3".to_owned());
                stored.kept.row.destination = Some(DestinationId::parse("desk-1").expect("an id"));
            }
            let (key, packed) = (stored.kept.row.span.key.clone(), stored.pack());
            assert_eq!(StoredRow::unpack(key.clone(), &packed), Ok(stored.clone()));
            assert_eq!(StoredCall::unpack(key, &packed), Ok(stored.pin()));
            assert_eq!(StoredCall::pinned_until(&stored.pin().pack()), Some(stored.pinned_until));
        }
    }

    #[test]
    fn a_call_that_an_older_version_packed_is_read() {
        let key = stored_key("1").expect("a key");
        assert_eq!(key.to_string(), "unknown/1");
        let stored = StoredRow::unpack(key, "05031110001\t1\t\t9").expect("a call");
        assert_eq!((stored.kept.revision, stored.kept.row.record.as_str()), (1, ""));
    }

    #[test]
    fn what_would_not_be_read_back_is_refused() {
        assert_eq!(check_row(&row("{}").kept.row), Ok(()));
        assert!(check_row(&row("").kept.row).is_err());
        assert!(check_row(&row("{\n}").kept.row).is_err());
        let caller = Some("a\tb".to_owned());
        assert!(check_row(&CallRow { caller, ..row("{}").kept.row }).is_err());
    }
}
