//! Keeps the values of keys before they are renamed: all of them, or a sample.
//!
//! What is to be kept is written down when a migration begins, and it is on disk before the first
//! key is renamed, however often the work is broken off before that. The values stand in the file
//! in the order of the plan, so that plan and file can be read side by side.

mod fetching;
mod walk;
mod write;

use std::path::{Path, PathBuf};

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
use crate::{
    steps::files,
    vocabulary::{
        bug::Bug,
        small_file::{self, NOTES},
    },
};

/// How many values a sample has, roughly: if none of them differs, then with a confidence of 95 %
/// fewer than 3 in so many of all do (the rule of three).
const SAMPLE: u64 = 10_000;
const STATE: &str = "kept.json";

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
            Keep::Sample => (directory.join("sample.rdb"), true),
            Keep::Everything(None) => (directory.join("backup.rdb"), false),
            Keep::Everything(Some(path)) => {
                let absolute = std::path::absolute(path);
                (absolute.map_err(Error::file("use", path))?, false)
            }
        };
        if path.exists() {
            return Err(crate::steps::rdb_file::FileError::Exists { path }.into());
        }
        Self { path, sampled, began_at: None, keys: None, bytes: 0 }.write(directory)
    }

    /// Reads what is kept, or is to be.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, Error> {
        let path = directory.join(STATE);
        match small_file::read(&path, NOTES) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path)(error)),
            Ok(text) => {
                serde_json::from_slice(&text).map(Some).map_err(|_| Error::Damaged { path })
            }
        }
    }

    fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(STATE);
        let text = serde_json::to_vec_pretty(self).map_err(Bug::json("what is kept"))?;
        files::write_whole(&path, &text).map_err(Error::file("write", &path))
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
