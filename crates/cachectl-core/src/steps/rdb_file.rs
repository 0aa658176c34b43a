//! RDB files on disk, compressed or not.

mod aof;
mod ending;
mod input;
mod place;
mod source;

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use cachectl_rdb::{
    Error as RdbError, ErrorKind as RdbErrorKind, Usage, Version, Writer, reader::Trailing,
};

pub use self::{
    ending::{Ending, Proof},
    place::{Depth, IfTrailing, IfUnknown, RdbFile, Strictness},
    source::{Progress, RdbSource},
};
use super::files;
use crate::vocabulary::error_kind::ErrorKind;

/// The level of compression: about as fast as a server gives values away.
const ZSTD_LEVEL: i32 = 1;

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum FileError {
    #[error("could not {action} `{}`", path.display())]
    Use { action: &'static str, path: PathBuf, source: io::Error },
    #[error("`{}` is there already", path.display())]
    Exists { path: PathBuf },
    #[error("could not read `{}` as an RDB file", path.display())]
    Damaged { path: PathBuf, source: RdbError },
    #[error("`{}` does not end where the RDB file in it does: {what}", path.display())]
    Trailing { path: PathBuf, what: Trailing },
    #[error("`{}` does not say which file is the base", path.display())]
    NoBase { path: PathBuf },
}

impl FileError {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists { .. } => ErrorKind::Refused,
            Self::Damaged { .. }
            | Self::Trailing { .. }
            | Self::NoBase { .. }
            | Self::Use { action: "read", .. } => ErrorKind::Data,
            Self::Use { .. } => ErrorKind::Output,
        }
    }

    pub(crate) fn using(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        // Copied only if something went wrong: this is made ready for every key.
        move |source| Self::Use { action, path: path.to_owned(), source }
    }

    pub(crate) fn of(path: &Path, error: RdbError) -> Self {
        let path = path.to_owned();
        match error.kind {
            RdbErrorKind::Read(source) => Self::Use { action: "read", path, source },
            RdbErrorKind::Write(source) => Self::Use { action: "write", path, source },
            _ => Self::Damaged { path, source: error },
        }
    }
}

/// What becomes of a file that has the name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    #[default]
    Keep,
    /// It is replaced at the end, once the new one is whole.
    Replace,
}

/// A key that is written, and its value.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// The database.
    pub db: u64,
    /// The key.
    pub key: &'a [u8],
    /// When it expires, as a Unix time in milliseconds.
    pub expires_at: Option<i64>,
    /// What eviction goes by.
    pub usage: Option<Usage>,
    /// The type byte and what follows it.
    pub value: &'a [u8],
}

/// An RDB file that is written beside its place, and moves there once it is whole and on disk.
#[derive(Debug)]
pub struct RdbTarget {
    writer: Writer<Output>,
    partial: Partial,
}

impl RdbTarget {
    /// Creates the file, for its owner alone; a name that ends in `.zst` has it compressed.
    ///
    /// # Errors
    ///
    /// Fails if there is a file of the name that is to be kept, or it cannot be created.
    pub fn create(path: &Path, version: Version, existing: Existing) -> Result<Self, FileError> {
        let (partial, file) = Partial::create(path, existing)?;
        let output = match path.extension() {
            Some(extension) if extension == "zst" => {
                let encoder = zstd::Encoder::new(file, ZSTD_LEVEL);
                Output::Zstd(Box::new(encoder.map_err(FileError::using("write", path))?))
            }
            _ => Output::Plain(file),
        };
        let writer = Writer::new(output, version).map_err(|error| FileError::of(path, error))?;
        Ok(Self { writer, partial })
    }

    /// Writes what the writer of the file says of itself.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written, as all that follow do.
    pub fn aux(&mut self, name: &[u8], value: &[u8]) -> Result<(), FileError> {
        self.writer.aux(name, value).map_err(|error| FileError::of(&self.partial.path, error))
    }

    /// Says how many keys of a database follow, and how many of them expire.
    ///
    /// # Errors
    ///
    /// As [`RdbTarget::aux`].
    pub fn resize(&mut self, db: u64, keys: u64, expires: u64) -> Result<(), FileError> {
        let resized = self.writer.resize(db, keys, expires);
        resized.map_err(|error| FileError::of(&self.partial.path, error))
    }

