//! Where an RDB file is, and how strictly it is read.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{FileError, aof, source::RdbSource};
use crate::steps::files;

/// An RDB file that can be read as often as is needed.
#[derive(Clone, Debug)]
pub struct RdbFile {
    name: PathBuf,
    place: Place,
    strictness: Strictness,
}

#[derive(Clone, Debug)]
enum Place {
    /// At the path that is its name. A directory or a manifest stands for the base that it names.
    Path,
    /// In a file that is open, with the names of those that continue it.
    Open(Arc<File>, Vec<String>),
}

/// What becomes of a file that is not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strictness {
    /// If something follows its end.
    pub trailing: IfTrailing,
    /// If there is something in it that is not known.
    pub unknown: IfUnknown,
}

/// What happens if something follows the end of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfTrailing {
    /// The file is refused: somebody expects that to be data.
    #[default]
    Refuse,
    /// It is named in the ending, and the file is taken without it.
    Ignore,
}

/// What happens if a type or a record is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfUnknown {
    /// The file is refused.
    #[default]
    Refuse,
    /// What stands before it is taken. Nobody can tell where it ends, so the rest is left out.
    Stop,
}

/// How much of the values is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// All of them.
    #[default]
    Whole,
    /// How big they are, and what: memory does not grow with them.
    Heads,
}

impl<P: Into<PathBuf>> From<P> for RdbFile {
    fn from(path: P) -> Self {
        Self::at(path)
    }
}

impl RdbFile {
    /// Names a file: by its path, by that of the directory in which `BACKUP` of Redis 8.10 has put
    /// it, or by that of its manifest.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let strictness = Strictness::default();
        Self { name: path.into(), place: Place::Path, strictness }
    }

    /// Takes a file that is open, and stays the same whoever has its name.
    #[must_use]
    pub fn of(file: File, name: impl Into<PathBuf>) -> Self {
        let strictness = Strictness::default();
        Self { name: name.into(), place: Place::Open(Arc::new(file), Vec::new()), strictness }
    }

    /// Keeps what can be read only once in a file without a name, in `directory`.
    ///
    /// # Errors
    ///
    /// Fails if the input cannot be read, or there is no room.
    pub fn kept(
        mut input: impl Read,
        name: impl Into<PathBuf>,
        directory: &Path,
    ) -> Result<Self, FileError> {
        let place = directory.join(format!("cachectl-input-{:016x}", rand::random::<u64>()));
        let kept = files::unnamed(&place).and_then(|mut file| {
            io::copy(&mut input, &mut file)?;
            Ok(file)
        });
        Ok(Self::of(kept.map_err(FileError::using("keep", &place))?, name))
    }

    /// Returns it, to be read like this.
    #[must_use]
    pub fn read_as(self, strictness: Strictness) -> Self {
        Self { strictness, ..self }
    }

    /// Returns what it is called.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Opens it, and returns the open file under the same name, which stays the same whoever has its
    /// name.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or is no file.
    pub fn pinned(&self) -> Result<Self, FileError> {
        let (file, increments) = self.find()?;
        Ok(Self { place: Place::Open(file, increments), ..self.clone() })
    }

    /// Opens it; that it is compressed is seen from its first bytes.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, is no file, or does not begin as an RDB file does.
    pub fn open(&self) -> Result<RdbSource, FileError> {
        let (file, increments) = self.find()?;
        RdbSource::of_file(file, &self.name, self.strictness, increments)
    }

    fn find(&self) -> Result<(Arc<File>, Vec<String>), FileError> {
        match &self.place {
            Place::Open(file, increments) => Ok((Arc::clone(file), increments.clone())),
            Place::Path => {
                let aof::Base { path, increments } = aof::base(&self.name)?;
                let file = crate::files::open(&path).map_err(FileError::using("read", &path))?;
                Ok((Arc::new(file), increments))
            }
        }
    }
}
