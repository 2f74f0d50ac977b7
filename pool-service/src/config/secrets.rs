//! What proves that webhooks come from where they say, as settings.

use super::{WrongSetting, read::Reader};
use std::fmt;

/// A text that is not to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// An auth token of Twilio's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthToken {
    /// The account that it is of; `None`: of whichever signs by it.
    pub account: Option<String>,
    /// The token.
    pub secret: Secret,
}

/// The secrets that services share with their customers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signers {
    /// Twilio's.
    pub twilio: Vec<AuthToken>,
    /// Vonage's signature secrets.
    pub vonage: Vec<Secret>,
}

impl Secret {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

pub(super) fn read(reader: &Reader<'_>) -> Result<Signers, WrongSetting> {
    let tokens = listed(reader, "twilio.auth_tokens")?;
    let token = |text: &String| match text.split_once('=') {
        Some((account, secret)) => AuthToken { account: Some(account.trim().to_owned()), secret: of(secret) },
        None => AuthToken { account: None, secret: of(text) },
    };
    let secrets = listed(reader, "vonage.signature_secrets")?;
    Ok(Signers { twilio: tokens.iter().map(token).collect(), vonage: secrets.iter().map(|text| of(text)).collect() })
}

fn of(text: &str) -> Secret {
    Secret(text.trim().to_owned())
}

/// What stands in the setting itself, and in the file that the setting `…_file` names.
fn listed(reader: &Reader<'_>, key: &str) -> Result<Vec<String>, WrongSetting> {
    let own = reader.text(key)?;
    let mut listed: Vec<String> = own.split(',').map(str::to_owned).collect();
    let file = format!("{key}_file");
    if let Some(path) = reader.path(&file)? {
        let text =
            std::fs::read_to_string(path).map_err(|error| reader.wrong(&file, &format!("must be a file: {error}")))?;
        listed.extend(text.lines().filter(|line| !line.trim_start().starts_with('#')).map(str::to_owned));
    }
    listed.retain(|text| !text.trim().is_empty());
    Ok(listed)
}
