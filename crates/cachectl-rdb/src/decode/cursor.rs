//! Reading forward, never past the end.

use std::borrow::Cow;

use super::packed::{Blob, Item, Packing};
use crate::value::{Bytes, StreamId};
use crate::{Error, ErrorKind, headroom, lzf};

/// What an element takes at most, about, besides the bytes of a long one: its place where it is read
/// and where it is kept, the digits of an integer, and a place in the set that finds it again.
const OF_ELEMENT: usize = 128;
/// Fewer elements than this there is always memory for.
const MANY: usize = 64 << 10;

/// What is left to read, and where it stands in the value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    offset: u64,
    /// How far a byte moves the offset: inside unpacked data not at all.
    step: u64,
}

/// A length, or the number of a special form that stands in its place.
enum Length {
    Plain(u64),
    Special(u8),
}

impl<'a> Cursor<'a> {
    /// Begins at the given offset of a value.
    pub(super) const fn new(rest: &'a [u8], offset: u64) -> Self {
        Self { rest, offset, step: 1 }
    }

    /// Begins inside unpacked data, of which every byte stands at the same offset of a value.
    pub(super) const fn inside(rest: &'a [u8], offset: u64) -> Self {
        Self { rest, offset, step: 0 }
    }

    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    /// Returns the byte that would be read next.
    pub(super) fn next(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(super) const fn corrupt(&self, what: &'static str) -> Error {
        Error { offset: self.offset, kind: ErrorKind::Corrupt(what) }
    }

    pub(super) const fn empty(&self, what: &'static str) -> Error {
        Error { offset: self.offset, kind: ErrorKind::Empty(what) }
    }

    pub(super) const fn cut(&self, what: &'static str) -> Error {
        Error { offset: self.offset, kind: ErrorKind::Cut(what) }
    }

    /// Fails unless everything has been read.
    pub(super) const fn finish(&self, what: &'static str) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.corrupt(what)) }
    }

    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.cut(what))?;
        self.rest = rest;
        self.offset = self.offset.saturating_add(self.step.saturating_mul(count as u64));
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, Error> {
        let [byte] = self.array(what)?;
        Ok(byte)
    }

    /// Reads a time in milliseconds.
    pub(super) fn time(&mut self) -> Result<i64, Error> {
        self.array("a time").map(i64::from_le_bytes)
    }

    fn any_length(&mut self) -> Result<Length, Error> {
        const WHAT: &str = "a length";
        let begin = *self;
        let first = self.byte(WHAT)?;
        let low = first & 0x3f;
        Ok(match first >> 6 {
            0 => Length::Plain(u64::from(low)),
            1 => Length::Plain(u64::from(u16::from_be_bytes([low, self.byte(WHAT)?]))),
            2 if first == 0x80 => Length::Plain(u64::from(u32::from_be_bytes(self.array(WHAT)?))),
            2 if first == 0x81 => Length::Plain(u64::from_be_bytes(self.array(WHAT)?)),
            2 => return Err(begin.corrupt("a length has an unknown form")),
            _ => Length::Special(low),
        })
    }

    /// Reads a number that is stored as a length.
    pub(super) fn length(&mut self) -> Result<u64, Error> {
        let begin = *self;
        match self.any_length()? {
            Length::Plain(length) => Ok(length),
            Length::Special(_) => Err(begin.corrupt("a string stands where a length should be")),
        }
    }

    /// Reads how many things follow that take at least `least` bytes each.
    pub(super) fn count(&mut self, least: usize, what: &'static str) -> Result<usize, Error> {
        let count = self.length()?;
        let most = self.left() / least.max(1);
        usize::try_from(count).ok().filter(|count| *count <= most).ok_or_else(|| self.cut(what))
    }

