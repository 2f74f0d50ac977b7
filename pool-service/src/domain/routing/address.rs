//! What can be called: a number or a SIP URI; and through which gateway numbers are called by SIP systems.

use crate::domain::number::{InvalidNumber, TrackingNumber};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A SIP URI of which no part can be taken for anything else, wherever it is written: in a header, a dial string, XML.
/// `sip:` or `sips:`, a user of letters, digits and `-_.+~*`, a host, perhaps a port, and of parameters only
/// `;transport=` and `;user=phone`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SipUri(String);

/// Host and port to which SIP systems send numbers: `sbc.example:5060`; parameters as in a [`SipUri`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gateway(String);

/// What can be called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SendTo {
    /// A telephone number.
    Number(TrackingNumber),
    /// Somewhere on a SIP network.
    Sip(SipUri),
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// A SIP URI that could be taken for something else, or none.
    #[error("SIP URI {text:?} {why}")]
    Sip {
        /// What was written.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No number.
    #[error(transparent)]
    Number(#[from] InvalidNumber),
}

const MAX_BYTES: usize = 200;

impl SipUri {
    /// Reads a URI.
    ///
    /// # Errors
    /// Says what it must not have.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let invalid = |why| InvalidAddress::Sip { text: text.chars().take(80).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(invalid("has more than 200 characters"));
        }
        let rest = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sips:"));
        let rest = rest.ok_or_else(|| invalid("must begin with sip: or sips:"))?;
        let host = match rest.split_once('@') {
            Some((user, host)) => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.+~*".contains(c);
                if user.is_empty() || !user.chars().all(allowed) {
                    return Err(invalid("must have a user of letters, digits and -_.+~* before the @"));
                }
                host
            }
            None => rest,
        };
        check_host(host).map_err(invalid)?;
        Ok(Self(text.to_owned()))
    }

    /// The URI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Gateway {
    /// Reads a gateway.
    ///
    /// # Errors
    /// Says what it must not have.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let invalid = |why| InvalidAddress::Sip { text: text.chars().take(80).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(invalid("has more than 200 characters"));
        }
        check_host(text).map_err(invalid)?;
        Ok(Self(text.to_owned()))
    }

    /// The gateway as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How a number is called through it: by its E.164 form, or nationally where it has none.
    pub fn uri(&self, number: &TrackingNumber) -> String {
        let dialled = number.e164().unwrap_or_else(|| number.national().to_owned());
        format!("sip:{dialled}@{}", self.0)
    }
}

/// Host, perhaps port, perhaps parameters.
fn check_host(text: &str) -> Result<(), &'static str> {
    let mut parts = text.split(';');
    let authority = parts.next().unwrap_or_default();
    for parameter in parts {
        let known = ["transport=udp", "transport=tcp", "transport=tls", "transport=ws", "transport=wss", "user=phone"];
        if !known.contains(&parameter) {
            return Err("may have no parameters but ;transport= (udp, tcp, tls, ws, wss) and ;user=phone");
        }
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            address.parse::<std::net::Ipv6Addr>().map_err(|_| "has no IPv6 address between its brackets")?;
            (None, if rest.is_empty() { None } else { Some(rest.strip_prefix(':').unwrap_or("")) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(authority), None),
        },
    };
    let is_label = |label: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63
            && ends(label.chars().next())
            && ends(label.chars().last())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if !host.is_none_or(|host| host.split('.').all(is_label)) {
        return Err("must have a host name or an IP address of letters, digits, - and .");
    }
    let is_port =
        |port: &str| port.chars().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    if port.is_some_and(|port| !is_port(port)) {
        return Err("must have a port from 1 to 65535 behind the colon");
    }
    Ok(())
}

/// What of a SIP or `tel:` address is the number: `+8190…` of `"Taro" <sip:+8190…@carrier.example;user=phone>;tag=1`. Any
/// other text as it is.
pub fn user_part(told: &str) -> &str {
    let inner = told.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next());
    let told = inner.unwrap_or(told).trim();
    let is_scheme = |text: &str| ["sip", "sips", "tel"].iter().any(|scheme| scheme.eq_ignore_ascii_case(text));
    let rest = told.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).map(|(_, rest)| rest);
    rest.map_or(told, |rest| rest.split(['@', ';', ':']).next().unwrap_or_default().trim())
}

