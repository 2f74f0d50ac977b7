//! What a call is worth: decimal amounts and their currencies, kept as the texts that files have.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount and its currency; none of both says anything alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much, in the currency's units.
    pub amount: Amount,
    /// Of what.
    pub currency: Currency,
}

/// A decimal number without sign: 1 to 12 digits, and at most 6 behind a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(String);

/// A code of ISO 4217: three capital letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

impl Amount {
    /// Reads `5000` or `12.50`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        (is_digits(whole, 12) && is_digits(fraction, 6)).then(|| Self(text.to_owned()))
    }
}

impl Currency {
    /// Reads `JPY`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        is_code.then(|| Self(text.to_owned()))
    }

    /// The Japanese yen.
    pub fn yen() -> Self {
        Self("JPY".to_owned())
    }
}

macro_rules! text {
    ($name:ident, $rule:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, &'static str> {
                Self::parse(&text).ok_or($rule)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

text!(Amount, "an amount must be digits, with a point and more digits at most, as in 5000 or 12.50");
text!(Currency, "a currency must be three capital letters, as in JPY");

#[cfg(test)]
mod tests {
    use super::{Amount, Currency};

    #[test]
    fn amounts_are_plain_decimals() {
        for text in ["0", "5000", "12.50", "999999999999", "0.000001"] {
            assert_eq!(Amount::parse(text).map(String::from).as_deref(), Some(text));
        }
        for text in ["", "-1", "+1", "1.", ".5", "1,000", "1e3", "１", "=1", "1.2.3", "1234567890123", " 1"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn currencies_are_codes() {
        assert!(Currency::parse("JPY").is_some());
        for text in ["", "jpy", "YEN1", "円", "JP"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }
}
