//! Sets of bytes, one bit for each value.

use std::fmt;

/// A set of byte values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(crate) const NONE: Self = Self([0; 4]);
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);

    /// Returns the bytes for which `holds` is true.
    pub(crate) fn of(holds: impl Fn(u8) -> bool) -> Self {
        let mut set = Self::NONE;
        for byte in (0..=u8::MAX).filter(|&byte| holds(byte)) {
            set.insert(byte);
        }
        set
    }

    pub(crate) fn only(byte: u8) -> Self {
        let mut set = Self::NONE;
        set.insert(byte);
        set
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    fn is_all(&self) -> bool {
        self.0.iter().all(|&word| word == u64::MAX)
    }

    /// Returns whether every one of `bytes` is in the set.
    pub(crate) fn contains_all(&self, bytes: &[u8]) -> bool {
        self.is_all() || bytes.iter().all(|&byte| self.contains(byte))
    }

    /// Returns whether some byte is in both sets.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(word, other)| word & other != 0)
    }

    pub(crate) fn complement(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

impl fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = (0..=u8::MAX).filter(|&byte| self.contains(byte)).collect();
        write!(f, "[{}]", bytes.escape_ascii())
    }
}
