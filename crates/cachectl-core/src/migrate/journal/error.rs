//! Why a journal cannot be used.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum JournalError {
    #[error("could not {action} `{path}`")]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("the journal `{path}` is missing")]
    Missing { path: PathBuf },
    #[error("the journal `{path}` ends at byte {length}, but {synced} bytes of it were on disk")]
    Cut { path: PathBuf, length: u64, synced: u64 },
    #[error("the journal `{path}` is damaged at byte {offset}")]
    Damaged { path: PathBuf, offset: u64 },
    #[error("the journal `{path}` belongs to another migration or another server")]
    Foreign { path: PathBuf },
    #[error("the journal `{path}` has a record at byte {offset} that this release cannot read")]
    Unknown { path: PathBuf, offset: u64 },
    #[error("the journal `{path}` was removed, replaced or altered while it was in use")]
    Replaced { path: PathBuf },
}

impl JournalError {
    /// Returns what turns an I/O error into one of ours.
    pub(super) fn file(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    /// As [`JournalError::file`], for a file that has to be there.
    pub(super) fn existing(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::File { action, path, source },
        }
    }
}
