//! Why two sides could not be compared.

use std::{fmt, io};

use serde::Serialize;

use crate::{
    server,
    steps::{fit::UnfitParts, rdb_file::FileError},
    values::key::Key,
    vocabulary::{bug::Bug, error_kind::ErrorKind},
};

/// The name of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are all there is to say")]
pub enum Name {
    A,
    B,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// Why two sides could not be compared.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error("could not read side {side}")]
    Server { side: Name, source: server::Error },
    #[error("could not read side {side}")]
    File { side: Name, source: FileError },
    #[error("slots of side {side} moved between nodes while they were scanned")]
    SlotsMoved { side: Name },
    #[error("could not read what side {side} answered to `DUMP` for `{key}`")]
    Payload { side: Name, key: Key, source: cachectl_rdb::Error },
    #[error("the rules give `{first}` and `{second}` of side A one name, `{name}`")]
    OneName { first: Key, second: Key, name: Key },
    #[error("{parts}")]
    Unfit { parts: UnfitParts },
    #[error("could not use a temporary file")]
    Workspace {
        #[from]
        source: io::Error,
    },
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
            Self::Server { source, .. } => source.kind(),
            Self::File { source, .. } => source.kind(),
            Self::SlotsMoved { .. } | Self::Payload { .. } => ErrorKind::Unreachable,
            Self::OneName { .. } => ErrorKind::Data,
            Self::Unfit { .. } => ErrorKind::Refused,
            Self::Workspace { .. } => ErrorKind::Output,
            Self::Stopped => ErrorKind::Interrupted,
            Self::Bug(_) => ErrorKind::Internal,
        }
    }
}
