//! The packed form of leases: one line of fields separated by tabs, the same in both back ends.
//!
//! A lease: `generation, granted_at, last_heartbeat_at, left_at, held_until, is_announced (0 or 1), session, click_ids,
//! landing_page, referrer, page, visitor_id, first_touch, cookies, attributes, consent`. Times are milliseconds in decimal;
//! an empty field means there is none. From `click_ids` on, the fields of a lease are JSON, in which a control character is
//! always escaped; `cookies` and `attributes` are keys and JSON by turns, each ended by U+001F, so that the Redis scripts
//! merge them without reading JSON. `consent` is merged alike: `u` (`ad_user_data`) or `p` (`ad_personalization`),
//! and `g` (granted) or `d` (denied); it is there only if a page said something. Leases of older versions end with `page`, or with
//! `attributes`. The key of a record says the lease's number.
//!
//! For the back ends only.

use super::StoreError;
use crate::domain::{
    ids::SessionId,
    lease::Lease,
    number::TrackingNumber,
    time::Timestamp,
    visitor::{AdConsent, Consent, Profile, Visitor},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A lease, and whether a sweep or a release has told that it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredLease {
    pub(super) lease: Lease,
    pub(super) is_announced: bool,
}

/// Ends a key and a value of a field that holds many.
const END: char = '\u{1f}';

/// A visitor's fields, from `click_ids` on.
pub(super) fn pack_visitor(visitor: &Visitor) -> String {
    let profile = visitor.profile();
    let optional = |text: &Option<String>| text.as_ref().map(json).unwrap_or_default();
    let many = |texts: &BTreeMap<String, String>| {
        texts.iter().map(|(key, value)| format!("{key}{END}{}{END}", json(value))).collect::<String>()
    };
    let fields = [
        if visitor.click_ids.is_empty() { String::new() } else { json(&visitor.click_ids) },
        optional(&visitor.landing_page),
        optional(&visitor.referrer),
        optional(&visitor.page),
        optional(&profile.visitor_id),
        profile.first_touch.as_ref().map(json).unwrap_or_default(),
        many(&profile.cookies),
        many(&profile.attributes),
    ]
    .join("\t");
    if profile.consent.is_unknown() { fields } else { format!("{fields}\t{}", pack_consent(profile.consent)) }
}

fn pack_consent(AdConsent { ad_user_data, ad_personalization }: AdConsent) -> String {
    let said = [('u', ad_user_data), ('p', ad_personalization)].into_iter();
    let said = said.filter_map(|(what, state)| {
        let state = match state? {
            Consent::Granted => 'g',
            Consent::Denied => 'd',
        };
        Some(format!("{what}{END}{state}{END}"))
    });
    said.collect()
}

impl StoredLease {
    /// The packed form.
    pub(super) fn pack(&self) -> String {
        let Lease { session, generation, granted_at, last_heartbeat_at, left_at, held_until, visitor, .. } =
            &self.lease;
        format!(
            "{generation}\t{}\t{}\t{}\t{}\t{}\t{session}\t{}",
            granted_at.as_millis(),
            last_heartbeat_at.as_millis(),
            millis_or_nothing(*left_at),
            held_until.as_millis(),
            u8::from(self.is_announced),
            pack_visitor(visitor),
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
            ..Visitor::default()
        };
        let profile = Profile {
            visitor_id: fields.later_json()?,
            first_touch: fields.later_json()?,
            cookies: fields.later_many()?,
            attributes: fields.later_many()?,
            consent: fields.later_consent(),
        };
        let visitor = visitor.with(profile);
        Ok(Self { lease: Lease { session, visitor, ..lease }, is_announced })
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

    /// A field that leases of older versions do not have.
    fn later(&mut self) -> &'a str {
        self.rest.next().unwrap_or_default()
    }

    fn later_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let field = self.later();
        if field.is_empty() { Ok(None) } else { serde_json::from_str(field).map(Some).map_err(corrupt) }
    }

    fn later_many(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        let read = |(key, value): (&str, &str)| Ok((key.to_owned(), serde_json::from_str(value).map_err(corrupt)?));
        pairs(self.later()).map(read).collect()
    }

    fn later_consent(&mut self) -> AdConsent {
        let field = self.later();
        let said = |what: &str| match pairs(field).find(|(key, _)| *key == what)?.1 {
            "g" => Some(Consent::Granted),
            "d" => Some(Consent::Denied),
            _ => None,
        };
        AdConsent { ad_user_data: said("u"), ad_personalization: said("p") }
    }
}

/// Keys and values of a field that holds many.
fn pairs(field: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = field.split_terminator(END);
    std::iter::from_fn(move || parts.next().zip(parts.next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::visitor::{ClickId, FirstTouch};

    #[test]
    fn a_packed_lease_is_read_back_whatever_the_page_told() {
        let odd = "https://例.jp/\t\"a\"\n".to_owned();
        let click = ClickId { kind: "gclid".into(), value: "x-1".into(), clicked_at_ms: Some(1), from_url: true };
        let profile = Profile {
            visitor_id: None,
            first_touch: Some(FirstTouch { landing_page: Some(odd.clone()), referrer: None, at_ms: 7 }),
            cookies: BTreeMap::from([("_ga".into(), "GA1.1\u{1f}".into()), ("_fbp".into(), odd.clone())]),
            attributes: BTreeMap::from([("plan".into(), odd.clone())]),
            consent: AdConsent { ad_user_data: None, ad_personalization: Some(Consent::Denied) },
        };
        let visitor = Visitor { click_ids: vec![click], landing_page: Some(odd), ..Visitor::default() };
        let visitor = Visitor { page: Some("".into()), ..visitor }.with(profile);
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

    #[test]
    fn a_lease_that_an_older_version_packed_is_read() {
        let number = TrackingNumber::parse("05031110001").expect("a number");
        let without_profile = "7\t1\t2\t\t3\t0\t0123456789abcdef\t\t\"/landing\"\t\t";
        let without_consent = format!("{without_profile}\t\t\t\t");
        let visitor = Visitor { landing_page: Some("/landing".into()), ..Visitor::default() };
        for packed in [without_profile, &without_consent] {
            let stored = StoredLease::unpack(number.clone(), packed).expect("a lease");
            assert_eq!((stored.lease.generation, &stored.lease.visitor), (7, &visitor));
            assert_eq!(stored.pack(), without_consent, "nothing is added where no page said anything");
        }
    }
}
