//! Files that are for their owner alone.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Makes new files readable by their owner alone.
pub(crate) fn restrict(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// Creates a file to write to, which must not exist.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    restrict(&mut options);
    options.open(path)
}

/// How many names are tried for a temporary file; each is taken with odds of one in 2^64.
const TRIES: usize = 8;

/// Creates a temporary file beside `path`, to write and to read back, and takes its name away, so
/// that nothing is left behind by a crash.
///
/// The name begins as that of `path` does and ends at random: the directory may be shared with other
/// runs and with strangers, and nobody can be there first. A name that is taken all the same is left
/// alone, and so is what a link of that name leads to.
pub(crate) fn unnamed(path: &Path) -> io::Result<File> {
    let named = || {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{:016x}", rand::random::<u64>()));
        PathBuf::from(name)
    };
    unnamed_as(std::iter::repeat_with(named).take(TRIES))
}

/// Creates a file under the first of these names that is free, and takes the name away.
fn unnamed_as(names: impl Iterator<Item = PathBuf>) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    restrict(&mut options);
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for name in names {
        match options.open(&name) {
            Ok(file) => {
                fs::remove_file(&name)?;
                return Ok(file);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

/// Creates a directory, and those above it; one that exists stays as it is.
pub(crate) fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file that is there whole or not at all, and waits until it and its name are on disk.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{:08x}", rand::random::<u32>()));
    let mut file = create(Path::new(&temporary))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_directory_of(path)
}

/// Waits until the name of a file is on disk, which it is only once its directory is.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileExt as _, PermissionsExt as _};

    use super::*;

    fn mode(about: &fs::Metadata) -> u32 {
        about.permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_for_its_owner_alone_and_replaces_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        assert_eq!(mode(&create(&path).unwrap().metadata().unwrap()), 0o600);
        assert_eq!(create(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn a_temporary_file_is_in_nobodys_way_and_takes_nothing_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "of a stranger").unwrap();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(directory.path().join("elsewhere"), &link).unwrap();
        // A name that others have taken is no obstacle.
        unnamed(&path).unwrap();
        let free = directory.path().join("free");
        unnamed_as([path.clone(), link.clone(), free.clone()].into_iter()).unwrap();
        let none = unnamed_as([path.clone(), link].into_iter()).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"of a stranger");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_without_a_name_is_written_and_read_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let file = unnamed(&directory.path().join("file")).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        assert_eq!(mode(&file.metadata().unwrap()), 0o600);
        file.write_all_at(b"bytes", 0).unwrap();
        let mut read = [0; 5];
        file.read_exact_at(&mut read, 0).unwrap();
        assert_eq!(&read, b"bytes");
    }

    #[test]
    fn directories_are_for_their_owner_alone_and_may_exist() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("one").join("two");
        for _ in 0..2 {
            create_directory(&path).unwrap();
            assert_eq!(mode(&fs::metadata(&path).unwrap()), 0o700);
        }
    }
}
