//! Callers that are refused.

use super::address::user_part;
use crate::domain::{number::TrackingNumber, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Callers that are refused: looked up in as many steps as a number has digits, however long the list is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockList {
    /// By the whole number: [`caller_key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, Block>,
    /// By how the number begins: the first digits of [`caller_key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prefixes: BTreeMap<String, Block>,
    /// Callers that withhold their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<Block>,
}

/// Until when, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// From then on it blocks no more; `None`: it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What the operator wrote to it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// By what a caller was found on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockedBy {
    /// The whole number.
    Number,
    /// Its first digits.
    Prefix,
    /// The number was withheld.
    Anonymous,
}

impl BlockList {
    /// Whether this caller is refused now, and by what. `caller`: as in [`caller_key`].
    pub fn blocks(&self, caller: Option<&str>, is_anonymous: bool, now: Timestamp) -> Option<(BlockedBy, &Block)> {
        let holds = |block: &&Block| block.until.is_none_or(|until| now < until);
        if is_anonymous || caller.is_none() {
            return self.anonymous.as_ref().filter(holds).map(|block| (BlockedBy::Anonymous, block));
        }
        let caller = caller?;
        let by_number = self.numbers.get(caller).filter(holds).map(|block| (BlockedBy::Number, block));
        by_number.or_else(|| {
            let starts = (1..=caller.len()).filter_map(|length| self.prefixes.get(caller.get(..length)?));
            starts.filter(holds).map(|block| (BlockedBy::Prefix, block)).next()
        })
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.prefixes.is_empty() && self.anonymous.is_none()
    }
}

/// The digits by which a caller is looked for: those of the national number of a Japanese one, of the international one of
/// any other, in whatever spelling the call system tells it (also international without `+`, as some do). `None` for what has
/// no digits: a name, `anonymous`, nothing.
pub fn caller_key(told: &str) -> Option<String> {
    let told = user_part(told);
    if let Ok(number) = TrackingNumber::parse(told).or_else(|_| TrackingNumber::parse(&format!("+{told}"))) {
        return Some(number.key().to_owned());
    }
    Some(TrackingNumber::digits(told)).filter(|digits| !digits.is_empty())
}

/// The digits with which callers begin that begin like this: `090-12`, `+44`, `+81 90`.
pub fn prefix_key(written: &str) -> Option<String> {
    let digits = TrackingNumber::digits(written);
    let is_international = written.trim_start().starts_with(['+', '＋']);
    let key = match digits.strip_prefix("81") {
        Some(rest) if is_international => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        _ => digits,
    };
    let is_told_apart = is_international || key.starts_with('0');
    (is_told_apart && (1..=17).contains(&key.len())).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list<T: AsRef<str>>(numbers: &[T], prefixes: &[T], until: Option<u64>) -> BlockList {
        let block = Block { until: until.map(Timestamp::from_millis), note: String::new() };
        BlockList {
            numbers: numbers.iter().filter_map(|text| Some((caller_key(text.as_ref())?, block.clone()))).collect(),
            prefixes: prefixes.iter().filter_map(|text| Some((prefix_key(text.as_ref())?, block.clone()))).collect(),
            anonymous: None,
        }
    }

    #[test]
    fn a_number_is_found_in_every_spelling() {
        let list = list(&["090-1234-5678", "+1 602 313 3897"], &[], None);
        for caller in [
            "09012345678",
            "+819012345678",
            "819012345678",
            "+81 (0)90-1234-5678",
            "sip:+819012345678@carrier.example;user=phone",
            "\"Taro\" <sip:09012345678@carrier.example>",
            "+16023133897",
            "16023133897",
        ] {
            let key = caller_key(caller);
            let found = list.blocks(key.as_deref(), false, Timestamp::ZERO).map(|(by, _)| by);
            assert_eq!(found, Some(BlockedBy::Number), "{caller}");
        }
        assert_eq!(list.blocks(Some("09012345679"), false, Timestamp::ZERO), None);
    }

    #[test]
    fn a_prefix_of_one_country_means_no_number_of_another() {
        let list = list(&[], &["+44", "+81 90-12", "0800"], None);
        for (caller, is_blocked) in [
            ("+442079460000", true),
            ("09012345678", true),
            ("+819012345678", true),
            ("0800-123-4567", true),
            ("09112345678", false),
            ("044-220-0000", false),
            ("+16023133897", false),
            ("110", false),
        ] {
            let key = caller_key(caller);
            assert_eq!(list.blocks(key.as_deref(), false, Timestamp::ZERO).is_some(), is_blocked, "{caller}");
        }
    }

    #[test]
    fn blocks_end_and_withheld_numbers_are_a_case_of_their_own() {
        let mut list = list(&["0355500100"], &["03"], Some(1_000));
        let at = |list: &BlockList, now, caller: Option<&str>, is_anonymous| {
            list.blocks(caller, is_anonymous, Timestamp::from_millis(now)).map(|(by, _)| by)
        };
        assert_eq!(at(&list, 999, Some("0355500100"), false), Some(BlockedBy::Number));
        assert_eq!(at(&list, 999, Some("0355500101"), false), Some(BlockedBy::Prefix));
        assert_eq!(at(&list, 1_000, Some("0355500100"), false), None);
        assert_eq!(at(&list, 999, None, true), None);
        list.anonymous = Some(Block::default());
        assert_eq!(at(&list, 999, None, false), Some(BlockedBy::Anonymous));
        assert_eq!(at(&list, 999, Some("0355500100"), true), Some(BlockedBy::Anonymous));
    }

    #[test]
    fn a_prefix_that_says_no_country_is_none() {
        for text in ["", "90", "abc", "+", "+abc"] {
            assert_eq!(prefix_key(text), None, "{text:?}");
        }
    }

    proptest! {
        /// Looking up is the same as trying every entry.
        #[test]
        fn the_list_says_what_its_entries_say(
            numbers in prop::collection::vec("0[1-9][0-9]{8}", 0..8),
            prefixes in prop::collection::vec("0[1-9]?[0-9]{0,3}", 0..8),
            caller in "0[1-9][0-9]{8}",
            until in prop::option::of(0_u64..4),
            now in 0_u64..4,
        ) {
            let list = list(&numbers, &prefixes, until);
            let begins = prefixes.iter().any(|prefix| caller.starts_with(prefix.as_str()));
            let expected = until.is_none_or(|until| now < until) && (numbers.contains(&caller) || begins);
            let found = list.blocks(Some(&caller), false, Timestamp::from_millis(now)).is_some();
            prop_assert_eq!(found, expected);
        }
    }
}
