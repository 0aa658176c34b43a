//! Files that have to be below a directory.

use std::{
    fs::{self, File},
    io,
    os::fd::OwnedFd,
    path::{Component, Path},
};

use rustix::fs::{Mode, OFlags, openat};

use super::{
    Unusable,
    ordinary::{PATIENCE, refuse},
};

/// Opens an ordinary file by a name that somebody wrote who may name files below `directory` only.
///
/// Neither the name nor a symbolic link leads out, also if somebody changes a link meanwhile: the
/// place is settled first, and then walked to without following any.
///
/// # Errors
///
/// Fails if the file is elsewhere, and as [`super::open`].
pub fn open_below(directory: &Path, name: &Path) -> Result<File, Unusable> {
    let outside = || Unusable::Outside { directory: directory.to_owned() };
    let root = fs::canonicalize(directory)?;
    let is_here = |root: &Path| name.is_relative() || name.starts_with(root);
    // Said without a look at what is there.
    if !is_plain(name) || !(is_here(&root) || is_here(&std::path::absolute(directory)?)) {
        return Err(outside());
    }
    let place = fs::canonicalize(root.join(name))?;
    let steps = place.strip_prefix(&root).map_err(|_| outside())?;
    let mut opened = walk(rustix::fs::open(&root, OFlags::DIRECTORY | PATIENCE, Mode::empty()));
    let mut left = steps.iter().peekable();
    while let Some(step) = left.next() {
        let is_last = left.peek().is_none();
        let kind = if is_last { OFlags::empty() } else { OFlags::DIRECTORY };
        opened = walk(openat(opened?, step, kind | OFlags::NOFOLLOW | PATIENCE, Mode::empty()));
    }
    let file = File::from(opened?);
    refuse(file.metadata()?.file_type())?;
    Ok(file)
}

/// Returns whether a name has no step that leads upwards. A shell would make the home of a user of a
/// `~` at its beginning: whoever writes that does not mean a file here.
fn is_plain(name: &Path) -> bool {
    let is_up = |step: Component<'_>| step == Component::ParentDir;
    !name.components().any(is_up) && !name.as_os_str().as_encoded_bytes().starts_with(b"~")
}

fn walk(opened: rustix::io::Result<OwnedFd>) -> io::Result<OwnedFd> {
    opened.map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use std::{io::Read as _, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn only_what_is_below_is_opened() {
        let place = tempfile::tempdir().unwrap();
        let inside = |name: &str| place.path().join(name);
        for directory in ["here/deep", "elsewhere", "~"] {
            fs::create_dir_all(inside(directory)).unwrap();
        }
        for file in ["here/secret", "here/deep/secret", "elsewhere/secret"] {
            fs::write(inside(file), "word").unwrap();
        }
        symlink("deep/secret", inside("here/inner")).unwrap();
        symlink("../elsewhere/secret", inside("here/outer")).unwrap();
        symlink(inside("elsewhere"), inside("here/away")).unwrap();
        let here = inside("here");
        let open = |name: &str| open_below(&here, Path::new(name));
        for name in ["secret", "./secret", "deep/secret", "inner"] {
            let mut text = String::new();
            open(name).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "word", "{name}");
        }
        assert!(open_below(&here, &inside("here/secret")).is_ok());
        let absolute = inside("elsewhere/secret");
        let outside = ["outer", "away/secret", "../elsewhere/secret", "deep/../secret", "~/secret"];
        for name in outside.into_iter().chain(absolute.to_str()) {
            assert!(matches!(open(name), Err(Unusable::Outside { .. })), "{name}");
        }
        assert!(matches!(open("/nobody/is/here"), Err(Unusable::Outside { .. })));
        for name in ["deep", "none", "secret/none"] {
            assert!(matches!(open(name), Err(Unusable::File(_))), "{name}");
        }
    }
}
