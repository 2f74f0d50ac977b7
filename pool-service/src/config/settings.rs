//! The settings once they are checked. What each one does stands in `config.default.toml`.

use super::{Limits, Setting, Signers, WrongSetting, limits, read::Reader, secrets};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

const DAY_SECONDS: u64 = 86_400;

/// All settings of an installation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where leases live.
    pub store: StoreAddress,
    /// The embedded store's files and the admin socket.
    pub data_directory: PathBuf,
    /// Whose time it is.
    pub clock: Clock,
    /// The browser program's files, if not those in the binary.
    pub assets_directory: Option<PathBuf>,
    /// The start of every Redis key.
    pub redis_prefix: String,
    /// The public listener.
    pub http: Http,
    /// How long requests are taken after the wish to end.
    pub shutdown_grace: Duration,
    /// How long requests under way may take after that.
    pub shutdown_drain: Duration,
    /// The sweeper's interval.
    pub sweep_interval: Duration,
    /// How often sites and pools are read again.
    pub configuration_poll: Duration,
    /// Call records.
    pub calls: Calls,
    /// What proves that webhooks come from where they say.
    pub signers: Signers,
    /// The zone of reports, where nobody names another: a name of the IANA database.
    pub reports_zone: String,
    /// Logging.
    pub log: Log,
    /// Everything as it came out, by key.
    pub effective: Vec<Setting>,
}

/// Where leases live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAddress {
    /// In files of the data directory.
    Embedded,
    /// On Redis, by a URL.
    Redis(String),
}

/// Call records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// How callers' numbers are kept.
    pub caller_numbers: CallerNumbers,
    /// The file of their key; `None`: in the data directory.
    pub key_file: Option<PathBuf>,
    /// How long a call waits for the store to say where it goes.
    pub route_wait: Duration,
    /// How long calls to numbers of no pool are kept; zero: for ever.
    pub keep_without_pool: Duration,
}

/// How callers' numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerNumbers {
    /// Whoever has the key can read them.
    Encrypted,
    /// Nobody can read them.
    Hashed,
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The world's.
    System,
    /// The operator's: it stands until it is moved.
    Manual,
}

/// The public listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Address and port.
    pub listen: SocketAddr,
    /// How browsers reach it, if not by the listening address.
    pub public_url: Option<String>,
    /// The connection cap.
    pub max_connections: usize,
    /// The deadline of request heads.
    pub header_read: Duration,
    /// The largest request head.
    pub max_head_bytes: usize,
    /// How long an HTTP/2 connection may be idle.
    pub idle: Duration,
    /// The deadline of request bodies.
    pub body_read: Duration,
    /// The largest request body.
    pub max_body_bytes: usize,
    /// How long browsers may keep a tag.
    pub tag_cache: Duration,
    /// What one address and one site may ask.
    pub limits: Limits,
    /// Certificates, if the service speaks HTTPS itself.
    pub tls: Option<Tls>,
}

/// PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain.
    pub certificate_file: PathBuf,
    /// The private key.
    pub key_file: PathBuf,
}

/// Logging, on standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// What is logged, in the notation of `tracing_subscriber::EnvFilter`.
    pub level: String,
    /// How it looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    pub(super) fn read(reader: &Reader<'_>, effective: Vec<Setting>) -> Result<Self, WrongSetting> {
        let store = reader.parsed("store", store_address)?;
        let clock = reader.parsed("clock", |text| match text {
            "system" => Ok(Clock::System),
            "manual" => Ok(Clock::Manual),
            _ => Err("must be \"system\" or \"manual\"".to_owned()),
        })?;
        let data_directory =
            reader.path("data_directory")?.ok_or_else(|| reader.wrong("data_directory", "must not be empty"))?;
        Ok(Self {
            store,
            data_directory,
            clock,
            assets_directory: reader.path("assets_directory")?,
            redis_prefix: reader.parsed("redis.prefix", redis_prefix)?,
            http: http(reader)?,
            shutdown_grace: reader.seconds("shutdown.grace_seconds", 0..=3_600)?,
            shutdown_drain: reader.seconds("shutdown.drain_seconds", 0..=3_600)?,
            sweep_interval: reader.seconds("sweep.interval_seconds", 1..=DAY_SECONDS)?,
            configuration_poll: reader.seconds("configuration.poll_seconds", 1..=DAY_SECONDS)?,
            calls: calls(reader)?,
            signers: secrets::read(reader)?,
            reports_zone: reader.parsed("reports.zone", zone)?,
            log: log(reader)?,
            effective,
        })
    }
}

