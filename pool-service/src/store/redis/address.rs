//! Where Redis is: one server, Sentinel or a cluster, read from a URL.
//!
//! | URL | what |
//! |---|---|
//! | `redis://[user:password@]host[:port][/database]` | one server |
//! | `redis+sentinel://[user:password@]host[:port],…/name[/database]` | whichever server Sentinel calls the primary of this name |
//! | `redis+cluster://[user:password@]host[:port],…` | a cluster; some of its nodes |
//!
//! `rediss` instead of `redis` speaks TLS; then `?ca=FILE` names the certificates to trust instead of the system's, and
//! `cert=FILE&key=FILE` those to show. `sentinel_user` and `sentinel_password` are for sentinels that want their own.
//! Credentials are percent-encoded.

use crate::store::StoreError;
use percent_encoding::percent_decode_str;
use std::path::PathBuf;

/// Where Redis is, and how to be let in.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) form: Form,
    /// Host and port: of the server, the sentinels, or nodes of the cluster.
    pub(super) nodes: Vec<(String, u16)>,
    pub(super) credentials: Credentials,
    pub(super) database: i64,
    pub(super) tls: Option<Tls>,
}

/// What kind of Redis it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Single,
    Sentinel { primary: String, credentials: Credentials },
    Cluster,
}

/// An ACL user, or just a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

/// PEM files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) ca: Option<PathBuf>,
    pub(super) cert_and_key: Option<(PathBuf, PathBuf)>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} with {}", self.user, if self.password.is_some() { "a password" } else { "no password" })
    }
}

const SERVER_PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26_379;

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// `Unsuitable`, with one sentence that never repeats a password.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        parse(url).map_err(|why| StoreError::Unsuitable(format!("the address of Redis is no good: {why}")))
    }

    /// Where it is, without credentials.
    pub(super) fn shown(&self) -> String {
        let nodes: Vec<_> = self.nodes.iter().map(|(host, port)| joined(host, *port)).collect();
        match &self.form {
            Form::Single => nodes.concat(),
            Form::Sentinel { primary, .. } => format!("{primary} (of the sentinels {})", nodes.join(", ")),
            Form::Cluster => format!("cluster ({})", nodes.join(", ")),
        }
    }
}

fn joined(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn parse(url: &str) -> Result<Address, String> {
    let (scheme, rest) = url.split_once("://").ok_or("it has no ://")?;
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (credentials, place) = before_query.rsplit_once('@').unwrap_or(("", before_query));
    let (hosts, path) = place.split_once('/').unwrap_or((place, ""));
    let kind = scheme.strip_prefix("rediss").or_else(|| scheme.strip_prefix("redis"));
    let is_tls = scheme.starts_with("rediss");
    let mut query = Query::read(query)?;
    let tls = is_tls.then(|| query.tls()).transpose()?;
    let mut path = path.trim_end_matches('/').split('/').filter(|part| !part.is_empty());
    let (form, port) = match kind {
        Some("") => (Form::Single, SERVER_PORT),
        Some("+cluster") => (Form::Cluster, SERVER_PORT),
        Some("+sentinel") => {
            let primary =
                path.next().ok_or("the name of the primary is missing, as in redis+sentinel://host/mymaster")?;
            let credentials =
                Credentials { user: query.take("sentinel_user"), password: query.take("sentinel_password") };
            (Form::Sentinel { primary: decoded(primary)?, credentials }, SENTINEL_PORT)
        }
        _ => return Err("it must begin with redis, rediss, redis+sentinel or redis+cluster".to_owned()),
    };
    query.finish(is_tls)?;
    let database =
        path.next().map_or(Ok(0), |text| text.parse::<u16>().map_err(|_| "the database must be a number"))?;
    if path.next().is_some() {
        return Err("its path has too many parts".to_owned());
    }
    if form == Form::Cluster && database != 0 {
        return Err("a cluster has only database 0".to_owned());
    }
    let nodes = hosts.split(',').map(|host| node(host, port)).collect::<Result<Vec<_>, _>>()?;
    if form == Form::Single && nodes.len() > 1 {
        return Err("several hosts need redis+sentinel:// or redis+cluster://".to_owned());
    }
    Ok(Address { form, nodes, credentials: user_and_password(credentials)?, database: i64::from(database), tls })
}

fn user_and_password(text: &str) -> Result<Credentials, String> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let some = |text: &str| if text.is_empty() { Ok(None) } else { decoded(text).map(Some) };
    let credentials = Credentials { user: some(user)?, password: some(password)? };
    if credentials.user.is_some() && credentials.password.is_none() {
        return Err("it has a user but no password; a password alone is written as :password@".to_owned());
    }
    Ok(credentials)
}

fn decoded(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| "a percent-encoded part is no UTF-8".to_owned())
}

fn node(text: &str, default_port: u16) -> Result<(String, u16), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or("a host lacks its ]")?,
        None => text.find(':').map_or((text, ""), |colon| text.split_at(colon)),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-_.:%".contains(c);
    if host.is_empty() || !host.chars().all(is_host) {
        return Err("a host is missing or has characters that no host has".to_owned());
    }
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().ok().filter(|port| *port != 0).ok_or("a host has no port of 1 to 65535")?,
        None if port.is_empty() => default_port,
        None => return Err("a host is followed by something that is no port".to_owned()),
    };
    Ok((host.to_owned(), port))
}

/// The parameters behind the `?`; each is taken once.
struct Query(Vec<(String, String)>);

