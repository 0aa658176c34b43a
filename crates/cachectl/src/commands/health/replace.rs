//! A file that another program reads while it is replaced.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write as _},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
    process,
};

use crate::error::CliError;

/// Replaces a file in one step, so that its reader sees the old one or the new one.
///
/// A link stays, and what it leads to is replaced; a device is written to as it is. A pipe is
/// refused: it would keep us waiting for a reader. Nothing is flushed to the disk: after a crash of
/// the machine the contents are worthless.
pub(super) fn file(path: &Path, contents: &[u8]) -> Result<(), CliError> {
    let written = match fs::metadata(path) {
        Ok(there) if there.is_file() => {
            fs::canonicalize(path).and_then(|at| replace(&at, contents))
        }
        Ok(there) if there.file_type().is_fifo() => Err(io::Error::other("it is a pipe")),
        Ok(there) if !there.is_dir() => {
            fs::OpenOptions::new().write(true).open(path).and_then(|mut it| it.write_all(contents))
        }
        Ok(_) | Err(_) => replace(path, contents),
    };
    written.map_err(|source| CliError::File { path: path.to_owned(), source })
}

fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let written = create(&beside, contents).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it is nobody's; that it cannot be removed changes nothing.
        fs::remove_file(&beside).ok();
    }
    written
}

/// Returns a name in the same directory that no collector reads and no other process uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", process::id()));
    path.with_file_name(name)
}

fn create(path: &Path, contents: &[u8]) -> io::Result<()> {
    // One that is left over is of a process that is gone: its number is ours now.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(contents)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("redis.prom");
        file(&path, b"old\n").unwrap();
        file(&path, b"new\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_and_devices_stay_what_they_are() {
        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        file(&inside("real"), b"old").unwrap();
        std::os::unix::fs::symlink(inside("real"), inside("link")).unwrap();
        file(&inside("link"), b"new").unwrap();
        assert_eq!(fs::read(inside("real")).unwrap(), b"new");
        assert!(fs::symlink_metadata(inside("link")).unwrap().is_symlink());
        let pipe = inside("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(file(&pipe, b"said").is_err());
        file(Path::new("/dev/null"), b"said").unwrap();
        for device in [pipe.as_path(), Path::new("/dev/null")] {
            assert!(!fs::metadata(device).unwrap().is_file());
        }
    }

    #[test]
    fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        assert!(file(directory.path(), b"x").is_err());
        assert!(file(&directory.path().join("none/redis.prom"), b"x").is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
