//! Why a probe came to no good end.

use std::io;

use rustls::{AlertDescription, CertificateError};

use super::certificate::Certificate;
use crate::{
    server::trust::Untrusted, values::endpoint::Endpoint, vocabulary::error_kind::ErrorKind,
};

/// Why a probe came to no good end: where it got to, and what was in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} `{endpoint}`", stage.words())]
pub struct Failure {
    /// Who was asked.
    pub endpoint: Endpoint,
    /// How far it got.
    pub stage: Stage,
    /// What was in the way.
    #[source]
    pub kind: FailureKind,
    /// What the server showed, where it was the certificate that was in the way, or came before.
    pub certificate: Option<Box<Certificate>>,
}

impl Failure {
    pub(super) fn new(endpoint: &Endpoint, stage: Stage, kind: FailureKind) -> Self {
        Self { endpoint: endpoint.clone(), stage, kind, certificate: None }
    }

    /// Takes an error of a connection that exists.
    ///
    /// A server may refuse our certificate as late as with its first answer, and that is still
    /// about encryption.
    pub(super) fn of_connection(endpoint: &Endpoint, stage: Stage, error: &io::Error) -> Self {
        let stage = if tls_error(error).is_some() { Stage::Tls } else { stage };
        Self::new(endpoint, stage, FailureKind::of(error))
    }

    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.kind {
            FailureKind::Settings(_) => ErrorKind::Configuration,
            FailureKind::Untrusted(_) => ErrorKind::Refused,
            FailureKind::Deadline
            | FailureKind::Refused
            | FailureKind::NotFound(_)
            | FailureKind::Unreachable(_)
            | FailureKind::Closed
            | FailureKind::Certificate(_)
            | FailureKind::Protocol(_)
            | FailureKind::Io(_) => ErrorKind::Unreachable,
        }
    }
}

/// How far a probe gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It looks up the name.
    Resolve,
    /// It decides whether the login may go there.
    Trust,
    /// It connects.
    Connect,
    /// It agrees on encryption.
    Tls,
    /// It sends commands.
    Send,
    /// It waits for answers.
    Receive,
}

impl Stage {
    fn words(self) -> &'static str {
        match self {
            Self::Resolve => "could not look up the address of",
            Self::Trust => "will not log in to",
            Self::Connect => "could not connect to",
            Self::Tls => "could not agree on encryption with",
            Self::Send => "could not send commands to",
            Self::Receive => "did not get all answers from",
        }
    }
}

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailureKind {
    /// Time.
    #[error("the deadline passed")]
    Deadline,
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// There is no such name, or no such socket; in the system's words.
    #[error("{0}")]
    NotFound(String),
    /// No way leads there; in the system's words.
    #[error("{0}")]
    Unreachable(String),
    /// The other side ended the connection.
    #[error("the connection was closed")]
    Closed,
    /// A certificate.
    #[error("{0}")]
    Certificate(Cause),
    /// What came is nothing that a server says; it is escaped and cut.
    #[error("this is no answer of a server: `{0}`")]
    Protocol(String),
    /// Our own settings: a file that cannot be read, a name that no certificate could be for.
    #[error("{0}")]
    Settings(String),
    /// A server has named it that must not lead us there.
    #[error("{0}")]
    Untrusted(Untrusted),
    /// Something else, in the system's words.
    #[error("{0}")]
    Io(String),
}

impl FailureKind {
    pub(super) fn of(error: &io::Error) -> Self {
        if let Some(error) = tls_error(error) {
            return Self::of_tls(error);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::NotFound => Self::NotFound(error.to_string()),
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::TimedOut => Self::Unreachable(error.to_string()),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Io(error.to_string()),
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::Certificate(Cause::of(error)),
            rustls::Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::NoCertificate
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied,
            ) => Self::Certificate(Cause::Ours(error.to_string())),
            _ => Self::Protocol(error.to_string()),
        }
    }
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// It is past its date.
    #[error("the server's certificate has expired")]
    Expired,
    /// We do not know who signed it.
    #[error("the server's certificate is signed by nobody we trust")]
    UnknownIssuer,
    /// It is for somebody else.
    #[error("the server's certificate is for another name")]
    WrongName,
    /// It is that of an authority, as `openssl req -x509` makes them unless told otherwise.
    #[error("the server shows the certificate of an authority (`CA:TRUE`), not one for a server")]
    Authority,
    /// Something else, in the TLS library's words.
    #[error("the server's certificate is not good: {0}")]
    Other(String),
    /// It is ours, and the server does not take it or misses it; in the TLS library's words.
    #[error("the server does not accept our certificate: {0}")]
    Ours(String),
}

impl Cause {
    fn of(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            // The type of this error is of a library below the TLS library.
            CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
                Self::Authority
            }
            other => Self::Other(other.to_string()),
        }
    }
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|error| error.downcast_ref())
}
