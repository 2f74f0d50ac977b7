//! The layers of settings, laid over each other; each value remembers its source.

use super::{
    Settings, WrongSetting,
    read::Reader,
    shown::{Setting, shown, similar, source_name},
};
use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const DEFAULTS: &str = include_str!("../../config.default.toml");
const PREFIX: &str = "HATSUBAN_";
/// Names the settings file; not a setting itself.
const FILE_VARIABLE: &str = "HATSUBAN_CONFIG";

/// Where settings come from, besides the defaults.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// A TOML file.
    pub file: Option<PathBuf>,
    /// The process environment, or a test's.
    pub environment: Vec<(String, String)>,
    /// Dotted keys and values from the command line, with the flag each came by.
    pub flags: Vec<(String, String, String)>,
}

impl Layers {
    /// Reads all layers.
    ///
    /// # Errors
    /// Names the first setting that is unknown or wrong, its value and its source.
    pub fn settings(&self) -> Result<Settings, WrongSetting> {
        let known = flat(&merged(&[], None)?);
        let values = flat(&merged(&self.overrides(), self.file.as_deref())?);
        let unknown = values.iter().find(|(key, _)| !known.contains_key(*key));
        if let Some((key, value)) = unknown {
            return Err(WrongSetting::UnknownKey {
                key: key.clone(),
                value: shown(key, value),
                source_name: source_name(value),
                hint: similar(key, known.keys()),
            });
        }
        let effective = values.iter().map(|(key, value)| Setting {
            key: key.clone(),
            value: shown(key, value),
            source_name: source_name(value),
        });
        Settings::read(&Reader::new(&values), effective.collect())
    }

    fn overrides(&self) -> Vec<Override> {
        let from_environment = |(name, value): &(String, String)| {
            let key = name.strip_prefix(PREFIX).filter(|_| name != FILE_VARIABLE)?;
            let key = key.to_ascii_lowercase().replace("__", ".");
            Some(Override::new(key, value.clone(), &format!("the environment variable {name}")))
        };
        let mut overrides: Vec<Override> = self.environment.iter().filter_map(from_environment).collect();
        overrides.sort_by(|a, b| a.key.cmp(&b.key));
        overrides.extend(
            self.flags.iter().map(|(key, value, flag)| {
                Override::new(key.clone(), value.clone(), &format!("the command line, {flag}"))
            }),
        );
        overrides
    }
}

/// One value that overrides whatever the layers below it say.
#[derive(Clone, Debug)]
struct Override {
    key: String,
    value: Value,
}

impl Override {
    fn new(key: String, value: impl Into<ValueKind>, source_name: &str) -> Self {
        Self { key, value: Value::new(Some(&source_name.to_owned()), value) }
    }
}

impl Source for Override {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(Map::from_iter([(self.key.clone(), self.value.clone())]))
    }
}

fn merged(overrides: &[Override], file: Option<&Path>) -> Result<Value, WrongSetting> {
    let named = |path: &str, error: &dyn ToString| {
        let why = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        WrongSetting::File { path: path.to_owned(), why }
    };
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    let mut name = source_name(&Value::default());
    if let Some(path) = file {
        name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| named(&name, &error))?;
        // Read apart from the other layers, so that its errors and its values carry its name.
        let layer = File::from_str(&text, FileFormat::Toml).collect().map_err(|error| named(&name, &error))?;
        for (key, value) in flat(&Value::new(None, ValueKind::Table(layer))) {
            builder = builder.add_source(Override::new(key, value.kind, &name));
        }
    }
    for override_ in overrides {
        builder = builder.add_source(override_.clone());
    }
    let config = builder.build().map_err(|error| named(&name, &error))?;
    Ok(config.cache)
}

fn flat(value: &Value) -> BTreeMap<String, Value> {
    let mut leaves = BTreeMap::new();
    flatten("", value, &mut leaves);
    leaves
}

fn flatten(at: &str, value: &Value, leaves: &mut BTreeMap<String, Value>) {
    match &value.kind {
        ValueKind::Table(table) => {
            for (key, value) in table {
                let key = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                flatten(&key, value, leaves);
            }
        }
        _ => {
            leaves.insert(at.to_owned(), value.clone());
        }
    }
}