    /// Fails unless there is memory for so many elements, decoded.
    pub(super) fn room_for(&self, elements: usize) -> Result<(), Error> {
        if elements < MANY || headroom::is_there(elements.saturating_mul(OF_ELEMENT)) {
            return Ok(());
        }
        Err(Error { offset: self.offset, kind: ErrorKind::TooBig("what the value holds") })
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Result<Bytes<'a>, Error> {
        const WHAT: &str = "a string";
        let begin = *self;
        Ok(match self.any_length()? {
            Length::Plain(length) => Cow::Borrowed(self.take(self.size(length, WHAT)?, WHAT)?),
            Length::Special(0) => decimal(i8::from_le_bytes(self.array(WHAT)?)),
            Length::Special(1) => decimal(i16::from_le_bytes(self.array(WHAT)?)),
            Length::Special(2) => decimal(i32::from_le_bytes(self.array(WHAT)?)),
            Length::Special(lzf::FORM) => Cow::Owned(self.compressed(&begin)?),
            Length::Special(_) => return Err(begin.corrupt("a string has an unknown form")),
        })
    }

    fn compressed(&mut self, begin: &Self) -> Result<Vec<u8>, Error> {
        const WHAT: &str = "a compressed string";
        let (packed, length) = (self.length()?, self.length()?);
        let input = self.take(self.size(packed, WHAT)?, WHAT)?;
        usize::try_from(length)
            .ok()
            .and_then(|length| lzf::decompress(input, length))
            .ok_or_else(|| begin.corrupt("a compressed string does not unpack to its length"))
    }

    fn size(&self, length: u64, what: &'static str) -> Result<usize, Error> {
        usize::try_from(length).map_err(|_| self.cut(what))
    }

    /// Reads a count and so many strings.
    pub(super) fn strings(&mut self, what: &'static str) -> Result<Vec<Bytes<'a>>, Error> {
        let count = self.count(1, what)?;
        self.room_for(count)?;
        (0..count).map(|_| self.string()).collect()
    }

    /// Reads a string that holds a structure of elements, and returns these.
    pub(super) fn items(&mut self, packing: Packing) -> Result<Vec<Item<'a>>, Error> {
        self.blob()?.items(packing)
    }

    /// Reads a string that holds a structure of its own.
    pub(super) fn blob(&mut self) -> Result<Blob<'a>, Error> {
        let begin = self.offset;
        Ok(match self.string()? {
            Cow::Borrowed(inside) => {
                let offset = self.offset.saturating_sub(inside.len() as u64);
                Blob::Stored(Self { rest: inside, offset, step: self.step })
            }
            Cow::Owned(bytes) => Blob::Unpacked { bytes, offset: begin },
        })
    }

    /// Reads a string that holds a structure of at least so many bytes, or passes over a shorter one.
    pub(super) fn large_blob(&mut self, least: u64) -> Result<Option<Blob<'a>>, Error> {
        const WHAT: &str = "a string";
        let mut after = *self;
        let (stored, unpacked) = match after.any_length()? {
            Length::Plain(length) => (length, length),
            Length::Special(lzf::FORM) => (after.length()?, after.length()?),
            // An integer.
            Length::Special(_) => return self.string().map(|_| None),
        };
        if unpacked >= least {
            return self.blob().map(Some);
        }
        after.take(after.size(stored, WHAT)?, WHAT)?;
        *self = after;
        Ok(None)
    }

    /// Reads an identifier of a stream's entry as two numbers stored as lengths.
    pub(super) fn short_id(&mut self) -> Result<StreamId, Error> {
        Ok(StreamId { ms: self.length()?, sequence: self.length()? })
    }

    /// Reads an identifier of a stream's entry as 16 bytes.
    pub(super) fn full_id(&mut self) -> Result<StreamId, Error> {
        const WHAT: &str = "an identifier";
        let ms = self.array(WHAT).map(u64::from_be_bytes)?;
        Ok(StreamId { ms, sequence: self.array(WHAT).map(u64::from_be_bytes)? })
    }
}

/// Writes out an integer, as a server answers it.
pub(super) fn decimal<'a>(number: impl Into<i64>) -> Bytes<'a> {
    Cow::Owned(number.into().to_string().into_bytes())
}
