//! Keeps the values of keys before they are renamed: all of them, or a sample.
//!
//! What is to be kept is written down when a migration begins, and it is on disk before the first
//! key is renamed, however often the work is broken off before that. The values stand in the file
//! in the order of the plan, so that plan and file can be read side by side.

mod fetching;
mod walk;
mod write;

use std::{
    ffi::OsStr,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

pub(super) use self::{
    fetching::Fetching,
    walk::{KeptValue, Role, walk},
    write::ensure,
};
use super::{
    Error,
    plan_file::{Kind, Operation, SealedPlan, Window},
};
use crate::{steps::files, vocabulary::bug::Bug};

/// How many values a sample has, roughly: if none of them differs, then with a confidence of 95 %
/// fewer than 3 in so many of all do (the rule of three).
const SAMPLE: u64 = 10_000;
const STATE: &str = "kept.json";
/// The files in the directory of a migration.
const ALL: &str = "backup.rdb";
const SOME: &str = "sample.rdb";

/// Which values are kept before the first key is renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// None.
    #[default]
    Nothing,
    /// A random sample, enough to verify by.
    Sample,
    /// All, in a file of this name or else in the directory of the migration.
    Everything(Option<PathBuf>),
}

/// The values that are kept of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The file, in the format of RDB.
    pub path: PathBuf,
    /// Whether it is a sample.
    pub sampled: bool,
    /// When keeping began, as a Unix time in seconds; `None` before.
    pub began_at: Option<i64>,
    /// How many values are in the file, once it is whole and on disk.
    pub keys: Option<u64>,
    /// How many bytes the file has.
    pub bytes: u64,
}

impl Kept {
    /// Writes down what is to be kept. Called before the migration can be found.
    pub(super) fn begin(directory: &Path, keep: &Keep) -> Result<(), Error> {
        let (path, sampled) = match keep {
            Keep::Nothing => return Ok(()),
            Keep::Sample => (directory.join(SOME), true),
            Keep::Everything(None) => (directory.join(ALL), false),
            Keep::Everything(Some(path)) => {
                let absolute = std::path::absolute(path);
                (absolute.map_err(Error::file("use", path))?, false)
            }
        };
        if path.symlink_metadata().is_ok() {
            return Err(crate::steps::rdb_file::FileError::Exists { path }.into());
        }
        Self { path, sampled, began_at: None, keys: None, bytes: 0 }.write(directory)
    }

    /// Reads what is kept, or is to be.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, Error> {
        let path = directory.join(STATE);
        match files::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path)(error)),
            Ok(text) => {
                let kept = serde_json::from_slice::<Self>(&text).ok();
                let kept = kept.and_then(|kept| kept.placed(directory));
                kept.map(Some).ok_or(Error::Damaged { path })
            }
        }
    }

    fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(STATE);
        // The directory may be moved, and a name in it leads nowhere else.
        let name = self.path.file_name().filter(|_| self.is_inside(directory)).map(PathBuf::from);
        let written = Self { path: name.unwrap_or_else(|| self.path.clone()), ..self.clone() };
        let text = serde_json::to_vec_pretty(&written).map_err(Bug::json("what is kept"))?;
        files::write_whole(&path, &text).map_err(Error::file("write", &path))
    }

    /// Puts a path as it is written down in its place.
    ///
    /// | what is written down | the file |
    /// |---|---|
    /// | one of our names, or that in a directory of this name, as release 0.1.0 wrote it | in the directory of the migration |
    /// | another absolute path, of `--backup FILE` | there; it is never replaced |
    /// | anything else | none: it was altered |
    fn placed(self, directory: &Path) -> Option<Self> {
        let parent = self.path.parent().unwrap_or(Path::new(""));
        let is_here = parent.as_os_str().is_empty() || parent.file_name() == directory.file_name();
        match self.path.file_name().filter(|name| is_here && is_ours(name)) {
            Some(name) => Some(Self { path: directory.join(name), ..self }),
            None => self.is_outside().then_some(self),
        }
    }

    /// Returns whether it is a path that an operator may have given.
    fn is_outside(&self) -> bool {
        self.path.is_absolute() && !self.path.components().any(|step| step == Component::ParentDir)
    }

    /// Returns whether the file is in the directory of the migration.
    pub(super) fn is_inside(&self, directory: &Path) -> bool {
        self.path.parent() == Some(directory)
    }

    /// Says that the values are not on disk although keys were renamed, which is never so.
    pub(super) fn contradicted(directory: &Path) -> Error {
        Error::Damaged { path: directory.join(STATE) }
    }

    /// Returns whether the values are on disk.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.keys.is_some()
    }
}

fn is_ours(name: &OsStr) -> bool {
    [ALL, SOME].iter().any(|ours| name == *ours)
}

/// Chooses some of the operations of a plan, always the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sampler {
    seed: u64,
    /// Operations whose hash is larger are left out.
    threshold: u64,
}

impl Sampler {
    /// Chooses about as many as a sample has.
    pub(super) fn of(plan: &SealedPlan) -> Self {
        let planned = plan.manifest.planned().max(1);
        let share = u128::from(u64::MAX) * u128::from(SAMPLE.min(planned)) / u128::from(planned);
        let seed = plan.seal.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Self { seed, threshold: u64::try_from(share).unwrap_or(u64::MAX) }
    }

    /// Returns whether the operation of this number is chosen.
    pub(super) fn takes(self, lane: usize, number: u64) -> bool {
        let place = (lane as u64) << 48 ^ number;
        xxh3_64_with_seed(&place.to_le_bytes(), self.seed) <= self.threshold
    }
}

/// Returns the name that the key of an operation has before the migration; `None` if the operation
/// gives no planned key its new name.
pub(super) fn origin<'a>(
    window: &'a Window,
    operation: &Operation,
    nonce: &str,
) -> Option<&'a [u8]> {
    match operation.kind {
        Kind::Rename | Kind::Stash | Kind::Overwrite => Some(window.from(operation)),
        Kind::Return => super::plan_file::operation::aside_of(nonce, window.from(operation)),
        Kind::Aside | Kind::Unstash => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_leads_to_names_of_ours_or_to_what_the_operator_gave() {
        #[track_caller]
        fn case(written: &str, expected: Option<&str>) {
            let kept = Kept {
                path: PathBuf::from(written),
                sampled: false,
                began_at: None,
                keys: None,
                bytes: 0,
            };
            let placed = kept.placed(Path::new("/state/migrations/ID")).map(|kept| kept.path);
            assert_eq!(placed, expected.map(PathBuf::from), "{written}");
        }

        case("backup.rdb", Some("/state/migrations/ID/backup.rdb"));
        case("sample.rdb", Some("/state/migrations/ID/sample.rdb"));
        case("/elsewhere/migrations/ID/backup.rdb", Some("/state/migrations/ID/backup.rdb"));
        case("state/migrations/ID/sample.rdb", Some("/state/migrations/ID/sample.rdb"));
        case("/backups/before.rdb", Some("/backups/before.rdb"));
        case("plan", None);
        case("../plan", None);
        case("../ID/plan", None);
        case("/state/../etc/passwd", None);
        case("", None);
    }
}
