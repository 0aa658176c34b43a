//! Who may ask.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use cachectl_core::files::{self, limits::SECRETS};

use crate::error::CliError;

/// The users in a file.
#[derive(Debug)]
pub(super) struct Guests(PathBuf);

impl Guests {
    /// Looks whether the file can be used, which nobody else may read.
    pub(super) fn of(path: PathBuf) -> Result<Self, CliError> {
        let unreadable =
            |source| CliError::Unreadable { what: "file of users", path: path.clone(), source };
        let about = files::open(&path).and_then(|file| file.metadata());
        let mode = about.map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(CliError::ExposedUsers { path });
        }
        if users(&path).map_err(unreadable)?.is_empty() {
            return Err(CliError::NoUsers { path });
        }
        Ok(Self(path))
    }

    /// Returns whether the value of an `Authorization` header lets its sender in.
    pub(super) fn admit(&self, authorization: &str) -> bool {
        let Some((scheme, token)) = authorization.split_once(' ') else { return false };
        // With the file gone nobody is let in.
        let users = users(&self.0).unwrap_or_default();
        let known = users.iter().map(|user| base64(user.as_bytes()));
        // Every user is looked at, whether or not one has been found.
        let found = known.filter(|known| equals(known.as_bytes(), token.trim().as_bytes())).count();
        scheme.eq_ignore_ascii_case("basic") && found > 0
    }
}

fn users(path: &Path) -> std::io::Result<Vec<String>> {
    let text = files::read(path, SECRETS).and_then(files::text)?;
    let lines = text.lines().filter(|line| line.contains(':') && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Compares in a time that depends on the lengths alone.
fn equals(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b));
    one.len() == other.len() && difference == 0
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4_usize {
            let index = (bits >> (18 - 6 * digit)) & 63;
            let shown = usize::try_from(index).ok().and_then(|index| DIGITS.get(index));
            text.push(if digit > chunk.len() { '=' } else { char::from(*shown.unwrap_or(&b'=')) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("users");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (directory, path)
    }

    #[test]
    fn users_of_the_file_are_let_in_and_nobody_else() {
        let (_directory, path) = file("# users\nada:one\nbob:tw:o\n", 0o600);
        let guests = Guests::of(path.clone()).unwrap();
        assert!(guests.admit("Basic YWRhOm9uZQ=="));
        assert!(guests.admit("basic Ym9iOnR3Om8="));
        for other in ["", "Basic", "Basic ", "Bearer YWRhOm9uZQ==", "Basic YWRhOm9uZR==", "YWRh"] {
            assert!(!guests.admit(other), "{other}");
        }
        fs::remove_file(path).unwrap();
        assert!(!guests.admit("Basic YWRhOm9uZQ=="));
    }

    #[test]
    fn a_file_that_others_can_read_or_that_names_nobody_is_refused() {
        for (text, mode) in [("ada:one\n", 0o640), ("\n# ada:one\n", 0o600)] {
            let (_directory, path) = file(text, mode);
            assert!(Guests::of(path).is_err(), "{text}");
        }
        assert!(Guests::of("/nobody/is/here".into()).is_err());
    }

    #[test]
    fn texts_are_written_as_headers_have_them() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(base64(text.as_bytes()), expected);
        }

        case("", "");
        case("f", "Zg==");
        case("fo", "Zm8=");
        case("foo", "Zm9v");
        case("foobar?>", "Zm9vYmFyPz4=");
    }
}
