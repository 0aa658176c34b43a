//! How every operation of a lane ended, in a file.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path};

use super::Ending;
use crate::steps::files;

/// How every operation of a lane ended: a byte each, in a file.
#[derive(Debug)]
pub(super) struct Endings(File);

impl Endings {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        files::unnamed(path).map(Self)
    }

    /// Forgets everything.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.0.set_len(0)
    }

    pub(super) fn fill(&self, at: u64, code: u8, count: u32) -> io::Result<()> {
        self.0.write_all_at(&vec![code; count as usize], at)
    }

    pub(super) fn read(&self, first: u64, count: usize) -> io::Result<Vec<Ending>> {
        let mut codes = vec![0; count];
        let mut filled = 0;
        while let Some(rest) = codes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, first + filled as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        // No other codes are filled in.
        Ok(codes.into_iter().map(|code| Ending::from_code(code).unwrap_or_default()).collect())
    }
}
