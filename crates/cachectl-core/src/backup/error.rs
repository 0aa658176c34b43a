//! Why a backup gave up.

use std::path::PathBuf;

use crate::{
    server,
    steps::{fit::UnfitParts, rdb_file::FileError, value_writer::WriteError},
    vocabulary::{bug::Bug, error_kind::ErrorKind},
};

/// Why a backup gave up. There is no file then, or the one that was there before.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("slots moved between nodes while they were scanned")]
    SlotsMoved,
    #[error("{parts}")]
    Unfit { parts: UnfitParts },
    #[error("no key was found, and a backup of nothing would replace `{}`", path.display())]
    Emptying { path: PathBuf },
    #[error("stopped before the end")]
    Stopped,
    #[error(transparent)]
    Bug(#[from] Bug),
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Write(WriteError::File(error))
    }
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Server(error) => error.kind(),
            Self::Write(error) => error.kind(),
            Self::SlotsMoved => ErrorKind::Unreachable,
            Self::Unfit { .. } | Self::Emptying { .. } => ErrorKind::Refused,
            Self::Stopped => ErrorKind::Interrupted,
            Self::Bug(_) => ErrorKind::Internal,
        }
    }
}
