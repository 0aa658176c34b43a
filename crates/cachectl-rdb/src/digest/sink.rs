//! What is hashed, piece by piece.

use sha2::{Digest as _, Sha256};

use super::Digest;

/// Hashes pieces of which each says how long it is, so that no two sequences look alike.
#[derive(Debug)]
pub(super) struct Sink(Sha256);

impl Sink {
    /// Begins with the tag of a type.
    pub(super) fn new(tag: u8) -> Self {
        Self(Sha256::new_with_prefix([tag]))
    }

    pub(super) fn flag(&mut self, flag: u8) {
        self.0.update([flag]);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.update(bytes);
    }

    /// Hashes the parts as if they were in one piece.
    pub(super) fn parts(&mut self, parts: &[&[u8]]) {
        self.count(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            self.0.update(part);
        }
    }

    pub(super) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
