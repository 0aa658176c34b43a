//! The file that a command is asked to write, looked at before the work begins.
//!
//! Files are written beside their place and moved there at the end, which would replace a
//! directory's worth of work by an error, or a device by a file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cachectl_core::{backup::Existing, vocabulary::error_kind::ErrorKind};

/// Names of compressed files that are not written here.
const OTHERS: [&str; 7] = ["gz", "bz2", "xz", "lz4", "lzo", "zip", "zstd"];

/// What a command does with a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It stays, whatever is asked for.
    Refuse,
    /// It stays, unless `--force` is given.
    Keep,
    /// It is replaced: `--force` was given.
    Replace,
}

impl Taken {
    /// Returns what a flag `--force` means.
    pub(crate) fn by_force(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

impl From<Taken> for Existing {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Refuse | Taken::Keep => Self::Keep,
            Taken::Replace => Self::Replace,
        }
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("`{}` is there already", path.display())]
    Exists { path: PathBuf },
    #[error("`{}` is there already", path.display())]
    Forcible { path: PathBuf },
    #[error("`{}` is a directory, not a file", path.display())]
    Directory { path: PathBuf },
    #[error("`{}` is no ordinary file, and would be replaced by one", path.display())]
    Special { path: PathBuf },
    #[error("`{}` is a symbolic link, which is neither followed nor replaced", path.display())]
    Link { path: PathBuf },
    #[error("there is no directory `{}`", path.display())]
    NoDirectory { path: PathBuf },
    #[error("`-o {name}` names the file here, and `{name}` is a format")]
    Format { name: &'static str },
    #[error("`{}` would not be compressed, whatever its name says", path.display())]
    Compression { path: PathBuf },
    #[error("`-` is no file, and the result needs one: it gets its name once it is whole")]
    Stdout,
    #[error("`-` is standard output, which is a terminal here")]
    Terminal,
    #[error("`-` is standard output, which is closed, or the null device")]
    Closed,
    #[error("could not keep the result in `{}` until it is whole", path.display())]
    Temporary { path: PathBuf, source: io::Error },
    #[error("could not look at `{}`", path.display())]
    Unknown { path: PathBuf, source: io::Error },
}

impl Unwritable {
    /// Returns the class of failure, which decides the exit code.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Format { .. } | Self::Compression { .. } | Self::Stdout | Self::Terminal => {
                ErrorKind::Usage
            }
            Self::Exists { .. }
            | Self::Forcible { .. }
            | Self::Directory { .. }
            | Self::Special { .. }
            | Self::Closed
            | Self::Temporary { .. }
            | Self::Link { .. }
            | Self::NoDirectory { .. }
            | Self::Unknown { .. } => ErrorKind::Output,
        }
    }
}

/// Refuses what cannot be written, or must not be.
pub(crate) fn check(path: &Path, taken: Taken) -> Result<(), Unwritable> {
    let owned = || path.to_owned();
    if path.as_os_str() == "-" {
        return Err(Unwritable::Stdout);
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    if extension.is_some_and(|extension| OTHERS.contains(&extension)) {
        return Err(Unwritable::Compression { path: owned() });
    }
    let format = ["human", "json", "jsonl"].into_iter().find(|name| path.as_os_str() == *name);
    if let Some(name) = format {
        return Err(Unwritable::Format { name });
    }
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return check_directory(path),
        Err(source) => return Err(Unwritable::Unknown { path: owned(), source }),
    };
    match taken {
        _ if metadata.is_symlink() => Err(Unwritable::Link { path: owned() }),
        _ if metadata.is_dir() => Err(Unwritable::Directory { path: owned() }),
        _ if !metadata.is_file() => Err(Unwritable::Special { path: owned() }),
        Taken::Refuse => Err(Unwritable::Exists { path: owned() }),
        Taken::Keep => Err(Unwritable::Forcible { path: owned() }),
        Taken::Replace => Ok(()),
    }
}

fn check_directory(path: &Path) -> Result<(), Unwritable> {
    if path.file_name().is_none() {
        return Err(Unwritable::Directory { path: path.to_owned() });
    }
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) if !parent.is_dir() => {
            Err(Unwritable::NoDirectory { path: parent.to_owned() })
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ordinary_file_may_be_replaced() {
        #[track_caller]
        fn case(path: &Path, taken: Taken, expected: &str) {
            let refused = check(path, taken).map_err(|error| error.to_string());
            let refused = refused.err().unwrap_or_default();
            assert!(refused.ends_with(expected), "{refused}");
            assert_eq!(refused.is_empty(), expected.is_empty(), "{refused}");
        }

        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        fs::write(inside("old"), "").unwrap();
        case(&inside("new"), Taken::Keep, "");
        case(&inside("old"), Taken::Keep, "is there already");
        case(&inside("old"), Taken::Replace, "");
        std::os::unix::fs::symlink(inside("old"), inside("link")).unwrap();
        std::os::unix::fs::symlink(inside("none"), inside("dangling")).unwrap();
        for name in ["link", "dangling"] {
            case(&inside(name), Taken::Replace, "neither followed nor replaced");
        }
        case(directory.path(), Taken::Replace, "is a directory, not a file");
        case(&inside("none/new"), Taken::Replace, "none`");
        case(Path::new("/dev/null"), Taken::Replace, "would be replaced by one");
        case(Path::new("-"), Taken::Keep, "once it is whole");
        case(Path::new("keys.rdb.gz"), Taken::Keep, "whatever its name says");
        case(Path::new("keys.rdb.zst"), Taken::Keep, "");
        case(Path::new("json"), Taken::Replace, "and `json` is a format");
        case(Path::new("./json"), Taken::Keep, "");
        case(&inside("old/new"), Taken::Keep, "old/new`");
        case(Path::new(""), Taken::Keep, "is a directory, not a file");
        case(Path::new("new"), Taken::Keep, "");
    }
}
