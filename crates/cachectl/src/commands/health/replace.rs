//! A file that another program reads while it is replaced.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
};

use crate::error::CliError;

/// Replaces a file in one step, so that its reader sees the old one or the new one.
///
/// It is not flushed to the disk: after a crash of the machine its contents are worthless.
pub(super) fn file(path: &Path, contents: &[u8]) -> Result<(), CliError> {
    let beside = beside(path);
    let written = create(&beside, contents).and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| {
        // What is left of it is nobody's; that it cannot be removed changes nothing.
        fs::remove_file(&beside).ok();
        CliError::File { path: path.to_owned(), source }
    })
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
    fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        assert!(file(directory.path(), b"x").is_err());
        assert!(file(&directory.path().join("none/redis.prom"), b"x").is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
