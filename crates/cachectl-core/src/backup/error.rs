//! Why a backup gave up.

use crate::{server, steps::rdb_file::FileError, vocabulary::error_kind::ErrorKind};

/// Why a backup gave up. There is no file then.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("slots moved between nodes while they were scanned")]
    SlotsMoved,
    #[error("a value is stored as RDB version {found}, and the file is of version {version}")]
    MixedVersions { version: u16, found: u16 },
    #[error("the server's answer to `DUMP` is damaged")]
    Payload { source: cachectl_rdb::Error },
    #[error("stopped before the end")]
    Stopped,
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Server(error) => error.kind(),
            Self::File(error) => error.kind(),
            Self::SlotsMoved | Self::Payload { .. } => ErrorKind::Unreachable,
            Self::MixedVersions { .. } => ErrorKind::Refused,
            Self::Stopped => ErrorKind::Interrupted,
        }
    }
}
