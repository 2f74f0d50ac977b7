//! TLS in the binary: HTTP/2 and 1.1 by ALPN, and certificate files read again on SIGHUP.

mod http_support;

use axum::body::Bytes;
use http_body_util::{BodyExt, Empty};
use http_support::process::{Served, fail};
use hyper::{Request, Version, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Writes a new certificate and its key; gives what a client must trust.
fn certificate(directory: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(directory.join("cert.pem"), cert.pem()).expect("a file");
    fs::write(directory.join("key.pem"), signing_key.serialize_pem()).expect("a file");
    cert.der().clone()
}

fn settings(directory: &Path) -> [String; 4] {
    let file = |key: &str, name: &str| format!("http.tls.{key}={}", directory.join(name).display());
    ["--set".to_owned(), file("certificate_file", "cert.pem"), "--set".to_owned(), file("key_file", "key.pem")]
}

/// Asks `/healthz` over HTTPS; gives the protocol, or why there was none.
async fn health(
    service: &Served,
    trusted: &CertificateDer<'static>,
    protocol: &str,
) -> Result<(Version, String), String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let stream = TcpStream::connect(service.authority()).await.expect("a connection");
    let name = "localhost".try_into().expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| error.to_string())?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
    let request = Request::get("https://localhost/healthz").body(Empty::<Bytes>::new()).expect("a request");
    let response = if protocol == "h2" {
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a handshake");
        tokio::spawn(connection);
        sender.send_request(request).await
    } else {
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        tokio::spawn(connection);
        sender.send_request(request).await
    };
    let (parts, body) = response.expect("an answer").into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Ok((parts.version, String::from_utf8_lossy(&body).into_owned()))
}

#[tokio::test]
async fn both_protocols_are_spoken() {
    let directory = TempDir::new().expect("a directory");
    let trusted = certificate(directory.path());
    let settings = settings(directory.path());
    let service = Served::start(&directory.path().join("data"), &settings.each_ref().map(String::as_str));
    assert!(service.url.starts_with("https://127.0.0.1:"), "{}", service.url);
    assert_eq!(health(&service, &trusted, "h2").await, Ok((Version::HTTP_2, "ok\n".to_owned())));
    assert_eq!(health(&service, &trusted, "http/1.1").await, Ok((Version::HTTP_11, "ok\n".to_owned())));
}

#[tokio::test]
async fn sighup_brings_new_certificates_and_bad_ones_change_nothing() {
    let directory = TempDir::new().expect("a directory");
    let old = certificate(directory.path());
    let settings = settings(directory.path());
    let mut service = Served::start(&directory.path().join("data"), &settings.each_ref().map(String::as_str));
    let new = certificate(directory.path());
    service.signal("HUP");
    service.wait_for_log("read again");
    assert!(health(&service, &new, "h2").await.is_ok());
    assert!(health(&service, &old, "h2").await.is_err());
    fs::write(directory.path().join("cert.pem"), "no certificate").expect("a file");
    service.signal("HUP");
    service.wait_for_log("the certificates in use stay");
    assert!(health(&service, &new, "h2").await.is_ok());
}

#[test]
fn a_certificate_file_that_is_none_stops_the_start() {
    let directory = TempDir::new().expect("a directory");
    certificate(directory.path());
    fs::write(directory.path().join("key.pem"), "no key").expect("a file");
    let settings = settings(directory.path());
    let mut arguments = vec!["--listen", "127.0.0.1:0", "serve"];
    arguments.extend(settings.iter().map(String::as_str));
    let (code, complaint) = fail(&directory.path().join("data"), &arguments);
    assert_eq!(code, 1);
    assert!(complaint.contains("http.tls: key file ") && complaint.contains("key.pem"), "{complaint}");
}
