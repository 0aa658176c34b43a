//! Structures of elements that are packed into one string.

use std::borrow::Cow;

use super::cursor::{Cursor, decimal};
use super::{intset, listpack, ziplist, zipmap};
use crate::Error;
use crate::value::Bytes;

/// A string that holds a structure of its own.
#[derive(Debug)]
pub(super) enum Blob<'a> {
    /// As it is stored.
    Stored(Cursor<'a>),
    /// After unpacking.
    Unpacked { bytes: Vec<u8>, offset: u64 },
}

/// How elements are packed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Packing {
    Intset,
    Listpack,
    Ziplist,
    Zipmap,
}

/// An element: bytes, or an integer that stands for its decimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Bytes(Bytes<'a>),
    Integer(i64),
}

impl<'a> Blob<'a> {
    /// Returns the elements, and fails unless the whole structure is sound.
    pub(super) fn items(&self, packing: Packing) -> Result<Vec<Item<'a>>, Error> {
        match self {
            Self::Stored(cursor) => packing.items(*cursor),
            Self::Unpacked { bytes, offset } => {
                let items = packing.items(Cursor::inside(bytes, *offset))?;
                Ok(items.into_iter().map(Item::into_owned).collect())
            }
        }
    }

    /// Returns a cursor over the structure.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        match self {
            Self::Stored(cursor) => *cursor,
            Self::Unpacked { bytes, offset } => Cursor::inside(bytes, *offset),
        }
    }

    /// Returns an error about the structure as a whole.
    pub(super) const fn corrupt(&self, what: &'static str) -> Error {
        match self {
            Self::Stored(cursor) => cursor.corrupt(what),
            Self::Unpacked { offset, .. } => Cursor::inside(&[], *offset).corrupt(what),
        }
    }
}

impl Packing {
    fn items(self, cursor: Cursor<'_>) -> Result<Vec<Item<'_>>, Error> {
        match self {
            Self::Intset => intset::items(cursor),
            Self::Listpack => listpack::items(cursor),
            Self::Ziplist => ziplist::items(cursor),
            Self::Zipmap => zipmap::fields(cursor),
        }
    }
}

impl<'a> Item<'a> {
    /// Returns the element as a server answers it.
    pub(super) fn into_bytes(self) -> Bytes<'a> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Integer(number) => decimal(number),
        }
    }

    /// Returns the integer, if it is stored as one.
    pub(super) const fn integer(&self) -> Option<i64> {
        match self {
            Self::Bytes(_) => None,
            Self::Integer(number) => Some(*number),
        }
    }

    fn into_owned<'b>(self) -> Item<'b> {
        match self {
            Self::Bytes(bytes) => Item::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Integer(number) => Item::Integer(number),
        }
    }
}

/// Returns elements as a server answers them.
pub(super) fn into_bytes(items: Vec<Item<'_>>) -> impl Iterator<Item = Bytes<'_>> {
    items.into_iter().map(Item::into_bytes)
}

/// Reads an integer of so many bytes.
pub(super) fn integer<const N: usize>(
    cursor: &mut Cursor<'_>,
    what: &'static str,
) -> Result<i64, Error> {
    cursor.array::<N>(what).map(little_endian)
}

/// Reads an element of so many bytes.
pub(super) fn bytes<'a>(
    cursor: &mut Cursor<'a>,
    length: usize,
    what: &'static str,
) -> Result<Item<'a>, Error> {
    Ok(Item::Bytes(Cow::Borrowed(cursor.take(length, what)?)))
}

/// Returns the value of a little-endian integer of any width up to eight bytes.
fn little_endian<const N: usize>(bytes: [u8; N]) -> i64 {
    let unsigned = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let unused = 64_u32.saturating_sub(u32::try_from(N).unwrap_or(8).saturating_mul(8));
    (unsigned << unused).cast_signed() >> unused
}

#[cfg(test)]
mod tests {
    use super::little_endian;

    #[test]
    fn integers_of_all_widths_keep_their_sign() {
        assert_eq!(little_endian([0xff]), -1);
        assert_eq!(little_endian([0x00, 0x80]), -32_768);
        assert_eq!(little_endian([0xff, 0xff, 0x7f]), 8_388_607);
        assert_eq!(little_endian([0x00, 0x00, 0x80]), -8_388_608);
        assert_eq!(little_endian(i32::MIN.to_le_bytes()), i64::from(i32::MIN));
        assert_eq!(little_endian(i64::MIN.to_le_bytes()), i64::MIN);
    }
}
