//! Why a restore gave up.

use crate::{
    server,
    steps::rdb_file::FileError,
    vocabulary::{bug::Bug, error_kind::ErrorKind},
};

use super::report::Refusal;

/// Why a restore gave up.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the file does not say when it was written")]
    NoTime,
    #[error("{refusal}")]
    Refused { refusal: Refusal },
    #[error("could not use a temporary file")]
    Temporary { source: std::io::Error },
    #[error("stopped before the end")]
    Stopped,
    #[error(transparent)]
    Bug(#[from] Bug),
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Server(error) => error.kind(),
            Self::File(error) => error.kind(),
            Self::NoTime => ErrorKind::Data,
            Self::Refused { .. } => ErrorKind::Refused,
            Self::Temporary { .. } => ErrorKind::Output,
            Self::Stopped => ErrorKind::Interrupted,
            Self::Bug(_) => ErrorKind::Internal,
        }
    }
}
