//! Encrypts a connection, and looks at the server's certificate whether it is good or not.

use std::{
    fmt::Display,
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        Resumption, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{certificate::Certificate, failure::FailureKind};
use crate::{
    files::{self, limits::CERTIFICATES},
    server::target::{self, CertificateCheck, ClientIdentity, Target, TlsOptions},
};

/// What connections to the servers of a target are encrypted with: the authorities that are
/// trusted, and who we are.
///
/// Reading the authorities of the system takes longer than everything else that a probe does. So
/// they are read once, before anything is measured, and used for all servers.
#[derive(Clone, Debug)]
pub struct TlsContext(Option<Result<Basis, FailureKind>>);

/// What is the same for all servers.
#[derive(Clone, Debug)]
struct Basis {
    config: ClientConfig,
    /// Without one every certificate is good.
    judge: Option<Arc<WebPkiServerVerifier>>,
}

impl TlsContext {
    /// Returns whether everything could be read.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !matches!(self.0, Some(Err(_)))
    }

    /// Reads what the target names, which is nothing if it does not encrypt.
    ///
    /// What cannot be read fails when a connection needs it.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        Self(match &target.encryption {
            target::Encryption::None => None,
            target::Encryption::Tls(options) => Some(Basis::read(options)),
        })
    }

    /// Returns how to encrypt a connection to one server, or `None` if it is not to be encrypted.
    pub(super) fn encryption(&self, host: &str) -> Result<Option<Encryption>, FailureKind> {
        let Some(basis) = &self.0 else {
            return Ok(None);
        };
        let basis = basis.as_ref().map_err(Clone::clone)?;
        Encryption::new(basis, host).map(Some)
    }
}

impl Basis {
    fn read(options: &TlsOptions) -> Result<Self, FailureKind> {
        let installed = CryptoProvider::get_default().cloned();
        let provider = installed.unwrap_or_else(|| Arc::new(ring::default_provider()));
        let judge = match options.check {
            CertificateCheck::Full => Some(judge(options, &provider)?),
            CertificateCheck::Nothing => None,
        };
        let verifier = Witness::beside(judge.clone(), &provider);
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(settings)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &options.identity {
            Some(identity) => {
                let (chain, key) = read_identity(identity)?;
                config.with_client_auth_cert(chain, key).map_err(settings)?
            }
            None => config.with_no_client_auth(),
        };
        // A server that knows us already would not show its certificate.
        config.resumption = Resumption::disabled();
        Ok(Self { config, judge })
    }
}

/// How to encrypt a connection to one server.
pub(super) struct Encryption {
    connector: TlsConnector,
    name: ServerName<'static>,
    witness: Arc<Witness>,
}

impl Encryption {
    fn new(basis: &Basis, host: &str) -> Result<Self, FailureKind> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| settings("no certificate can be for a server of this name"))?;
        let mut config = basis.config.clone();
        let witness = Witness::beside(basis.judge.clone(), config.crypto_provider());
        let verifier: Arc<dyn ServerCertVerifier> = witness.clone();
        config.dangerous().set_certificate_verifier(verifier);
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name, witness })
    }

    /// Shakes hands.
    pub(super) async fn agree(
        &self,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, FailureKind> {
        let agreed = self.connector.connect(self.name.clone(), stream).await;
        agreed.map_err(|error| FailureKind::of(&error))
    }

    /// Returns the certificate that the server has shown, good or not.
    pub(super) fn certificate(&self) -> Option<&Certificate> {
        self.witness.seen.get()
    }
}

/// Notes which certificate it sees, and leaves it to another to judge it.
#[derive(Debug)]
struct Witness {
    /// Without one everything is good.
    judge: Option<Arc<WebPkiServerVerifier>>,
    schemes: Vec<SignatureScheme>,
    seen: OnceLock<Certificate>,
}

impl Witness {
    fn beside(judge: Option<Arc<WebPkiServerVerifier>>, provider: &CryptoProvider) -> Arc<Self> {
        let schemes = provider.signature_verification_algorithms.supported_schemes();
        Arc::new(Self { judge, schemes, seen: OnceLock::new() })
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(certificate) = Certificate::read(end_entity) {
            // There is one certificate in one handshake.
            self.seen.set(certificate).ok();
        }
        let Some(judge) = &self.judge else {
            return Ok(ServerCertVerified::assertion());
        };
        judge
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| match error {
                // Somebody has the name of an authority that we trust, and another key.
                Error::InvalidCertificate(CertificateError::BadSignature) => {
                    CertificateError::UnknownIssuer.into()
                }
                error => error,
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match &self.judge {
            Some(judge) => judge.verify_tls12_signature(message, cert, dss),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match &self.judge {
            Some(judge) => judge.verify_tls13_signature(message, cert, dss),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

fn judge(
    options: &TlsOptions,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, FailureKind> {
    let mut roots = RootCertStore::empty();
    match &options.authorities {
        Some(path) => {
            for authority in read_chain(path)? {
                roots.add(authority).map_err(|error| unusable(path, error))?;
            }
        }
        None => {
            // One of a hundred that is damaged does no harm to the rest.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(settings)
}

fn read_identity(
    identity: &ClientIdentity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), FailureKind> {
    let chain = read_chain(&identity.certificate)?;
    let key = PrivateKeyDer::from_pem_slice(&read(&identity.key)?);
    Ok((chain, key.map_err(|error| unusable(&identity.key, error))?))
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, FailureKind> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(unusable(path, "there is no certificate in it")),
        Ok(chain) => Ok(chain),
        Err(error) => Err(unusable(path, error)),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FailureKind> {
    files::read(path, CERTIFICATES).map_err(|error| {
        settings(format_args!("could not read the certificate file `{}`: {error}", path.display()))
    })
}

fn unusable(path: &Path, reason: impl Display) -> FailureKind {
    settings(format_args!("the certificate file `{}` is not usable: {reason}", path.display()))
}

fn settings(reason: impl Display) -> FailureKind {
    FailureKind::Settings(reason.to_string())
}