impl Query {
    fn read(text: &str) -> Result<Self, String> {
        let parameter = |part: &str| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((key.to_owned(), decoded(value)?))
        };
        text.split('&').filter(|part| !part.is_empty()).map(parameter).collect::<Result<_, String>>().map(Self)
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, value)| known == key && !value.is_empty())?;
        Some(self.0.remove(at).1)
    }

    fn tls(&mut self) -> Result<Tls, String> {
        let ca = self.take("ca").map(PathBuf::from);
        let cert_and_key = match (self.take("cert"), self.take("key")) {
            (Some(cert), Some(key)) => Some((cert.into(), key.into())),
            (None, None) => None,
            _ => return Err("cert and key must be given together".to_owned()),
        };
        Ok(Tls { ca, cert_and_key })
    }

    /// Refuses what nobody took.
    fn finish(self, is_tls: bool) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((key, _)) if !is_tls && ["ca", "cert", "key"].contains(&key.as_str()) => {
                Err(format!("{key} needs TLS: rediss instead of redis"))
            }
            // Its name may be part of a password that should have been percent-encoded.
            Some(_) => Err(
                "it has a parameter that is not known, empty or given twice (known: ca, cert, key, and for Sentinel \
                            sentinel_user and sentinel_password)"
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    fn why(url: &str) -> String {
        match Address::parse(url) {
            Err(StoreError::Unsuitable(why)) => why,
            other => panic!("{url}: {:?}", other.map(|address| address.shown())),
        }
    }

    #[test]
    fn what_is_left_out_is_what_redis_is_used_to() {
        let address = Address::parse("redis://localhost").expect("an address");
        assert_eq!((address.shown().as_str(), address.database, address.tls), ("localhost:6379", 0, None));
        let address = Address::parse("redis+sentinel://a,b:1,[::1]/name/2").expect("an address");
        assert_eq!(address.shown(), "name (of the sentinels a:26379, b:1, [::1]:26379)");
        assert_eq!(address.database, 2);
        assert_eq!(Address::parse("redis+cluster://a,b/").expect("an address").shown(), "cluster (a:6379, b:6379)");
        assert_eq!(Address::parse("redis://:pw@h/").expect("an address").credentials.password, Some("pw".to_owned()));
        let tls = Address::parse("rediss://h?ca=/a&cert=/b&key=/c").expect("an address").tls.expect("TLS");
        assert_eq!(tls, Tls { ca: Some("/a".into()), cert_and_key: Some(("/b".into(), "/c".into())) });
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        for (url, said) in [
            ("redis:/h", "no ://"),
            ("valkey://h", "must begin with redis"),
            ("rediss2://h", "must begin with redis"),
            ("redis://", "a host is missing"),
            ("redis://a,b", "several hosts need"),
            ("redis://a:0", "port of 1 to 65535"),
            ("redis://[::1", "lacks its ]"),
            ("redis://a/x", "database must be a number"),
            ("redis+cluster://a/1", "only database 0"),
            ("redis+sentinel://a", "name of the primary is missing"),
            ("redis+sentinel://a/n/0/1", "too many parts"),
            ("redis://user@a", "a password alone is written as :password@"),
            ("redis://a?ca=/x", "rediss instead of redis"),
            ("rediss://a?cert=/x", "must be given together"),
            ("rediss://a?insecure=true", "a parameter that is not known"),
            ("redis://a?sentinel_password=x", "a parameter that is not known"),
        ] {
            assert!(why(url).contains(said), "{url}: {}", why(url));
        }
    }

    fn host() -> impl Strategy<Value = (String, u16)> {
        (prop_oneof!["[a-z][a-z0-9.-]{0,20}", "[0-9a-f:]{2,20}".prop_map(|ip| format!(":{ip}"))], 1..=u16::MAX)
    }

    proptest! {
        #[test]
        fn an_address_is_read_as_it_was_written(
            user in ".{1,12}", password in ".{1,12}", name in "[^/]{1,12}", nodes in proptest::collection::vec(host(), 1..4),
            database: u16, form in 0..3_u8, is_tls: bool,
        ) {
            let coded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let nodes = if form == 0 { nodes[..1].to_vec() } else { nodes };
            let hosts: Vec<_> = nodes.iter().map(|(host, port)| joined(host, *port)).collect();
            let (kind, path, form, database) = match form {
                0 => ("", format!("{database}"), Form::Single, database),
                1 => ("+cluster", String::new(), Form::Cluster, 0),
                _ => {
                    let form = Form::Sentinel { primary: name.clone(), credentials: Credentials::default() };
                    ("+sentinel", format!("{}/{database}", coded(&name)), form, database)
                }
            };
            let scheme = if is_tls { "rediss" } else { "redis" };
            let url = format!("{scheme}{kind}://{}:{}@{}/{path}", coded(&user), coded(&password), hosts.join(","));
            let address = Address::parse(&url).map_err(|error| TestCaseError::fail(format!("{url}: {error}")))?;
            prop_assert_eq!(&address.form, &form);
            prop_assert_eq!(&address.nodes, &nodes);
            prop_assert_eq!(address.credentials, Credentials { user: Some(user), password: Some(password) });
            prop_assert_eq!((address.database, address.tls.is_some()), (i64::from(database), is_tls));
        }

        #[test]
        fn no_text_is_too_odd_and_no_password_is_repeated(
            before in "(redis(s)?(\\+sentinel|\\+cluster)?://)?.{0,6}", after in "[@/:?\\[\\]%,&=a]{0,8}",
        ) {
            if let Err(error) = Address::parse(&format!("{before}:s3cr3t{after}")) {
                prop_assert!(!error.to_string().contains("s3cr3t") && !error.to_string().contains('\n'), "{}", error);
            }
        }
    }
}
