//! TLS for those who ask: a certificate and its key, read again when they change.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use cachectl_core::files::{self, limits::CERTIFICATES};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use super::{
    reloaded::{Reading, Reloaded},
    secrets,
    stamps::Stamps,
};
use crate::error::CliError;

/// A certificate and its key.
#[derive(Debug)]
pub(super) struct Certificates(Reloaded<ServerConfig>);

/// Where they are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificates {
    /// Reads both.
    pub(super) fn of(files: Files) -> Result<Self, CliError> {
        let stamps = Stamps::of([files.certificate.clone(), files.key.clone()]);
        let read = files.read()?;
        Ok(Self(Reloaded::of("certificate", stamps, read, move || files.read())))
    }

    /// Returns what to shake hands with.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.0.get())
    }

    /// Returns what came of reading them.
    pub(super) fn reading(&self) -> (&'static str, Reading) {
        self.0.reading()
    }
}

impl Files {
    fn read(&self) -> Result<ServerConfig, CliError> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(&contents(&self.certificate)?).collect();
        let chain = chain.map_err(|error| unusable(&self.certificate, error))?;
        let key = secrets::read("private key", &self.key, CERTIFICATES)?;
        let key =
            PrivateKeyDer::from_pem_slice(&key).map_err(|error| unusable(&self.key, error))?;
        let installed = CryptoProvider::get_default().cloned();
        let provider = installed.unwrap_or_else(|| Arc::new(ring::default_provider()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        config.map_err(|error| unusable(&self.certificate, error))
    }
}

/// Reads what everybody may see. A change by somebody else would not fit the key.
fn contents(path: &Path) -> Result<Vec<u8>, CliError> {
    files::read(path, CERTIFICATES).map_err(|source| CliError::Unreadable {
        what: "certificate file",
        path: path.to_owned(),
        source,
    })
}

fn unusable(path: &Path, reason: impl fmt::Display) -> CliError {
    CliError::WebCertificate { path: path.to_owned(), reason: reason.to_string() }
}
