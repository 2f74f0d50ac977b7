//! Settings: each layer over the one below it, and one line for whatever is wrong.

mod http_support;

use http_support::process::{fail, hatsuban};
use pool_service::config::{Clock, Layers, Settings, StoreAddress, WrongSetting};
use std::{fs, net::IpAddr, time::Duration};
use tempfile::TempDir;

fn layers(file: Option<&str>, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, WrongSetting> {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("hatsuban.toml");
    fs::write(&path, file.unwrap_or_default()).expect("a file");
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let flag = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned(), "--set".to_owned());
    Layers {
        file: file.map(|_| path),
        environment: environment.iter().map(owned).collect(),
        flags: flags.iter().map(flag).collect(),
    }
    .settings()
}

#[test]
fn the_defaults_are_valid_and_later_layers_win() {
    let defaults = layers(None, &[], &[]).expect("valid defaults");
    let limits = &defaults.http.limits;
    let is_trusted = |address: &str| {
        limits.trusted_proxies.iter().any(|network| network.contains(&address.parse::<IpAddr>().expect("an address")))
    };
    assert!(["127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1"].into_iter().all(is_trusted));
    assert!(!["172.32.0.1", "203.0.113.7", "2001:db8::1"].into_iter().any(is_trusted));
    assert_eq!((defaults.store, defaults.clock), (StoreAddress::Embedded, Clock::System));
    let file = "[http]\nlisten = \"127.0.0.1:1\"\nheader_read_seconds = 1\n[sweep]\ninterval_seconds = 1";
    let environment = [("HATSUBAN_HTTP__LISTEN", "127.0.0.1:2"), ("HATSUBAN_HTTP__HEADER_READ_SECONDS", "2")];
    let settings = layers(Some(file), &environment, &[("http.listen", "127.0.0.1:3")]).expect("valid settings");
    assert_eq!(settings.http.listen.port(), 3);
    assert_eq!(settings.http.header_read, Duration::from_secs(2));
    assert_eq!(settings.sweep_interval, Duration::from_secs(1));
}

#[test]
fn a_wrong_value_names_its_key_its_value_and_its_source() {
    let complaint = |environment| layers(None, &[environment], &[]).expect_err("a wrong setting").to_string();
    for (name, value, key, why) in [
        ("HATSUBAN_SWEEP__INTERVAL_SECONDS", "-5", "sweep.interval_seconds", "whole number from 1"),
        ("HATSUBAN_SHUTDOWN__DRAIN_SECONDS", "soon", "shutdown.drain_seconds", "whole number from 0"),
        ("HATSUBAN_HTTP__LISTEN", "localhost", "http.listen", "an IP address and a port"),
        ("HATSUBAN_HTTP__PUBLIC_URL", "https://a.example/", "http.public_url", "trailing slash"),
        (
            "HATSUBAN_HTTP__LIMITS__TRUSTED_PROXIES",
            "private, 10.0.0.0/33",
            "http.limits.trusted_proxies",
            "or \"private\"",
        ),
        ("HATSUBAN_HTTP__LIMITS__FORWARDED_HEADER", "via", "http.limits.forwarded_header", "\"forwarded\""),
        ("HATSUBAN_HTTP__LIMITS__POOL_SHARE_PERCENT", "0", "http.limits.pool_share_percent", "from 1 to 100"),
        ("HATSUBAN_STORE", "sqlite", "store", "\"embedded\", redis://"),
        ("HATSUBAN_CLOCK", "sundial", "clock", "\"system\" or \"manual\""),
        ("HATSUBAN_REPORTS__ZONE", "Tokyo", "reports.zone", "Asia/Tokyo or Europe/Berlin"),
        ("HATSUBAN_LOG__FORMAT", "xml", "log.format", "\"text\" or \"json\""),
        ("HATSUBAN_HTTP__TLS__KEY_FILE", "key.pem", "http.tls.certificate_file", "must be set with key_file"),
    ] {
        let complaint = complaint((name, value));
        assert!(complaint.starts_with(&format!("wrong setting {key} = ")), "{complaint}");
        assert!(complaint.contains(why) && !complaint.contains('\n'), "{complaint}");
        if key != "http.tls.certificate_file" {
            assert!(complaint.contains(value) && complaint.contains(name), "{complaint}");
        }
    }
}

