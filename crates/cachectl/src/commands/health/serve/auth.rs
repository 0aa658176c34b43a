//! HTTP basic authentication of `serve`.

use std::path::{Path, PathBuf};

use cachectl_core::files::{self, limits::SECRETS};

use super::{
    reloaded::{Reading, Reloaded},
    secrets,
    stamps::Stamps,
};
use crate::error::CliError;

/// The users in a file.
#[derive(Debug)]
pub(super) struct Guests(Reloaded<Users>);

/// What their clients send: users and passwords, as headers have them.
#[derive(Default)]
struct Users(Vec<String>);

/// What messages call the file.
const WHAT: &str = "file of users";

impl Guests {
    /// Reads the file, which nobody else may read or have written.
    pub(super) fn of(path: PathBuf) -> Result<Self, CliError> {
        let stamps = Stamps::of([path.clone()]);
        let users = Users::read(&path)?;
        Ok(Self(Reloaded::of("users", stamps, users, move || Users::read_again(&path))))
    }

    /// Returns whether the value of an `Authorization` header lets its sender in.
    pub(super) fn admit(&self, authorization: &str) -> bool {
        let Some((scheme, token)) = authorization.split_once(' ') else { return false };
        let users = self.0.get();
        // Every user is looked at, whether or not one has been found.
        let known = users.0.iter();
        let found = known.filter(|known| equals(known.as_bytes(), token.trim().as_bytes())).count();
        scheme.eq_ignore_ascii_case("basic") && found > 0
    }

    /// Returns what came of reading the file.
    pub(super) fn reading(&self) -> (&'static str, Reading) {
        self.0.reading()
    }
}

impl Users {
    fn read(path: &Path) -> Result<Self, CliError> {
        let path = || path.to_owned();
        let text = files::text(secrets::read(WHAT, &path(), SECRETS)?)
            .map_err(|source| CliError::Unreadable { what: WHAT, path: path(), source })?;
        let mut users = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let is_comment = text.starts_with('#');
            let Some((_, password)) = text.split_once(':').filter(|_| !is_comment) else {
                continue;
            };
            // A door that opens to a name alone is open.
            if password.trim().is_empty() {
                return Err(CliError::EmptyPassword { path: path(), line });
            }
            users.push(base64(text.as_bytes()));
        }
        if users.is_empty() {
            return Err(CliError::NoUsers { path: path() });
        }
        Ok(Self(users))
    }

    /// As [`Self::read`]. A file that has been removed lets nobody in: that is what removing means.
    fn read_again(path: &Path) -> Result<Self, CliError> {
        match Self::read(path) {
            Err(CliError::NoSecret { .. }) => {
                tracing::warn!("the file of users is gone, and nobody is let in");
                Ok(Self::default())
            }
            read => read,
        }
    }
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
    use std::{fs, os::unix::fs::PermissionsExt as _};

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
    fn a_user_without_a_password_is_refused_with_the_line() {
        #[track_caller]
        fn case(text: &str, expected: Option<usize>) {
            let (_directory, path) = file(text, 0o600);
            let line = match Guests::of(path) {
                Err(CliError::EmptyPassword { line, .. }) => Some(line),
                read => read.map(|_| None).unwrap(),
            };
            assert_eq!(line, expected, "{text}");
        }

        case("ada:one\nbob:\n", Some(2));
        case("# nobody\n\nbob: \t\r\nada:one\n", Some(3));
        case("#bob:\nada:one\n", None);
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
