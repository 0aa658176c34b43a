//! A value as it is stored.

use crate::{Digest, Encoding, Error, ErrorKind, Value, ValueType, Version};

/// The most bytes that a collection without elements takes: a chain of one empty ziplist has 14.
const LONGEST_EMPTY: usize = 32;

/// A value as it is stored: the type byte and what follows it, in a file as in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawValue<'a> {
    encoding: Encoding,
    bytes: &'a [u8],
    version: Version,
}

impl<'a> RawValue<'a> {
    /// Takes the type byte and what follows it, as stored under this version of the format.
    ///
    /// # Errors
    ///
    /// Fails if there is no type byte, or the version does not know it. The rest is not looked at.
    pub fn new(bytes: &'a [u8], version: Version) -> Result<Self, Error> {
        let encoding = Encoding::of(bytes.first().copied(), version)?;
        Ok(Self::encoded(encoding, bytes, version))
    }

    /// Takes a value whose type byte says that it has this encoding.
    pub(crate) const fn encoded(encoding: Encoding, bytes: &'a [u8], version: Version) -> Self {
        Self { encoding, bytes, version }
    }

    /// Returns how it is stored.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns its type.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        self.encoding.value_type()
    }

    /// Returns the type byte and what follows it.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the version of the format it is stored under.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Decodes it.
    ///
    /// # Errors
    ///
    /// Fails if the bytes contradict themselves, end early, or belong to a module. The offset
    /// counts from the type byte.
    pub fn decode(&self) -> Result<Value<'a>, Error> {
        crate::decode::decode(self)
    }

    /// Tells whether it is a collection without elements: old files have some, and what a server
    /// does with them is to drop them.
    #[must_use]
    pub fn is_empty_collection(&self) -> bool {
        let collection = match self.value_type() {
            ValueType::List | ValueType::Set | ValueType::SortedSet | ValueType::Hash => true,
            // A string may be empty and a stream, too; what a module has is not known.
            ValueType::String | ValueType::Stream | ValueType::Module | ValueType::Array => false,
        };
        self.is_empty()
            || collection
                && self.bytes.len() <= LONGEST_EMPTY
                && matches!(self.decode(), Err(Error { kind: ErrorKind::Empty(_), .. }))
    }

    /// Tells from its first bytes whether it is a collection without elements, as servers do when
    /// they load a file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        crate::decode::is_empty(self)
    }

    /// Tells whether releases disagree about how its bytes are to be read.
    ///
    /// They do if a listpack has an element that takes exactly 16,383 bytes with its header (or
    /// 2,097,151, or 268,435,455): a string of 16,378 bytes, as a rule. Redis before 8.8 and Valkey
    /// before 9.1 write the length at the end of such an element with one byte more than later
    /// releases, under the same type byte. A server may **crash** when it reads what the others
    /// wrote, so such a value should reach another release by commands, never as it is stored.
    ///
    /// Values that are too short for such an element are not looked into.
    ///
    /// # Errors
    ///
    /// As [`RawValue::decode`], as far as the bytes were looked at.
    pub fn is_disputed(&self) -> Result<bool, Error> {
        crate::decode::is_disputed(self)
    }

    /// Returns its canonical digest.
    ///
    /// # Errors
    ///
    /// As [`RawValue::decode`].
    pub fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&self.decode()?))
    }
}
