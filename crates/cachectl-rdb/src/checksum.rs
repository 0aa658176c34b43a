//! The checksum of files and payloads: the CRC-64 that Redis chose.

use crc::{CRC_64_REDIS, Crc, Digest, Table};

/// Sixteen tables, because the checksum is most of the work of skimming a file.
static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_REDIS);

/// A checksum that grows with what passes by.
#[derive(Clone)]
pub(crate) struct Checksum(Digest<'static, u64, Table<16>>);

impl Checksum {
    pub(crate) fn new() -> Self {
        Self(CRC.digest())
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the checksum of everything so far.
    pub(crate) fn value(&self) -> u64 {
        self.0.clone().finalize()
    }
}

impl std::fmt::Debug for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checksum({:016x})", self.value())
    }
}

/// Returns the checksum of bytes that are all there.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    CRC.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Checksum, of};

    /// The check value that the authors of the server publish for these nine digits.
    const CHECK: u64 = 0xe9c6_d914_c4b8_d9ca;

    #[test]
    fn the_published_check_value_comes_out() {
        assert_eq!(of(b"123456789"), CHECK);
    }

    #[test]
    fn pieces_make_the_same_checksum_as_the_whole() {
        let mut checksum = Checksum::new();
        checksum.update(b"1234");
        checksum.update(b"");
        checksum.update(b"56789");
        assert_eq!(checksum.value(), CHECK);
    }
}
