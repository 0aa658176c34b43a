//! Whose file it is, and who else may write to it.

use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::open;

/// Why a file or a directory is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Distrust {
    #[error("`{}` belongs to user {owner}, and not to user {user}, who runs this", path.display())]
    Foreign { path: PathBuf, owner: u32, user: u32 },
    #[error("`{}` can be written to by other users", path.display())]
    Writable { path: PathBuf },
    #[error("`{}` can be read by other users", path.display())]
    Readable { path: PathBuf },
    #[error("`{}` is a symbolic link of another user", path.display())]
    Link { path: PathBuf },
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Unusable {
    #[error(transparent)]
    Distrusted(#[from] Distrust),
    #[error("it is not below `{}`", directory.display())]
    Outside { directory: PathBuf },
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Opens an ordinary file that nobody but its place names: it, and the directories in which it and
/// what a link leads to are, have to be ours or root's, and nobody else may write to them.
///
/// # Errors
///
/// Fails if others have their hands on it, and as [`open`].
pub fn open_trusted(path: &Path) -> Result<File, Unusable> {
    let file = open(path)?;
    check(path, &file.metadata()?)?;
    let mut way = way_to(path)?;
    let place = way.pop().unwrap_or_else(|| path.to_owned());
    for directory in [directory_of(path), directory_of(&place)] {
        check(directory, &fs::metadata(directory)?)?;
    }
    check_above(&place)?;
    check_links(&way)?;
    Ok(file)
}

/// Returns the links through which a path leads, those in its directories as well, and at last the
/// place itself. Whoever may write to the directory of a link has made it.
fn way_to(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut links = Vec::new();
    let mut place = std::path::absolute(path)?;
    'next: for _ in 0..=MOST_LINKS {
        for step in place.ancestors().collect::<Vec<_>>().into_iter().rev() {
            if fs::symlink_metadata(step)?.is_symlink() {
                let rest = place.strip_prefix(step).map_err(io::Error::other)?;
                let target = directory_of(step).join(fs::read_link(step)?);
                links.push(step.to_owned());
                place = if rest.as_os_str().is_empty() { target } else { target.join(rest) };
                continue 'next;
            }
        }
        links.push(place);
        return Ok(links);
    }
    Err(rustix::io::Errno::LOOP.into())
}

/// How many links may lead to each other, as Linux counts them.
const MOST_LINKS: usize = 40;

/// Opens an ordinary file with a secret that decides who is let in: nobody but us or root can have
/// written it or can put another one in its place, and nobody else can read it.
///
/// | owner | mode |
/// |---|---|
/// | us | at most 0700 |
/// | root, and that is not us | at most 0740: its group is of those who may |
/// | somebody else | none is good |
///
/// # Errors
///
/// Fails if others have their hands on it, and as [`open`].
pub fn open_secret(path: &Path) -> Result<File, Unusable> {
    let file = open(path)?;
    let about = file.metadata()?;
    check(path, &about)?;
    let readers = if about.uid() == user() { 0o077 } else { 0o037 };
    let by_list = about.mode() & 0o040 != 0 && names_others(path);
    if about.mode() & readers != 0 || by_list {
        return Err(Distrust::Readable { path: path.to_owned() }.into());
    }
    let directory = directory_of(path);
    check_keeping(directory, &fs::metadata(directory)?)?;
    let way = way_to(path)?;
    way.last().map_or(Ok(()), |place| check_above(place))?;
    check_links(&way)?;
    Ok(file)
}

/// Checks that nobody else can put another directory in the place of one that a path leads through.
fn check_above(place: &Path) -> Result<(), Unusable> {
    for directory in place.ancestors().skip(1) {
        check_keeping(directory, &fs::metadata(directory)?)?;
    }
    Ok(())
}

/// Checks that nobody else has made one of these links, or can put another one in its place.
fn check_links(links: &[PathBuf]) -> Result<(), Unusable> {
    for link in links {
        check_link(link, &fs::symlink_metadata(link)?)?;
        let directory = directory_of(link);
        check_keeping(directory, &fs::metadata(directory)?)?;
    }
    Ok(())
}

/// Checks that what has this name is no link that somebody else has made.
pub(super) fn check_link(path: &Path, about: &Metadata) -> Result<(), Distrust> {
    if about.is_symlink() && about.uid() != user() && about.uid() != 0 {
        return Err(Distrust::Link { path: path.to_owned() });
    }
    Ok(())
}

/// Checks that a directory is ours or root's, and that nobody else can take away what is in it.
pub(super) fn check_keeping(path: &Path, about: &Metadata) -> Result<(), Distrust> {
    match check(path, about) {
        // In a sticky directory nobody can rename what is ours.
        Err(Distrust::Writable { .. }) if about.mode() & 0o1000 != 0 => Ok(()),
        checked => checked,
    }
}

/// Returns the directory in which a name stands.
pub(super) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the user whose rights this process has.
pub(super) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Checks that something is ours or root's, and that nobody else may write to it.
pub(super) fn check(path: &Path, about: &Metadata) -> Result<(), Distrust> {
    let (owner, user) = (about.uid(), user());
    if owner != user && owner != 0 {
        return Err(Distrust::Foreign { path: path.to_owned(), owner, user });
    }
    if is_writable_by_others(path, about) {
        return Err(Distrust::Writable { path: path.to_owned() });
    }
    Ok(())
}

/// Returns whether somebody besides the owner may write. A group that has the number of the owner is
/// the owner's own: that is how most systems make users, and their files are writable by it.
pub(super) fn is_writable_by_others(path: &Path, about: &Metadata) -> bool {
    let is_of_others = || about.gid() != about.uid() || names_others(path);
    (about.mode() & 0o020 != 0 && is_of_others()) || about.mode() & 0o002 != 0
}

/// Returns whether an access control list names users and groups besides the owner. The bits of the
/// group are what all of those have at most. What cannot be looked at may be one.
fn names_others(path: &Path) -> bool {
    use rustix::io::Errno;
    // One byte is room for none: where there is a list, that is the error.
    let list = rustix::fs::getxattr(path, ACCESS_LIST, &mut [0_u8][..]);
    !matches!(list, Err(Errno::NODATA | Errno::NOTSUP))
}

/// Under which name Linux keeps the access control list of a file.
const ACCESS_LIST: &str = "system.posix_acl_access";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown, lchown, symlink};

    use super::*;

    fn scene() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "text").unwrap();
        set(&path, 0o600);
        (directory, path)
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[track_caller]
    fn refused(path: &Path) -> Distrust {
        match open_trusted(path) {
            Err(Unusable::Distrusted(distrust)) => distrust,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_others_can_write_to_is_not_trusted() {
        #[track_caller]
        fn case(file: u32, directory: u32, is_trusted: bool) {
            let (place, path) = scene();
            set(&path, file);
            set(place.path(), directory);
            let opened = open_trusted(&path);
            set(place.path(), 0o700);
            assert_eq!(opened.is_ok(), is_trusted, "{opened:?}");
        }

        //   file   directory
        case(0o600, 0o700, true);
        case(0o644, 0o755, true);
        case(0o666, 0o755, false);
        case(0o602, 0o755, false);
        case(0o644, 0o777, false);
        case(0o644, 0o1777, false);
    }

    #[test]
    fn a_link_is_as_good_as_where_it_leads() {
        let (good, path) = scene();
        let link = good.path().join("link");
        let (open, behind) = scene();
        set(open.path(), 0o777);
        symlink(&behind, &link).unwrap();
        assert!(matches!(refused(&link), Distrust::Writable { .. }));
        set(open.path(), 0o700);
        assert!(open_trusted(&link).is_ok());
        assert!(open_trusted(&path).is_ok());
    }

    #[test]
    fn every_link_on_the_way_is_looked_at() {
        let (_good, path) = scene();
        let (open, _) = scene();
        let (start, _) = scene();
        symlink(&path, open.path().join("middle")).unwrap();
        symlink(open.path().join("middle"), start.path().join("first")).unwrap();
        assert!(open_trusted(&start.path().join("first")).is_ok());
        set(open.path(), 0o777);
        assert!(matches!(refused(&start.path().join("first")), Distrust::Writable { .. }));
    }

    #[test]
    fn every_directory_above_is_looked_at() {
        let (above, _) = scene();
        let inner = above.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let path = inner.join("file");
        fs::write(&path, "text").unwrap();
        set(&path, 0o600);
        set(&inner, 0o755);
        assert!(open_trusted(&path).is_ok() && open_secret(&path).is_ok());
        set(above.path(), 0o777);
        assert!(matches!(refused(&path), Distrust::Writable { .. }));
        assert!(matches!(not_secret(&path), Distrust::Writable { .. }));
    }

    #[test]
    fn links_in_the_directories_of_a_path_are_looked_at() {
        let (good, path) = scene();
        let (open, _) = scene();
        let link = open.path().join("link");
        symlink(good.path(), &link).unwrap();
        let through = link.join(path.file_name().unwrap());
        assert!(open_trusted(&through).is_ok() && open_secret(&through).is_ok());
        set(open.path(), 0o777);
        assert!(matches!(refused(&through), Distrust::Writable { .. }));
        assert!(matches!(not_secret(&through), Distrust::Writable { .. }));
        set(open.path(), 0o1777);
        assert!(open_secret(&through).is_ok(), "it is ours, and stays");
    }

    /// The list of a file: the owner, one other user and everybody in the group may write.
    fn list_with_a_stranger() -> Vec<u8> {
        let entry = |tag: u16, rights: u16, id: u32| {
            [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
        };
        let nobody = u32::MAX;
        let entries = [
            entry(0x01, 6, nobody),
            entry(0x02, 6, 65_534),
            entry(0x04, 4, nobody),
            entry(0x10, 6, nobody),
            entry(0x20, 0, nobody),
        ];
        [2_u32.to_le_bytes().to_vec(), entries.concat()].concat()
    }

    #[test]
    fn who_may_write_by_an_access_control_list_is_not_the_owners_group() {
        let (place, path) = scene();
        let about = fs::metadata(&path).unwrap();
        chown(&path, None, Some(about.uid())).unwrap();
        set(&path, 0o660);
        assert!(open_trusted(&path).is_ok(), "the group of the owner");
        let list = list_with_a_stranger();
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(&path, ACCESS_LIST, &list, flags).unwrap();
        assert!(matches!(refused(&path), Distrust::Writable { .. }));
        set(&path, 0o600);
        assert!(open_trusted(&path).is_ok(), "the list gives nothing that the mode takes away");
        rustix::fs::setxattr(place.path(), ACCESS_LIST, &list, flags).unwrap();
        assert!(matches!(refused(&path), Distrust::Writable { .. }), "its directory");
    }

    #[track_caller]
    fn not_secret(path: &Path) -> Distrust {
        match open_secret(path) {
            Err(Unusable::Distrusted(distrust)) => distrust,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_others_can_read_or_put_in_its_place_is_no_secret() {
        #[track_caller]
        fn case(file: u32, directory: u32, is_secret: bool) {
            let (place, path) = scene();
            set(&path, file);
            set(place.path(), directory);
            let opened = open_secret(&path);
            set(place.path(), 0o700);
            assert_eq!(opened.is_ok(), is_secret, "{opened:?}");
        }

        //   file   directory
        case(0o600, 0o700, true);
        case(0o400, 0o755, true);
        case(0o640, 0o755, false);
        case(0o604, 0o755, false);
        case(0o620, 0o755, false);
        case(0o600, 0o777, false);
        case(0o600, 0o1777, true);
    }

    /// Needs root, as which CI runs: nobody else can give files away.
    #[test]
    fn a_secret_of_another_user_is_none() {
        assert_eq!(user(), 0, "this test gives files to other users, and has to run as root");
        let (place, path) = scene();
        chown(&path, Some(65_534), None).unwrap();
        assert!(matches!(not_secret(&path), Distrust::Foreign { owner: 65_534, .. }));
        chown(&path, Some(0), None).unwrap();
        set(place.path(), 0o1777);
        let link = place.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(open_secret(&link).is_ok());
        lchown(&link, Some(65_534), None).unwrap();
        assert!(matches!(not_secret(&link), Distrust::Link { .. }));
        chown(place.path(), Some(65_534), None).unwrap();
        assert!(matches!(not_secret(&path), Distrust::Foreign { owner: 65_534, .. }));
    }

    /// Needs root, as which CI runs: nobody else can give files away.
    #[test]
    fn what_belongs_to_another_user_is_not_trusted() {
        assert_eq!(user(), 0, "this test gives files to other users, and has to run as root");
        let (place, path) = scene();
        chown(&path, Some(65_534), None).unwrap();
        assert!(matches!(refused(&path), Distrust::Foreign { owner: 65_534, .. }));
        chown(&path, Some(0), Some(65_534)).unwrap();
        set(&path, 0o664);
        assert!(matches!(refused(&path), Distrust::Writable { .. }), "a group of others");
        set(&path, 0o644);
        assert!(open_trusted(&path).is_ok(), "a group that only reads");
        chown(place.path(), Some(65_534), None).unwrap();
        assert!(matches!(refused(&path), Distrust::Foreign { owner: 65_534, .. }));
    }
}