impl SendTo {
    /// Reads a number in any spelling, or a SIP URI.
    ///
    /// # Errors
    /// Says why it is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        if text.starts_with("sip") {
            return SipUri::parse(text).map(Self::Sip);
        }
        Ok(Self::Number(TrackingNumber::parse(text)?))
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&TrackingNumber> {
        match self {
            Self::Number(number) => Some(number),
            Self::Sip(_) => None,
        }
    }

    /// How a SIP system calls it: a number without a gateway stays a `tel:` URI (`tel:+81355500100`, and
    /// `tel:0078601012345` where there is no E.164 form).
    pub fn uri(&self, gateway: Option<&Gateway>) -> String {
        match (self, gateway) {
            (Self::Sip(uri), _) => uri.0.clone(),
            (Self::Number(number), Some(gateway)) => gateway.uri(number),
            (Self::Number(number), None) => {
                format!("tel:{}", number.e164().unwrap_or_else(|| number.national().to_owned()))
            }
        }
    }
}

impl fmt::Display for SendTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Sip(uri) => f.write_str(&uri.0),
        }
    }
}

impl From<SendTo> for String {
    fn from(to: SendTo) -> Self {
        to.to_string()
    }
}

impl From<SipUri> for String {
    fn from(uri: SipUri) -> Self {
        uri.0
    }
}

impl From<Gateway> for String {
    fn from(gateway: Gateway) -> Self {
        gateway.0
    }
}

macro_rules! read_again {
    ($($name:ident),*) => {
        $(impl TryFrom<String> for $name {
            type Error = InvalidAddress;
            fn try_from(text: String) -> Result<Self, InvalidAddress> {
                Self::parse(&text)
            }
        })*
    };
}
read_again!(SipUri, Gateway, SendTo);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_as_operators_write_them() {
        for text in [
            "sip:clinic@pbx.example",
            "sip:+81355500100@192.0.2.1:5080",
            "sips:100@[2001:db8::1]:5061;transport=tls",
            "sip:pbx.example;transport=tcp;user=phone",
            "0355500100",
            "+16023133897",
        ] {
            let to = SendTo::parse(text).expect(text);
            assert_eq!(String::from(to.clone()), text);
            assert_eq!(serde_json::from_str::<SendTo>(&serde_json::to_string(&to).expect("JSON")).expect(text), to);
        }
    }

    #[test]
    fn a_number_is_found_in_every_address_of_it() {
        for told in [
            "+819012345678",
            " +819012345678 ",
            "sip:+819012345678@carrier.example;user=phone",
            "SIP:+819012345678;cpc=ordinary@carrier.example",
            "<sips:+819012345678:secret@carrier.example>",
            "\"Taro <x>\" <tel:+819012345678>;tag=1",
            "<Tel:+819012345678;phone-context=+81>",
        ] {
            assert_eq!(user_part(told), "+819012345678", "{told}");
        }
        assert_eq!(user_part("Taro: 5"), "Taro: 5");
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_refused() {
        for text in [
            "sip:",
            "sip:@host",
            "sip:a b@host",
            "sip:a@host\r\nX-Evil: 1",
            "sip:a@host>",
            "<sip:a@host>",
            "sip:a@host?subject=x",
            "sip:a@host;lr;foo=bar",
            "sip:a@host;transport=udp ",
            "sip:a@host:0",
            "sip:a@host:65536",
            "sip:a@host:+80",
            "sip:a@-host",
            "sip:a@ho..st",
            "sip:a@[::1",
            "sip:a@[::1]5060",
            "sip:a|b@host",
            "sip:a,b@host",
            "sip:${x}@host",
            "sip:a@host@host",
            "http://host/",
            "120",
        ] {
            assert!(SendTo::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn numbers_without_an_international_form_are_dialled_nationally() {
        let gateway = Gateway::parse("sbc.example:5080;transport=tcp").expect("a gateway");
        for (number, through, without) in [
            ("03-5550-0100", "sip:+81355500100@sbc.example:5080;transport=tcp", "tel:+81355500100"),
            ("0078-6010-12345", "sip:0078601012345@sbc.example:5080;transport=tcp", "tel:0078601012345"),
        ] {
            let to = SendTo::parse(number).expect(number);
            assert_eq!((to.uri(Some(&gateway)).as_str(), to.uri(None).as_str()), (through, without));
        }
    }

    proptest! {
        #[test]
        fn no_text_that_is_taken_has_a_separator(text in "sip:[a-z@.;=:\\[\\] <>,|'\"$%{}\r\n\t?&-]{1,24}") {
            if let Ok(uri) = SipUri::parse(&text) {
                let has_separator = uri.as_str().contains(|c: char| c.is_control() || " <>,|'\"$%{}?&".contains(c));
                prop_assert!(!has_separator, "{}", uri.as_str());
            }
        }
    }
}
