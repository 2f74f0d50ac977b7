//! Reads single settings out of the merged layers; every refusal names key, value and source.

use super::{
    WrongSetting,
    shown::{shown, source_name},
};
use config::{Value, ValueKind};
use std::{collections::BTreeMap, ops::RangeInclusive, path::PathBuf, time::Duration};

/// The merged layers, by dotted key.
pub(super) struct Reader<'a>(&'a BTreeMap<String, Value>);

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a BTreeMap<String, Value>) -> Self {
        Self(values)
    }

    /// The text of a setting; a number or a flag as it would be written.
    pub(super) fn text(&self, key: &str) -> Result<String, WrongSetting> {
        match self.0.get(key).map(|value| &value.kind) {
            Some(ValueKind::String(text)) => Ok(text.trim().to_owned()),
            Some(ValueKind::Array(_) | ValueKind::Nil) | None => Err(self.wrong(key, "must be a text")),
            Some(other) => Ok(other.to_string()),
        }
    }

    /// A text that is read by `parse`, whose error says what the setting must be.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, WrongSetting> {
        parse(&self.text(key)?).map_err(|why| self.wrong(key, &why))
    }

    /// A whole number within bounds.
    pub(super) fn whole(&self, key: &str, bounds: RangeInclusive<u64>) -> Result<u64, WrongSetting> {
        let number = self.text(key)?.replace('_', "").parse().ok();
        number.filter(|number| bounds.contains(number)).ok_or_else(|| {
            self.wrong(key, &format!("must be a whole number from {} to {}", bounds.start(), bounds.end()))
        })
    }

    /// A span in whole seconds.
    pub(super) fn seconds(&self, key: &str, bounds: RangeInclusive<u64>) -> Result<Duration, WrongSetting> {
        self.whole(key, bounds).map(Duration::from_secs)
    }

    /// A path; `None` if it is empty.
    pub(super) fn path(&self, key: &str) -> Result<Option<PathBuf>, WrongSetting> {
        self.text(key).map(|text| (!text.is_empty()).then(|| PathBuf::from(text)))
    }

    /// The refusal of a setting.
    pub(super) fn wrong(&self, key: &str, why: &str) -> WrongSetting {
        let missing = Value::default();
        let value = self.0.get(key).unwrap_or(&missing);
        WrongSetting::Value {
            key: key.to_owned(),
            value: shown(key, value),
            source_name: source_name(value),
            why: why.to_owned(),
        }
    }
}
