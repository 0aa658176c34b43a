//! A value as it is stored.

use crate::{Digest, Encoding, Error, Value, ValueType, Version};

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
        Ok(Self { encoding, bytes, version })
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

    /// Returns its canonical digest.
    ///
    /// # Errors
    ///
    /// As [`RawValue::decode`].
    pub fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&self.decode()?))
    }
}
