//! Keys are bytes chosen by strangers.

use std::fmt;

use serde::{Serialize, Serializer};

/// A key, exactly as the server stores it: bytes, not text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Vec<u8>); // `Debug` goes through `Display`.

/// How many bytes of a name are kept by those who only report it: a name can have 512 MiB. One that
/// is so long may be longer.
pub const REPORTED: usize = 4096;

impl Key {
    /// Takes as much of a name as is kept to be reported.
    pub(crate) fn reported(name: &[u8]) -> Self {
        Self::from(name.get(..REPORTED).unwrap_or(name))
    }

    /// Returns the bytes of the key, to be changed.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Returns the bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Key {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Key {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// Escapes every unprintable byte, so that a hostile name cannot drive the terminal it lands on.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

/// Writes the escaped form, which loses nothing: a backslash in a key is doubled.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_is_shown_without_its_control_bytes() {
        let key = Key::from(&b"a\x1b[31m\n\\\xff"[..]);
        assert_eq!(key.to_string(), r"a\x1b[31m\n\\\xff");
    }
}
