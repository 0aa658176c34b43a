//! Notices that files have changed.

use std::{fs, os::unix::fs::MetadataExt as _, path::PathBuf, time::SystemTime};

/// Files, and what shows that they have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps(Vec<(PathBuf, Option<Stamp>)>);

/// When a file was written, when that or its owner or its mode was changed, how long it is, and
/// which one it is.
type Stamp = (SystemTime, (i64, i64), u64, u64);

impl Stamps {
    /// Looks at files, which is done before they are read: what changes in between is read once
    /// more.
    pub(super) fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let stamp = |path: &PathBuf| {
            let metadata = fs::metadata(path).ok()?;
            let changed = (metadata.ctime(), metadata.ctime_nsec());
            Some((metadata.modified().ok()?, changed, metadata.len(), metadata.ino()))
        };
        Self(paths.into_iter().map(|path| (path.clone(), stamp(&path))).collect())
    }

    /// Looks at the same files once more.
    pub(super) fn again(&self) -> Self {
        Self::of(self.paths().cloned())
    }

    /// Looks at others besides.
    pub(super) fn and(self, others: Self) -> Self {
        Self(self.0.into_iter().chain(others.0).collect())
    }

    /// Returns the files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.iter().map(|(path, _)| path)
    }
}
