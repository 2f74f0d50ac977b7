//! The settings of an installation: built-in defaults, then a file, then the environment, then the command line.
//!
//! `config.default.toml` is the list of settings, their documentation and their defaults; a key that is not in it is
//! refused. A wrong value stops the start and names itself and its source. Imports nothing of the crate; only `cli` and
//! `app` read settings, everybody else gets what it needs as arguments.

mod layers;
mod limits;
mod read;
mod secrets;
mod settings;
mod shown;

pub use layers::Layers;
pub use limits::{ForwardedHeader, Limits};
pub use secrets::{AuthToken, Secret, Signers};
pub use settings::{CallerNumbers, Calls, Clock, Http, Log, LogFormat, Settings, StoreAddress, Tls};
pub use shown::Setting;

/// Why settings are refused: one line that names the setting, its value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongSetting {
    /// A file of settings cannot be read or is no TOML.
    #[error("settings file {path}: {why}")]
    File {
        /// The file.
        path: String,
        /// What is wrong, with line and column if it is the syntax.
        why: String,
    },
    /// A setting that does not exist.
    #[error("unknown setting {key} = {value} (from {source_name}){hint}; `hatsuban config` lists all settings")]
    UnknownKey {
        /// The dotted key.
        key: String,
        /// Its value.
        value: String,
        /// Where it was set.
        source_name: String,
        /// A similar key, if there is one.
        hint: String,
    },
    /// A value that the setting cannot have.
    #[error("wrong setting {key} = {value} (from {source_name}): {why}")]
    Value {
        /// The dotted key.
        key: String,
        /// Its value.
        value: String,
        /// Where it was set.
        source_name: String,
        /// What it must be.
        why: String,
    },
}