#[test]
fn an_unknown_key_is_refused_wherever_it_stands() {
    let file = layers(Some("[http]\nlisten_on = 1"), &[], &[]).expect_err("unknown").to_string();
    assert!(file.contains("unknown setting http.listen_on = 1") && file.contains("hatsuban.toml"), "{file}");
    let environment = layers(None, &[("HATSUBAN_LISTEN", "1")], &[]).expect_err("unknown").to_string();
    assert!(
        environment.contains("HATSUBAN_LISTEN") && environment.contains("did you mean http.listen?"),
        "{environment}"
    );
    let underscore = layers(None, &[("HATSUBAN_HTTP_LISTEN", "1")], &[]).expect_err("unknown").to_string();
    assert!(underscore.contains("did you mean http.listen?"), "{underscore}");
    let flag = layers(None, &[], &[("store.kind", "x")]).expect_err("unknown").to_string();
    assert!(flag.contains("store.kind") && flag.contains("--set"), "{flag}");
}

#[test]
fn a_file_that_is_no_toml_is_named_with_the_line() {
    let error = layers(Some("store = embedded\n"), &[], &[]).expect_err("no TOML").to_string();
    assert!(error.contains("hatsuban.toml") && error.contains("line 1"), "{error}");
    assert!(!error.contains('\n'));
}

#[test]
fn the_program_stops_with_exit_code_2() {
    let directory = TempDir::new().expect("a directory");
    let (code, complaint) = fail(directory.path(), &["--set", "http.header_read_seconds=-10", "serve"]);
    assert_eq!(code, 2);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains("http.header_read_seconds = \"-10\" (from the command line, --set)"), "{complaint}");
    assert!(!directory.path().join("store").exists(), "nothing was begun");
}

#[test]
fn the_effective_settings_hide_the_stores_password() {
    let directory = TempDir::new().expect("a directory");
    let mut command = hatsuban(directory.path(), &["config"]);
    let output = command.env("HATSUBAN_STORE", "redis://user:hunter2@localhost/1").output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        text.contains("store = \"redis://user:***@localhost/1\"  # the environment variable HATSUBAN_STORE"),
        "{text}"
    );
    assert!(!text.contains("hunter2"));
    for (url, masked) in [
        (
            "redis+sentinel://u:hunter2@a,b:1/main?sentinel_password=hunter2&sentinel_user=s",
            "redis+sentinel://u:***@a,b:1/main?sentinel_password=***&sentinel_user=s",
        ),
        ("rediss://u:hun?ter2@a/1", "rediss://***@a/1"),
    ] {
        let output = hatsuban(directory.path(), &["config"]).env("HATSUBAN_STORE", url).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains(&format!("store = {masked:?}")), "{text}");
    }
}

#[test]
fn the_secrets_of_webhooks_are_shown_to_nobody() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("tokens");
    fs::write(&file, "# of the other account\nAC2 = hunter3\n\nhunter4\n").expect("a file");
    let secrets = [("twilio.auth_tokens", "AC1=hunter2"), ("vonage.signature_secrets", "hunter5, hunter6")];
    let named = ("twilio.auth_tokens_file", file.to_str().expect("UTF-8"));
    let settings = layers(None, &[], &[secrets[0], secrets[1], named]).expect("valid settings");
    let tokens: Vec<_> =
        settings.signers.twilio.iter().map(|token| (token.account.as_deref(), token.secret.expose())).collect();
    assert_eq!(tokens, [(Some("AC1"), "hunter2"), (Some("AC2"), "hunter3"), (None, "hunter4")]);
    assert_eq!(
        settings.signers.vonage.iter().map(pool_service::config::Secret::expose).collect::<Vec<_>>(),
        ["hunter5", "hunter6"]
    );
    assert!(!format!("{settings:?}").contains("hunter"), "{settings:?}");
    // A misspelt name does not make them public.
    for (name, value) in [
        ("HATSUBAN_TWILIO_AUTH_TOKENS", "AC1=hunter2"),
        ("HATSUBAN_VONAGE__SIGNATURE_SECRET", "hunter5"),
        ("HATSUBAN_REDIS__URL", "redis://:hunter2@localhost/"),
    ] {
        let complaint = layers(None, &[(name, value)], &[]).expect_err("unknown").to_string();
        assert!(complaint.contains(name) && complaint.contains("***") && !complaint.contains("hunter"), "{complaint}");
    }
    let missing = layers(None, &[], &[("vonage.signature_secrets_file", "/nowhere")]).expect_err("no file").to_string();
    assert!(missing.contains("vonage.signature_secrets_file") && missing.contains("/nowhere"), "{missing}");
}
