//! Versions of the format.

use std::fmt;

use crate::{Error, ErrorKind};

/// A version of the format, as the first bytes of a file and the footer of a payload name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u16);

/// Who defines a version of the format. The two have grown apart after version 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Redis, and everything up to version 11.
    Redis,
    /// Valkey 9 and later: version 80 and up.
    Valkey,
}

impl Version {
    /// The first version that is Valkey's own.
    const FIRST_OF_VALKEY: u16 = 80;

    /// The first version with a checksum at the end of a file.
    const FIRST_WITH_CHECKSUM: u16 = 5;

    /// How many bytes of a file name the version.
    pub const MAGIC_BYTES: usize = 9;

    /// Makes a version of its number, known or not.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Tells whether files of this version can be read.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self.0, 1..=15 | Self::FIRST_OF_VALKEY..=81)
    }

    /// Tells whether files of this version end with a checksum.
    pub(crate) const fn has_checksum(self) -> bool {
        self.0 >= Self::FIRST_WITH_CHECKSUM
    }

    /// Returns the first bytes of a file of this version, such as `REDIS0011` and `VALKEY080`.
    #[must_use]
    pub fn magic(self) -> [u8; Self::MAGIC_BYTES] {
        let text = match self.family() {
            Family::Redis => format!("REDIS{:04}", self.0),
            Family::Valkey => format!("VALKEY{:03}", self.0),
        };
        let mut magic = [b'0'; Self::MAGIC_BYTES];
        for (to, from) in magic.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        magic
    }

    /// Returns the version that the first bytes of a file name.
    ///
    /// # Errors
    ///
    /// Fails if no RDB file begins like that, and if the version is not known.
    pub fn of_magic(magic: [u8; Self::MAGIC_BYTES]) -> Result<Self, Error> {
        let (digits, family) = match magic.strip_prefix(b"REDIS") {
            Some(digits) => (Some(digits), Family::Redis),
            None => (magic.strip_prefix(b"VALKEY"), Family::Valkey),
        };
        let number = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok());
        let version = Self(number.ok_or_else(|| Error::new(0, ErrorKind::NotRdb))?);
        if version.is_known() && version.family() == family {
            Ok(version)
        } else {
            Err(Error::new(0, ErrorKind::UnknownVersion(version.0)))
        }
    }

    /// Returns who defines it.
    #[must_use]
    pub const fn family(self) -> Family {
        if self.0 < Self::FIRST_OF_VALKEY { Family::Redis } else { Family::Valkey }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn the_first_bytes_of_a_file_name_the_version() {
        #[track_caller]
        fn case(number: u16, magic: &[u8; 9]) {
            assert_eq!(&Version::new(number).magic(), magic);
            assert_eq!(Version::of_magic(*magic).unwrap(), Version::new(number));
        }

        case(1, b"REDIS0001");
        case(11, b"REDIS0011");
        case(80, b"VALKEY080");
        case(81, b"VALKEY081");
    }

    #[test]
    fn other_first_bytes_are_refused() {
        #[track_caller]
        fn case(magic: &[u8; 9], expected: &str) {
            assert_eq!(Version::of_magic(*magic).unwrap_err().to_string(), expected);
        }

        case(b"redis0011", "this is no RDB file at byte 0");
        case(b"REDIS+011", "this is no RDB file at byte 0");
        case(b"REDIS0000", "no server has ever written RDB version 0 at byte 0");
        case(b"REDIS0080", "RDB version 80 is not known at byte 0");
        case(b"VALKEY011", "RDB version 11 is not known at byte 0");
        case(b"REDIS9999", "RDB version 9999 is not known at byte 0");
    }
}
