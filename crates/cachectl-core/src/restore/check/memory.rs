//! How much memory a restore takes.

use cachectl_rdb::{RawValue, ValueType};

use crate::steps::put::Road;

/// What a restore takes however small the values are, in bytes.
pub(super) const BASE: u64 = 64 << 20;
/// What an element of a collection takes while it is decoded, compared with the least that it takes
/// as it is stored.
const DECODED: u64 = 12;
/// From how many bytes on a value is worth to be counted besides.
const LARGE: u64 = 1 << 20;

/// Returns how many bytes a restore takes at most that has this value, about.
///
/// A value that is sent as it is stored is in memory once. One that is said in commands is decoded
/// besides, and read back to be compared.
pub(super) fn of(value: RawValue<'_>, road: Road) -> u64 {
    let bytes = value.as_bytes().len() as u64;
    if bytes < LARGE {
        return BASE;
    }
    let more = match (road, value.value_type()) {
        (Road::AsItIs | Road::Retagged, _) => bytes,
        (Road::Rewritten, ValueType::String) => 3 * bytes,
        (Road::Rewritten, _) => DECODED * bytes,
    };
    BASE + more
}
