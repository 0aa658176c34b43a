//! Ordinary files: those that can be read without waiting for anybody.

use std::{
    fs::{self, File, FileType},
    io::{self, Read},
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::Path,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec},
    fs::{Mode, OFlags},
};

/// What becomes of a symbolic link at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// The file that it leads to is opened.
    Followed,
    /// It is an error.
    Refused,
}

/// Whether a file is written, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    ReadWrite,
    /// Written, and created for its owner alone if there is none.
    Create,
}

/// Opens an ordinary file to read it.
///
/// # Errors
///
/// Fails if it cannot be opened, or is a pipe, a socket, a device or a directory.
pub fn open(path: &Path) -> io::Result<File> {
    open_as(path, Access::Read, Links::Followed)
}

pub(super) fn open_as(path: &Path, access: Access, links: Links) -> io::Result<File> {
    let there = match links {
        Links::Followed => fs::metadata(path),
        Links::Refused => fs::symlink_metadata(path),
    };
    match there {
        // Looked at before: opening a device may do something.
        Ok(there) => refuse(there.file_type())?,
        Err(error) if access == Access::Create && error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let file = File::from(rustix::fs::open(path, flags(access, links), OWNER)?);
    // And once more: another one may have the name by now.
    refuse(file.metadata()?.file_type())?;
    Ok(file)
}

/// Who may read and write a new file.
const OWNER: Mode = Mode::RUSR.union(Mode::WUSR);

/// Nothing that is opened keeps us waiting, or becomes our terminal.
pub(super) const PATIENCE: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

fn flags(access: Access, links: Links) -> OFlags {
    let access = match access {
        Access::Read => OFlags::RDONLY,
        Access::ReadWrite => OFlags::RDWR,
        Access::Create => OFlags::RDWR | OFlags::CREATE,
    };
    let links = match links {
        Links::Followed => OFlags::empty(),
        Links::Refused => OFlags::NOFOLLOW,
    };
    access | links | PATIENCE
}

/// Refuses what is no ordinary file.
pub(super) fn refuse(kind: FileType) -> io::Result<()> {
    let what = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "a directory",
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    };
    Err(io::Error::other(format!("it is {what}, not an ordinary file")))
}

/// Reads an ordinary file that is not longer than `at_most` bytes.
///
/// # Errors
///
/// As [`open`], and if it is longer.
pub fn read(path: &Path, at_most: u64) -> io::Result<Vec<u8>> {
    contents(open(path)?, at_most)
}

/// As [`read`], for a file that the operator names: it may also be a pipe that this process was
/// given, which has to say something every 10 s.
///
/// # Errors
///
/// As [`read`], and if nothing comes.
#[expect(clippy::disallowed_methods, reason = "it may be a pipe, which is what it is for")]
pub fn read_given(path: &Path, at_most: u64) -> io::Result<Vec<u8>> {
    if is_given(path) { contents(Patient(File::open(path)?), at_most) } else { read(path, at_most) }
}

/// Returns whether a path is that of something which this process was given, such as `/dev/stdin`
/// or what a shell makes of `<(command)`. It can be read once.
#[must_use]
pub fn is_given(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || ["/dev/fd", "/proc/self/fd"].iter().any(|place| path.starts_with(place))
}

/// How long something that was given may say nothing. Whoever types has all the time.
const PATIENCE_WITH_PIPES: Duration = Duration::from_secs(10);

/// Something that was given, and is not waited for without end: it may be held open by mistake.
struct Patient(File);

impl Read for Patient {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let until = Instant::now() + PATIENCE_WITH_PIPES;
        let ready = || {
            let left = until.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).unwrap_or_default();
            let mut awaited = [PollFd::new(&self.0, PollFlags::IN)];
            rustix::event::poll(&mut awaited, Some(&left))
        };
        let kind = self.0.metadata()?.file_type();
        if (kind.is_fifo() || kind.is_socket()) && rustix::io::retry_on_intr(ready)? == 0 {
            let reason = "nothing came out of it for 10 s, and it was not closed";
            return Err(io::Error::new(io::ErrorKind::TimedOut, reason));
        }
        self.0.read(buf)
    }
}

/// Reads what is left of something, which must not be more than `at_most` bytes.
///
/// # Errors
///
/// Fails if it cannot be read, or is more.
pub fn contents(source: impl Read, at_most: u64) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    let read = source.take(at_most.saturating_add(1)).read_to_end(&mut contents)?;
    if u64::try_from(read).is_ok_and(|read| read <= at_most) {
        return Ok(contents);
    }
    let reason = format!("it is longer than {} KiB", at_most >> 10);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, reason))
}

/// Returns bytes as text.
///
/// # Errors
///
/// Fails if they are not UTF-8.
pub fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Returns whether a path leads to the null device, by which operators say that there is no file.
#[must_use]
pub fn is_null(path: &Path) -> bool {
    let device = |path: &Path| {
        let about = fs::metadata(path).ok()?;
        about.file_type().is_char_device().then(|| about.rdev())
    };
    let ours = device(path);
    ours.is_some() && ours == device(Path::new("/dev/null"))
}

#[cfg(test)]
mod tests {
    use std::{
        os::unix::{fs::symlink, net::UnixListener},
        process::Command,
    };

    use super::*;

    #[test]
    fn whatever_is_no_ordinary_file_is_refused_at_once() {
        #[track_caller]
        fn case(path: &Path, expected: &str) {
            for links in [Links::Followed, Links::Refused] {
                for access in [Access::Read, Access::ReadWrite, Access::Create] {
                    let error = open_as(path, access, links).unwrap_err().to_string();
                    let expected = format!("it is {expected}, not an ordinary file");
                    assert_eq!(error, expected, "{access:?}, {links:?}");
                }
            }
        }

        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        assert!(Command::new("mkfifo").arg(inside("pipe")).status().unwrap().success());
        let _listener = UnixListener::bind(inside("socket")).unwrap();
        case(&inside("pipe"), "a pipe");
        case(&inside("socket"), "a socket");
        case(directory.path(), "a directory");
        case(Path::new("/dev/zero"), "a device");
    }

    #[test]
    fn a_link_is_followed_or_refused() {
        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        fs::write(inside("file"), "text").unwrap();
        symlink(inside("file"), inside("link")).unwrap();
        symlink(inside("none"), inside("dangling")).unwrap();
        assert_eq!(read(&inside("link"), 4).unwrap(), b"text");
        for name in ["link", "dangling"] {
            for access in [Access::Read, Access::ReadWrite, Access::Create] {
                let error = open_as(&inside(name), access, Links::Refused).unwrap_err();
                assert_eq!(error.to_string(), "it is a symbolic link, not an ordinary file");
            }
        }
        assert!(!inside("none").exists(), "nothing was created through the link");
    }

    #[test]
    fn a_file_is_read_to_its_end_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, vec![b'x'; 2_048]).unwrap();
        assert_eq!(read(&path, 2_048).unwrap().len(), 2_048);
        let error = read(&path, 2_047).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is longer than 1 KiB");
        assert!(text(vec![0xff]).is_err());
    }

    #[test]
    fn only_the_null_device_is_no_file() {
        assert!(is_null(Path::new("/dev/null")));
        for other in ["/dev/zero", "/dev", "/nobody/is/here"] {
            assert!(!is_null(Path::new(other)), "{other}");
        }
    }
}
