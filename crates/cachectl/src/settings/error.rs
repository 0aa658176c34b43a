//! What can be wrong with settings.

use std::{io, path::PathBuf, sync::Arc};

use cachectl_core::{files::Distrust, vocabulary::error_kind::ErrorKind};

use super::{file::Origin, provenance::Source};
use crate::{parse, yaml::Diagnostic};

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
    #[error("the configuration `{path}` ({origin}) is not used")]
    Untrusted { path: PathBuf, origin: Origin, source: Distrust },
    #[error("could not find out what is protected")]
    Unprotecting(#[source] Arc<Self>),
    #[error("the context `{}` of `{file}` has the name of a protected one in `{own}`", shown(.name))]
    Shadows { name: String, file: PathBuf, own: PathBuf },
    #[error("`{path}` is not below the directory of `{file}`, which nobody has named")]
    Outside { path: PathBuf, file: PathBuf },
    #[error(
        "the password in {variable} is not given to the servers of `{file}`, which nobody has named"
    )]
    Lent { variable: Source, file: PathBuf },
    #[error("there is no cachectl.yaml, neither here nor in the usual places")]
    NoFile,
    #[error("there is no context `{}` in `{file}`", shown(.name))]
    UnknownContext { name: String, file: PathBuf, known: Vec<String> },
    #[error("the context `{}` was asked for, and there is no cachectl.yaml", shown(.name))]
    ContextWithoutFile { name: String },
    #[error("{asks} asks for encryption, and {refuses} switches it off")]
    Downgrade { asks: Source, refuses: Source },
    /// Its name is not repeated: it may be the password.
    #[error("the password file that {by} names does not exist")]
    NoPasswordFile { by: Source },
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

/// Shows a name, unless it may be an address that is not understood: that may hold a password.
pub(crate) fn shown(name: &str) -> &str {
    let is_name = !name.contains(['@', ':']) || parse::server(name).is_ok();
    if is_name { name } else { "***" }
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Flag { .. } => ErrorKind::Usage,
            Self::Variable { .. }
            | Self::File(_)
            | Self::Unreadable { .. }
            | Self::Untrusted { .. }
            | Self::Unprotecting(_)
            | Self::Shadows { .. }
            | Self::Outside { .. }
            | Self::Lent { .. }
            | Self::NoFile
            | Self::UnknownContext { .. }
            | Self::ContextWithoutFile { .. }
            | Self::Downgrade { .. }
            | Self::NoPasswordFile { .. }
            | Self::PasswordFile { .. }
            | Self::EmptyPasswordFile { .. }
            | Self::SentinelAndCluster
            | Self::HalfIdentity
            | Self::NoStateDirectory => ErrorKind::Configuration,
        }
    }
}