    /// Writes the code of a library of functions.
    ///
    /// # Errors
    ///
    /// As [`RdbTarget::aux`].
    pub fn function(&mut self, code: &[u8]) -> Result<(), FileError> {
        self.writer.function(code).map_err(|error| FileError::of(&self.partial.path, error))
    }

    /// Writes a key and its value: the type byte and what follows it.
    ///
    /// # Errors
    ///
    /// As [`RdbTarget::aux`].
    pub fn entry(&mut self, entry: NewEntry<'_>) -> Result<(), FileError> {
        let NewEntry { db, key, expires_at, usage, value } = entry;
        let written = self.writer.entry(db, key, expires_at, usage, value);
        written.map_err(|error| FileError::of(&self.partial.path, error))
    }

    /// Returns where something can be put that is needed while the file is written.
    #[must_use]
    pub fn temporary(&self, name: &str) -> PathBuf {
        let mut path = self.partial.temporary.clone().into_os_string();
        path.push(".");
        path.push(name);
        PathBuf::from(path)
    }

    /// Ends the file, waits until it is on disk, and gives it its name. Returns its size in bytes.
    ///
    /// # Errors
    ///
    /// Fails if the disk does; there is no file of that name then, or the one that was there.
    pub fn commit(self) -> Result<u64, FileError> {
        self.finish()?.commit()
    }

    /// Ends the file, and leaves it where it was written.
    ///
    /// # Errors
    ///
    /// Fails if the disk does.
    pub fn finish(self) -> Result<Whole, FileError> {
        let Self { writer, partial } = self;
        let output = writer.finish().map_err(|error| FileError::of(&partial.path, error))?;
        let file = output.finish().map_err(FileError::using("write", &partial.path))?;
        Ok(Whole { partial, file })
    }
}

/// An RDB file that is whole, and has no name yet. It is removed unless it gets one.
#[derive(Debug)]
pub struct Whole {
    partial: Partial,
    file: File,
}

impl Whole {
    /// Returns where it can be read.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.partial.temporary
    }

    /// Waits until it is on disk, and gives it its name. Returns its size in bytes.
    ///
    /// # Errors
    ///
    /// Fails if the disk does; there is no file of that name then, or the one that was there.
    pub fn commit(self) -> Result<u64, FileError> {
        self.partial.commit(&self.file)
    }
}

/// What an RDB file is written to.
pub enum Output {
    /// The file as it is.
    Plain(File),
    /// zstd, and then the file.
    Zstd(Box<zstd::Encoder<'static, File>>),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Zstd(_) => "Zstd",
        })
    }
}

impl Output {
    fn finish(self) -> io::Result<File> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(buf),
            Self::Zstd(encoder) => encoder.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

/// A file under a temporary name, which is removed unless it gets its own.
#[derive(Debug)]
struct Partial {
    temporary: PathBuf,
    path: PathBuf,
    existing: Existing,
}

impl Partial {
    fn create(path: &Path, existing: Existing) -> Result<(Self, File), FileError> {
        let using = || FileError::using("create", path);
        match existing {
            Existing::Keep if path.symlink_metadata().is_ok() => {
                return Err(FileError::Exists { path: path.to_owned() });
            }
            Existing::Keep => {}
            Existing::Replace => crate::files::check_replaceable(path).map_err(using())?,
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".partial-{:08x}", rand::random::<u32>()));
        let temporary = path.with_file_name(name);
        let file = files::create(&temporary).map_err(using())?;
        Ok((Self { temporary, path: path.to_owned(), existing }, file))
    }

    fn commit(self, file: &File) -> Result<u64, FileError> {
        let using = || FileError::using("write", &self.path);
        file.sync_all().map_err(using())?;
        let size = file.metadata().map_err(using())?.len();
        match self.existing {
            Existing::Replace => fs::rename(&self.temporary, &self.path).map_err(using())?,
            // Somebody may have taken the name meanwhile.
            Existing::Keep => {
                crate::files::move_new(&self.temporary, &self.path).map_err(|error| match error
                    .kind()
                {
                    io::ErrorKind::AlreadyExists => FileError::Exists { path: self.path.clone() },
                    _ => using()(error),
                })?;
            }
        }
        files::sync_directory_of(&self.path).map_err(using())?;
        Ok(size)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a commit there is nothing of that name any more.
        drop(fs::remove_file(&self.temporary));
    }
}
