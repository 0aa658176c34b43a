//! Values that are read, and what is counted on the way.

use std::collections::TryReserveError;

use super::{
    skim,
    source::{Sink, Source},
};
use crate::RawValue;

/// How many bytes are kept, the type byte included: more than any of the headers has that say how
/// many elements follow.
const KEPT: usize = 64;

/// Keeps all of what it is given.
pub(super) struct Whole<'a> {
    kept: &'a mut Vec<u8>,
    pub(super) producers: u64,
}

impl<'a> Whole<'a> {
    /// Begins with what is there already.
    pub(super) fn after(kept: &'a mut Vec<u8>) -> Self {
        Self { kept, producers: 0 }
    }
}

impl Sink for Whole<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), TryReserveError> {
        self.kept.put(bytes)
    }

    fn direct(&mut self) -> Option<&mut Vec<u8>> {
        Some(self.kept)
    }

    fn remembers(&mut self, producers: u64) {
        self.producers = producers;
    }
}

/// Keeps the first bytes of what it is given, and counts all of them.
pub(super) struct Head<'a> {
    kept: &'a mut Vec<u8>,
    bytes: u64,
    pub(super) producers: u64,
}

impl<'a> Head<'a> {
    /// Begins with what is there already.
    pub(super) fn after(kept: &'a mut Vec<u8>) -> Self {
        let bytes = kept.len() as u64;
        Self { kept, bytes, producers: 0 }
    }

    /// Returns how many bytes there were.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Sink for Head<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), TryReserveError> {
        let room = KEPT.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn direct(&mut self) -> Option<&mut Vec<u8>> {
        None
    }

    fn remembers(&mut self, producers: u64) {
        self.producers = producers;
    }
}

/// Counts what compressed strings unpack to.
struct Unpacked(u64);

impl Sink for Unpacked {
    fn put(&mut self, _bytes: &[u8]) -> Result<(), TryReserveError> {
        Ok(())
    }

    fn direct(&mut self) -> Option<&mut Vec<u8>> {
        None
    }

    fn unpacks_to(&mut self, bytes: u64) {
        self.0 = self.0.saturating_add(bytes);
    }
}

/// Returns how many bytes the compressed strings of a value say that they unpack to, as far as it
/// can be read.
pub(crate) fn unpacked_bytes(value: &RawValue<'_>) -> u64 {
    let body = value.as_bytes().get(1..).unwrap_or_default();
    let mut unpacked = Unpacked(0);
    // What is wrong with it, decoding tells better.
    skim::value(&mut Source::new(body), value.encoding(), &mut unpacked).ok();
    unpacked.0
}