fn http(reader: &Reader<'_>) -> Result<Http, WrongSetting> {
    let listen = reader.parsed("http.listen", |text| {
        text.parse().map_err(|_| "must be an IP address and a port, as in 127.0.0.1:8081 or [::]:8081".to_owned())
    })?;
    let tls = match (reader.path("http.tls.certificate_file")?, reader.path("http.tls.key_file")?) {
        (Some(certificate_file), Some(key_file)) => Some(Tls { certificate_file, key_file }),
        (None, None) => None,
        (Some(_), None) => return Err(reader.wrong("http.tls.key_file", "must be set with certificate_file")),
        (None, Some(_)) => return Err(reader.wrong("http.tls.certificate_file", "must be set with key_file")),
    };
    let size = |key, bounds| reader.whole(key, bounds).map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    Ok(Http {
        listen,
        public_url: reader.parsed("http.public_url", public_url)?,
        max_connections: size("http.max_connections", 1..=1_000_000)?,
        header_read: reader.seconds("http.header_read_seconds", 1..=300)?,
        max_head_bytes: size("http.max_head_bytes", 8_192..=1_048_576)?,
        idle: reader.seconds("http.idle_seconds", 1..=3_600)?,
        body_read: reader.seconds("http.body_read_seconds", 1..=300)?,
        max_body_bytes: size("http.max_body_bytes", 1_024..=1_048_576)?,
        tag_cache: reader.seconds("http.tag_cache_seconds", 0..=DAY_SECONDS)?,
        limits: limits::read(reader)?,
        tls,
    })
}

fn calls(reader: &Reader<'_>) -> Result<Calls, WrongSetting> {
    let caller_numbers = reader.parsed("calls.caller_numbers", |text| match text {
        "encrypted" => Ok(CallerNumbers::Encrypted),
        "hashed" => Ok(CallerNumbers::Hashed),
        _ => Err("must be \"encrypted\" or \"hashed\"".to_owned()),
    })?;
    let keep_days = reader.whole("calls.keep_days", 0..=36_500)?;
    Ok(Calls {
        caller_numbers,
        key_file: reader.path("calls.key_file")?,
        route_wait: Duration::from_millis(reader.whole("calls.route_wait_ms", 10..=10_000)?),
        keep_without_pool: Duration::from_secs(keep_days * DAY_SECONDS),
    })
}

fn log(reader: &Reader<'_>) -> Result<Log, WrongSetting> {
    let format = reader.parsed("log.format", |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be \"text\" or \"json\"".to_owned()),
    })?;
    let level = reader.parsed("log.level", |text| match text.parse::<tracing_subscriber::EnvFilter>() {
        Ok(_) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err("must be error, warn, info, debug or trace, or a list like \"info,pool_service=debug\"".to_owned()),
    })?;
    Ok(Log { level, format })
}

fn store_address(text: &str) -> Result<StoreAddress, String> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    match (text, scheme) {
        ("embedded", _) => Ok(StoreAddress::Embedded),
        (_, Some("redis" | "rediss" | "redis+sentinel" | "rediss+sentinel" | "redis+cluster" | "rediss+cluster")) => {
            Ok(StoreAddress::Redis(text.to_owned()))
        }
        _ => Err("must be \"embedded\", redis://host:port, redis+sentinel://host:port,…/name or \
                  redis+cluster://host:port,… (rediss for TLS)"
            .to_owned()),
    }
}

fn redis_prefix(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 64 letters, digits, -, _ or .".to_owned())
    }
}

fn zone(text: &str) -> Result<String, String> {
    let zone = jiff::tz::TimeZone::get(text).ok();
    let name = zone.and_then(|zone| zone.iana_name().map(str::to_owned));
    name.ok_or_else(|| "must be a name of the IANA time zone database, as Asia/Tokyo or Europe/Berlin".to_owned())
}

fn public_url(text: &str) -> Result<Option<String>, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        _ if text.is_empty() => Ok(None),
        Some(rest) if is_host_and_path(rest) => Ok(Some(text.to_owned())),
        _ => Err("must be like https://numbers.example.jp, without a trailing slash or a query".to_owned()),
    }
}

fn is_host_and_path(rest: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    !rest.is_empty() && !rest.starts_with('/') && !rest.ends_with('/') && rest.chars().all(allowed)
}
