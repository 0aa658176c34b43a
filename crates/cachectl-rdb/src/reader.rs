//! Files, record by record.

use std::io::Read;

use crate::{Error, RawValue, Version};

/// Reads a file as a stream, in memory that is bounded by its biggest value.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    version: Version,
}

/// A record of a file. What only helps a server to make room is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// An auxiliary field: who wrote the file, when, and the like.
    Aux {
        /// The name.
        name: &'a [u8],
        /// The value, integers written out.
        value: &'a [u8],
    },
    /// How many keys the database that follows has.
    Resize {
        /// How many keys.
        keys: u64,
        /// How many of them expire.
        expires: u64,
    },
    /// The code of a library of functions.
    Function(&'a [u8]),
    /// What a module keeps beside the keys. It is skipped.
    ModuleAux {
        /// The module.
        module: String,
        /// How many bytes there are.
        bytes: u64,
    },
    /// A key with its value.
    Entry(Entry<'a>),
}

/// A key with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The database.
    pub db: u64,
    /// The key.
    pub key: &'a [u8],
    /// When it expires, as a Unix time in milliseconds.
    pub expires_at: Option<i64>,
    /// How it was used.
    pub usage: Option<Usage>,
    /// The value.
    pub value: RawValue<'a>,
    /// What to add to an offset within the value to get that in the file, as [`Error::within`]
    /// does.
    pub offset: u64,
}

/// How a key was used, as the server's eviction policy keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Seconds since it was last used.
    Idle(u64),
    /// Logarithmic counter of its uses.
    Frequency(u8),
}

/// Whether the end of a file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// The bytes are those that were written.
    Verified,
    /// The file has no checksum: it is older than version 5, or the server was told to write none.
    Absent,
}

impl<R: Read> Reader<R> {
    /// Begins to read a file.
    ///
    /// # Errors
    ///
    /// Fails if this is no RDB file, or of a version that is not known.
    pub fn new(input: R) -> Result<Self, Error> {
        Ok(Self { input, version: Version::new(0) })
    }

    /// Returns the version of the file.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns how many bytes were read so far.
    #[must_use]
    pub fn offset(&self) -> u64 {
        0
    }

    /// Returns the next record, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, ends early or contradicts itself, and at its end if the
    /// checksum is wrong.
    pub fn record(&mut self) -> Result<Option<Record<'_>>, Error> {
        Ok(None)
    }

    /// Returns how the end of the file came out, once [`Reader::record`] has returned `None`.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        Checksum::Absent
    }
}
