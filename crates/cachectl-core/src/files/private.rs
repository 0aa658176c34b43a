//! Files that are for their owner alone: state, and what is being written.
//!
//! State is believed because nobody else can have written it. So the directory that holds it, and
//! everything in it, belongs to the user of this process, and no symbolic link in it is followed.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{
        DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
    },
    path::{Path, PathBuf},
};

use super::{
    Distrust, Unusable,
    limits::NOTES,
    ordinary::{Access, Links, open_as, refuse},
    replace::once_whole,
    trust::{check_keeping, check_link, is_writable_by_others, user},
};

/// Checks the directory that holds directories of state, whose place the operator has chosen: it is
/// ours or root's, and nobody else can take away what is in it. One that does not exist is good.
///
/// # Errors
///
/// Fails if it is not so, or it cannot be looked at.
pub(crate) fn check_base(path: &Path) -> Result<(), Unusable> {
    let Some(link) = existing(fs::symlink_metadata(path))? else { return Ok(()) };
    check_link(path, &link)?;
    let Some(about) = existing(fs::metadata(path))? else { return Ok(()) };
    Ok(check_keeping(path, &about)?)
}

/// Checks a directory of state: it is no link, it is ours, and nobody else may look into it, which
/// is put right where nobody else could write to it. One that does not exist is good.
///
/// # Errors
///
/// Fails if it is not so, or it cannot be looked at.
pub(crate) fn check_directory(path: &Path) -> Result<(), Unusable> {
    let Some(about) = existing(fs::symlink_metadata(path))? else { return Ok(()) };
    if !about.is_dir() {
        let what = if about.is_symlink() { "a symbolic link" } else { "a file" };
        return Err(io::Error::other(format!("it is {what}, not a directory")).into());
    }
    check_owner(path, &about)?;
    if is_writable_by_others(path, &about) {
        return Err(Distrust::Writable { path: path.to_owned() }.into());
    }
    if about.mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Checks a directory of state and everything in it, so that whatever is read there is ours.
///
/// # Errors
///
/// Fails if something in it is a link, or of another user, or no file; and as [`check_directory`].
pub(crate) fn check_tree(directory: &Path) -> Result<(), Unusable> {
    check_directory(directory)?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        // Whoever is at work there removes what it has written aside.
        let Some(about) = existing(entry.metadata())? else { continue };
        if about.is_dir() {
            check_tree(&path)?;
        } else if about.is_symlink() {
            return Err(Distrust::Link { path }.into());
        } else {
            refuse(about.file_type())?;
            check_owner(&path, &about)?;
        }
    }
    Ok(())
}

fn check_owner(path: &Path, about: &Metadata) -> Result<(), Distrust> {
    let (owner, user) = (about.uid(), user());
    if owner == user {
        return Ok(());
    }
    Err(Distrust::Foreign { path: path.to_owned(), owner, user })
}

fn existing(about: io::Result<Metadata>) -> io::Result<Option<Metadata>> {
    match about {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        about => about.map(Some),
    }
}

/// Opens a file of ours to read it; a link is an error.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_as(path, Access::Read, Links::Refused)
}

/// Opens a file of ours to read and write it; a link is an error.
pub(crate) fn open_to_write(path: &Path) -> io::Result<File> {
    open_as(path, Access::ReadWrite, Links::Refused)
}

/// Opens a file of ours to read and write it, which is created if there is none; a link is an error.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    open_as(path, Access::Create, Links::Refused)
}

/// Reads a short file of ours; a link is an error.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    super::contents(open(path)?, NOTES)
}

/// Makes new files readable by their owner alone.
fn restrict(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// Creates a file to write to, which must not exist; a link is not followed.
///
/// # Errors
///
/// Fails if something has the name, or it cannot be created.
pub fn create(path: &Path) -> io::Result<File> {
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

/// A directory for its owner alone, which goes with all that is in it.
#[derive(Debug)]
pub struct PrivateDirectory(PathBuf);

impl PrivateDirectory {
    /// Makes one in another directory, under a name that nobody can foresee.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be created.
    pub fn inside(directory: &Path) -> io::Result<Self> {
        Self::create(directory.join(format!("cachectl-{:016x}", rand::random::<u64>())))
    }

    /// Makes one of this name, which nothing must have.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateDirectory {
    fn drop(&mut self) {
        // Whoever is interrupted right now leaves it behind, for its owner alone.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Writes a file that is there whole or not at all, and waits until it and its name are on disk.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let write = |file: &mut File| {
        file.write_all(bytes)?;
        file.sync_all()
    };
    once_whole(path, write, |from, to| fs::rename(from, to))?;
    sync_directory_of(path)
}

/// Waits until the name of a file is on disk, which it is only once its directory is.
#[expect(clippy::disallowed_methods, reason = "it is a directory, of which nothing is read")]
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileExt as _, chown, symlink};

    use super::*;

    fn mode(about: &Metadata) -> u32 {
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
        symlink(directory.path().join("elsewhere"), &link).unwrap();
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

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn state_is_believed_only_in_a_directory_of_ours() {
        #[track_caller]
        fn case(mode: u32, is_good: bool) {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("migrations");
            check_directory(&path).unwrap();
            create_directory(&path).unwrap();
            set(&path, mode);
            assert_eq!(check_directory(&path).is_ok(), is_good);
            let left = self::mode(&fs::metadata(&path).unwrap());
            assert_eq!(left, if is_good { 0o700 } else { mode });
        }

        case(0o700, true);
        case(0o755, true);
        case(0o722, false);
        case(0o777, false);
    }

    #[test]
    fn the_base_may_be_sticky_and_must_not_be_open() {
        #[track_caller]
        fn case(mode: u32, is_good: bool) {
            let place = tempfile::tempdir().unwrap();
            set(place.path(), mode);
            assert_eq!(check_base(place.path()).is_ok(), is_good, "{mode:o}");
        }

        case(0o755, true);
        case(0o1777, true);
        case(0o777, false);
    }

    /// Needs root, as which CI runs: nobody else can give files away.
    #[test]
    fn nothing_in_a_tree_of_state_is_a_link_or_of_another_user() {
        #[track_caller]
        fn case(plant: impl Fn(&Path), expected: &str) {
            let place = tempfile::tempdir().unwrap();
            let inner = place.path().join("rollback");
            create_directory(&inner).unwrap();
            drop(create(&place.path().join("plan")).unwrap());
            check_tree(place.path()).unwrap();
            plant(&inner.join("journal-0"));
            let error = check_tree(place.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }

        assert_eq!(user(), 0, "this test gives files to other users, and has to run as root");
        case(|path| symlink("/etc/passwd", path).unwrap(), "is a symbolic link");
        case(|path| symlink("/nobody/is/here", path).unwrap(), "is a symbolic link");
        case(
            |path| {
                fs::write(path, "").unwrap();
                chown(path, Some(65_534), None).unwrap();
            },
            "belongs to user 65534",
        );
        case(
            |path| {
                create_directory(path).unwrap();
                chown(path, Some(65_534), None).unwrap();
            },
            "belongs to user 65534",
        );
    }
}
