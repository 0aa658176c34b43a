//! Files that are read whole, within bounds.
//!
//! A path that somebody else wrote may lead to a device without an end, or to a file of gigabytes.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// Configurations are a few kilobytes.
pub const CONFIGURATION: u64 = 1 << 20;
/// As many rules as a set may have, of 64 bytes each.
pub const RULES: u64 = 4 << 20;
/// The authorities of a whole system take a quarter of a megabyte.
pub const CERTIFICATES: u64 = 4 << 20;
/// Passwords, and lists of users.
pub const SECRETS: u64 = 64 << 10;
/// What is written down about a migration besides its plan and its journals.
pub const NOTES: u64 = 1 << 20;

/// Reads a file of at most so many bytes.
///
/// # Errors
///
/// Fails if it cannot be read, or is longer; no more than one byte beyond the bound is read.
pub fn read(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(longest.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read <= longest) {
        return Ok(bytes);
    }
    let reason = format!("it is longer than {} KiB", longest >> 10);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, reason))
}

/// Reads a text of at most so many bytes.
///
/// # Errors
///
/// Fails as [`read`] does, or if it is not UTF-8.
pub fn read_text(path: &Path, longest: u64) -> io::Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(read(path, longest)?).map_err(not_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_the_bound_and_a_byte() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, vec![b'x'; 2_048]).unwrap();
        assert_eq!(read_text(&path, 2_048).unwrap().len(), 2_048);
        assert_eq!(read(&path, 2_047).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let endless = read(Path::new("/dev/zero"), SECRETS).unwrap_err();
        assert_eq!(endless.to_string(), "it is longer than 64 KiB");
    }
}
