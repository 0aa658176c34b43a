//! TLS for those who ask: a certificate and its key, read again when they change.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use cachectl_core::files::{self, limits::CERTIFICATES};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use super::stamps::Stamps;
use crate::error::CliError;

/// A certificate and its key.
pub(super) struct Certificates {
    files: Files,
    current: Mutex<(Stamps, Arc<ServerConfig>)>,
}

/// Where they are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificates {
    /// Reads both.
    pub(super) fn of(files: Files) -> Result<Self, CliError> {
        let current = (files.stamps(), files.read()?);
        Ok(Self { files, current: Mutex::new(current) })
    }

    /// Returns what to shake hands with.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        // Nothing that is done under the lock can leave it half done.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (stamps, config) = &mut *current;
        let now = stamps.again();
        if now != *stamps {
            // Until they change once more, there is nothing to be read again.
            *stamps = now;
            match self.files.read() {
                Ok(read) => *config = read,
                Err(error) => tracing::warn!(%error, "the certificate stays as it was"),
            }
        }
        TlsAcceptor::from(Arc::clone(config))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Files {
    fn stamps(&self) -> Stamps {
        Stamps::of([self.certificate.clone(), self.key.clone()])
    }

    fn read(&self) -> Result<Arc<ServerConfig>, CliError> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(&contents(&self.certificate)?).collect();
        let chain = chain.map_err(|error| unusable(&self.certificate, error))?;
        let key = PrivateKeyDer::from_pem_slice(&contents(&self.key)?)
            .map_err(|error| unusable(&self.key, error))?;
        let installed = CryptoProvider::get_default().cloned();
        let provider = installed.unwrap_or_else(|| Arc::new(ring::default_provider()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        config.map(Arc::new).map_err(|error| unusable(&self.certificate, error))
    }
}

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
