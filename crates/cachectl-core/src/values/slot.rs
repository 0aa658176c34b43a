//! Hash slots of a cluster.

use std::sync::LazyLock;

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

    /// Returns a short text which, as a hash tag, leads to this slot whatever stands around it.
    #[must_use]
    pub fn tag(self) -> String {
        static TAGS: LazyLock<Vec<u32>> = LazyLock::new(tags);
        TAGS.get(usize::from(self.0)).map_or_else(String::new, u32::to_string)
    }

    /// Returns the number of the slot, from 0 to 16,383.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

/// Finds the smallest number for every slot, whose decimal digits lead to it.
fn tags() -> Vec<u32> {
    let mut tags = vec![None; usize::from(SLOT_COUNT)];
    let mut missing = tags.len();
    for number in 0_u32.. {
        let slot = usize::from(Slot::of(number.to_string().as_bytes()).number());
        if let Some(tag @ None) = tags.get_mut(slot) {
            *tag = Some(number);
            missing -= 1;
        }
        if missing == 0 {
            break;
        }
    }
    tags.into_iter().flatten().collect()
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
    fn every_slot_has_a_tag_that_leads_to_it() {
        for number in 0..SLOT_COUNT {
            let slot = Slot::new(number).unwrap();
            let name = format!("cachectl:{{{}}}:a{{b}}", slot.tag());
            assert_eq!(Slot::of(name.as_bytes()), slot);
        }
    }

    #[test]
    fn an_empty_tag_counts_as_none() {
        assert_eq!(hash_tag(b"foo{}{bar}"), b"foo{}{bar}");
        assert_eq!(hash_tag(b"foo{{bar}}zap"), b"{bar");
        assert_eq!(hash_tag(b"foo{bar}{zap}"), b"bar");
        assert_eq!(hash_tag(b"foo{bar"), b"foo{bar");
    }
}
