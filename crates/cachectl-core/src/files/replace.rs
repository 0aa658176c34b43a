//! Files that are written for others to read.

use std::{
    ffi::OsString,
    fs::{self, File, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{ordinary::refuse, private};

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: mode 0600.
    Owner,
    /// Every user of the machine, such as an exporter that runs as another one: mode 0644.
    Everybody,
}

/// Puts a file in its place in one step, so that its reader sees the old one or the new one.
///
/// It is written beside its place under a name that nobody can foresee. Its mode does not depend on
/// the umask. Nothing is flushed to the disk.
///
/// # Errors
///
/// Fails if it cannot be written, or if what has the name is no ordinary file: a symbolic link is
/// neither followed nor replaced.
pub fn replace(path: &Path, contents: &[u8], readers: Readers) -> io::Result<()> {
    check_replaceable(path)?;
    once_whole(path, |file| fill(file, contents, readers), |from, to| fs::rename(from, to))
}

/// Writes a file for its owner alone, whose name nothing must have.
///
/// # Errors
///
/// Fails if something has the name, or it cannot be written.
pub fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    once_whole(path, |file| fill(file, contents, Readers::Owner), move_new)
}

/// Writes a file beside its place, and moves it there once it is whole. Nothing is left of one that
/// does not get there.
pub(super) fn once_whole(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    name: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let beside = beside(path);
    let mut file = private::create(&beside)?;
    let moved = write(&mut file).and_then(|()| name(&beside, path));
    if moved.is_err() {
        // What is left of it is nobody's; that it cannot be removed changes nothing.
        drop(fs::remove_file(&beside));
    }
    moved
}

/// Checks that a name is free, or that of an ordinary file, so that it may be replaced.
///
/// # Errors
///
/// Fails if something else has it, such as a symbolic link, wherever that leads.
pub fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) => refuse(there.file_type()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn fill(file: &mut File, contents: &[u8], readers: Readers) -> io::Result<()> {
    file.write_all(contents)?;
    match readers {
        Readers::Owner => Ok(()),
        Readers::Everybody => file.set_permissions(Permissions::from_mode(0o644)),
    }
}

/// Returns a name in the same directory that no collector reads and nobody can foresee.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{:016x}.tmp", rand::random::<u64>()));
    path.with_file_name(name)
}

/// Gives a file another name, which nothing must have: not even a link that leads nowhere.
///
/// # Errors
///
/// Fails if something has the name, or the disk does.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // There are file systems without hard links.
        Err(_) => rename_new(from, to),
    }
}

/// Renames a file, unless something has the name.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::{
            fs::{CWD, RenameFlags, renameat_with},
            io::Errno,
        };
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Not every file system knows how.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
            renamed => return Ok(renamed?),
        }
    }
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use std::{
        os::unix::fs::{MetadataExt as _, symlink},
        process::Command,
    };

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("redis.prom");
        replace(&path, b"old\n", Readers::Everybody).unwrap();
        assert_eq!(mode(&path), 0o644);
        replace(&path, b"new\n", Readers::Owner).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"new\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_pipes_and_devices_are_neither_written_to_nor_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        fs::write(inside("real"), b"old").unwrap();
        symlink(inside("real"), inside("link")).unwrap();
        symlink(inside("none"), inside("dangling")).unwrap();
        assert!(Command::new("mkfifo").arg(inside("pipe")).status().unwrap().success());
        for name in ["link", "dangling", "pipe"] {
            assert!(replace(&inside(name), b"new", Readers::Owner).is_err(), "{name}");
            assert!(!fs::symlink_metadata(inside(name)).unwrap().is_file(), "{name}");
        }
        assert!(replace(Path::new("/dev/null"), b"new", Readers::Owner).is_err());
        assert_eq!(fs::read(inside("real")).unwrap(), b"old");
        assert!(!inside("none").exists());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
    }

    #[test]
    fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        assert!(replace(directory.path(), b"x", Readers::Owner).is_err());
        assert!(replace(&directory.path().join("none/redis.prom"), b"x", Readers::Owner).is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_name_that_is_taken_stays_with_what_has_it() {
        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        fs::write(inside("new"), b"new").unwrap();
        fs::write(inside("taken"), b"old").unwrap();
        symlink(inside("none"), inside("dangling")).unwrap();
        for name in ["taken", "dangling"] {
            let error = move_new(&inside("new"), &inside(name)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{name}");
        }
        for name in ["taken", "dangling"] {
            let error = rename_new(&inside("new"), &inside(name)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{name}");
        }
        rename_new(&inside("new"), &inside("newer")).unwrap();
        fs::rename(inside("newer"), inside("new")).unwrap();
        move_new(&inside("new"), &inside("free")).unwrap();
        assert_eq!(fs::read(inside("free")).unwrap(), b"new");
        assert!(!inside("new").exists() && !inside("none").exists());
    }
}
