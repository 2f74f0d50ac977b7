//! The packed form of leases and calls: one line of fields separated by tabs, the same in both back ends.
//!
//! A lease: `generation, granted_at, last_heartbeat_at, left_at, held_until, is_announced (0 or 1), session, click_ids,
//! landing_page, referrer, page`. A call: `number, began_at, ended_at, pinned_until`. Times are milliseconds in
//! decimal; an empty field means there is none. The last four fields of a lease are JSON, in which a tab is always
//! escaped; the Redis scripts move them about without reading them. The key of a record says the lease's number and
//! the call's id.
//!
//! For the back ends only.

use super::StoreError;
use crate::domain::{
    call::CallRecord,
    ids::{CallId, SessionId},
    lease::Lease,
    number::TrackingNumber,
    time::Timestamp,
    visitor::Visitor,
};
use serde::{Serialize, de::DeserializeOwned};

/// A lease, and whether a sweep or a release has told that it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredLease {
    pub(super) lease: Lease,
    pub(super) is_announced: bool,
}

/// A call, and until when it pins its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredCall {
    pub(super) record: CallRecord,
    pub(super) pinned_until: Timestamp,
}

/// A visitor as four fields of JSON or nothing.
pub(super) fn visitor_fields(visitor: &Visitor) -> [String; 4] {
    let optional = |text: &Option<String>| text.as_ref().map(json).unwrap_or_default();
    let click_ids = if visitor.click_ids.is_empty() { String::new() } else { json(&visitor.click_ids) };
    [click_ids, optional(&visitor.landing_page), optional(&visitor.referrer), optional(&visitor.page)]
}

impl StoredLease {
    /// The packed form.
    pub(super) fn pack(&self) -> String {
        let Lease { session, generation, granted_at, last_heartbeat_at, left_at, held_until, visitor, .. } =
            &self.lease;
        let [click_ids, landing_page, referrer, page] = visitor_fields(visitor);
        format!(
            "{generation}\t{}\t{}\t{}\t{}\t{}\t{session}\t{click_ids}\t{landing_page}\t{referrer}\t{page}",
            granted_at.as_millis(),
            last_heartbeat_at.as_millis(),
            millis_or_nothing(*left_at),
            held_until.as_millis(),
            u8::from(self.is_announced),
        )
    }

    /// Reads the packed form of a lease on this number.
    pub(super) fn unpack(number: TrackingNumber, packed: &str) -> Result<Self, StoreError> {
        let mut fields = Fields::of(packed);
        let lease = Lease {
            number,
            generation: fields.integer()?,
            granted_at: fields.time()?,
            last_heartbeat_at: fields.time()?,
            left_at: fields.optional_time()?,
            held_until: fields.time()?,
            session: SessionId::parse("0000000000000000").map_err(corrupt)?,
            visitor: Visitor::default(),
        };
        let is_announced = fields.next()? == "1";
        let session = SessionId::parse(fields.next()?).map_err(corrupt)?;
        let visitor = Visitor {
            click_ids: fields.json()?.unwrap_or_default(),
            landing_page: fields.json()?,
            referrer: fields.json()?,
            page: fields.json()?,
        };
        Ok(Self { lease: Lease { session, visitor, ..lease }, is_announced })
    }
}

impl StoredCall {
    /// The packed form.
    pub(super) fn pack(&self) -> String {
        format!(
            "{}\t{}\t{}\t{}",
            self.record.number,
            self.record.began_at.as_millis(),
            millis_or_nothing(self.record.ended_at),
            self.pinned_until.as_millis()
        )
    }

    /// Reads the packed form of this call.
    pub(super) fn unpack(id: CallId, packed: &str) -> Result<Self, StoreError> {
        let mut fields = Fields::of(packed);
        let number = TrackingNumber::parse(fields.next()?).map_err(corrupt)?;
        let record = CallRecord { id, number, began_at: fields.time()?, ended_at: fields.optional_time()? };
        Ok(Self { record, pinned_until: fields.time()? })
    }
}

/// The error for something stored that cannot be read.
pub(super) fn corrupt(why: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(why.to_string())
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    // Strings, lists and integers always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

fn millis_or_nothing(time: Option<Timestamp>) -> String {
    time.map(|time| time.as_millis().to_string()).unwrap_or_default()
}

/// The fields of a packed record, taken one by one.
struct Fields<'a> {
    packed: &'a str,
    rest: std::str::Split<'a, char>,
}

impl<'a> Fields<'a> {
    fn of(packed: &'a str) -> Self {
        Self { packed, rest: packed.split('\t') }
    }

    fn next(&mut self) -> Result<&'a str, StoreError> {
        self.rest.next().ok_or_else(|| corrupt(format!("the record {:?} lacks a field", self.packed)))
    }

    fn integer(&mut self) -> Result<u64, StoreError> {
        let field = self.next()?;
        field.parse().map_err(|_| corrupt(format!("{field:?} in the record {:?} is no integer", self.packed)))
    }

    fn time(&mut self) -> Result<Timestamp, StoreError> {
        self.integer().map(Timestamp::from_millis)
    }

    fn optional_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        if self.rest.clone().next() == Some("") { self.next().map(|_| None) } else { self.time().map(Some) }
    }

    fn json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let field = self.next()?;
        if field.is_empty() { Ok(None) } else { serde_json::from_str(field).map(Some).map_err(corrupt) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::visitor::ClickId;

    #[test]
    fn a_packed_lease_is_read_back_whatever_the_page_told() {
        let odd = "https://例.jp/\t\"a\"\n".to_owned();
        let click = ClickId { kind: "gclid".into(), value: "x-1".into(), clicked_at_ms: Some(1), from_url: true };
        let visitor =
            Visitor { click_ids: vec![click], landing_page: Some(odd), referrer: None, page: Some("".into()) };
        let number = TrackingNumber::parse("05031110001").expect("a number");
        let lease = Lease {
            number: number.clone(),
            session: SessionId::parse("0123456789abcdef").expect("a session"),
            generation: u64::MAX,
            granted_at: Timestamp::from_millis(1),
            last_heartbeat_at: Timestamp::from_millis(2),
            left_at: None,
            held_until: Timestamp::from_millis(3),
            visitor,
        };
        for (left_at, is_announced) in [(None, false), (Some(Timestamp::from_millis(9)), true)] {
            let stored = StoredLease { lease: Lease { left_at, ..lease.clone() }, is_announced };
            assert_eq!(StoredLease::unpack(number.clone(), &stored.pack()), Ok(stored));
        }
        assert!(StoredLease::unpack(number, "1\t2").is_err());
    }
}
