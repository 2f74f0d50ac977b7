//! Certificate files, reloaded without a restart: connections that are open keep the certificate they began with.

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Certificate chain and key, as last read.
pub struct Certificates {
    certificate_file: PathBuf,
    key_file: PathBuf,
    current: ArcSwap<ServerConfig>,
}

impl Certificates {
    /// Reads PEM files.
    ///
    /// # Errors
    /// Names the file that cannot be used, and why.
    pub fn read(certificate_file: &Path, key_file: &Path) -> Result<Self, String> {
        Ok(Self {
            certificate_file: certificate_file.to_owned(),
            key_file: key_file.to_owned(),
            current: ArcSwap::from_pointee(server_config(certificate_file, key_file)?),
        })
    }

    /// Reads the files again; connections from now on get what they say.
    ///
    /// # Errors
    /// As in [`Certificates::read`]; the certificate in use stays.
    pub fn reload(&self) -> Result<(), String> {
        self.current.store(Arc::new(server_config(&self.certificate_file, &self.key_file)?));
        Ok(())
    }

    pub(super) async fn handshake(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.current.load_full()).accept(stream).await
    }
}

fn server_config(certificate_file: &Path, key_file: &Path) -> Result<ServerConfig, String> {
    let chain = CertificateDer::pem_file_iter(certificate_file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("certificate file {}: {error}", certificate_file.display()))?;
    if chain.is_empty() {
        return Err(format!("certificate file {}: there is no certificate in it", certificate_file.display()));
    }
    let key =
        PrivateKeyDer::from_pem_file(key_file).map_err(|error| format!("key file {}: {error}", key_file.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("{} with {}: {error}", certificate_file.display(), key_file.display()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
