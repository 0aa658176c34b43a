//! What can be wrong with settings.

use std::{io, path::PathBuf};

use cachectl_core::vocabulary::error_kind::ErrorKind;

use crate::yaml::Diagnostic;

/// Why the settings are not usable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{name}` is not usable: {reason}")]
    Flag { name: &'static str, reason: String },
    #[error("the environment variable `{name}` is not usable: {reason}")]
    Variable { name: &'static str, reason: String },
    #[error("{0}")]
    File(Box<Diagnostic>),
    #[error("could not read `{path}`")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("there is no cachectl.yaml, neither here nor in the usual places")]
    NoFile,
    #[error("there is no context `{name}` in `{file}`")]
    UnknownContext { name: String, file: PathBuf, known: Vec<String> },
    #[error("the context `{name}` was asked for, and there is no cachectl.yaml")]
    ContextWithoutFile { name: String },
    #[error("could not read the password file `{path}`")]
    PasswordFile { path: PathBuf, source: io::Error },
    #[error("the password file `{path}` is empty")]
    EmptyPasswordFile { path: PathBuf },
    #[error("a deployment is found through sentinels or as a cluster, not both")]
    SentinelAndCluster,
    #[error("a client certificate and its key belong together, and only one of them is given")]
    HalfIdentity,
    #[error("there is no directory for state: neither XDG_STATE_HOME nor HOME is set")]
    NoStateDirectory,
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Flag { .. } => ErrorKind::Usage,
            Self::Variable { .. }
            | Self::File(_)
            | Self::Unreadable { .. }
            | Self::NoFile
            | Self::UnknownContext { .. }
            | Self::ContextWithoutFile { .. }
            | Self::PasswordFile { .. }
            | Self::EmptyPasswordFile { .. }
            | Self::SentinelAndCluster
            | Self::HalfIdentity
            | Self::NoStateDirectory => ErrorKind::Configuration,
        }
    }
}
