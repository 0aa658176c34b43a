//! Hash slots of a cluster.

use crc::{CRC_16_XMODEM, Crc};
use serde::Serialize;

/// How many slots a cluster has.
pub const SLOT_COUNT: u16 = 16_384;

const CRC16: Crc<u16, crc::Table<16>> = Crc::<u16, crc::Table<16>>::new(&CRC_16_XMODEM);

/// The slot that a key lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Slot(u16);

impl Slot {
    /// Returns the slot of a key: CRC-16 of its hash tag, or of the whole key if it has none.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        Self(CRC16.checksum(hash_tag(key)) % SLOT_COUNT)
    }

    /// Returns the slot with this number, if there is one.
    #[must_use]
    pub fn new(number: u16) -> Option<Self> {
        (number < SLOT_COUNT).then_some(Self(number))
    }

    /// Returns the number of the slot, from 0 to 16,383.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

/// Returns the part of a key that decides its slot: what stands between the first `{` and the
/// first `}` after it, unless that is nothing.
fn hash_tag(key: &[u8]) -> &[u8] {
    let tag = || {
        let open = key.iter().position(|&byte| byte == b'{')?;
        let rest = key.get(open + 1..)?;
        let close = rest.iter().position(|&byte| byte == b'}')?;
        rest.get(..close).filter(|tag| !tag.is_empty())
    };
    tag().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_agree_with_what_servers_answer() {
        #[track_caller]
        fn case(key: &str, expected: u16) {
            assert_eq!(Slot::of(key.as_bytes()).number(), expected, "{key}");
        }

        // Answers of `CLUSTER KEYSLOT` on a real server.
        case("foo", 12_182);
        case("{foo}bar", 12_182);
        case("123456789", 12_739);
        case("", 0);
        case("foo{}{bar}", Slot::of(b"foo{}{bar}").number());
        case("a{foo", Slot::of(b"a{foo").number());
    }

    #[test]
    fn an_empty_tag_counts_as_none() {
        assert_eq!(hash_tag(b"foo{}{bar}"), b"foo{}{bar}");
        assert_eq!(hash_tag(b"foo{{bar}}zap"), b"{bar");
        assert_eq!(hash_tag(b"foo{bar}{zap}"), b"bar");
        assert_eq!(hash_tag(b"foo{bar"), b"foo{bar");
    }
}
