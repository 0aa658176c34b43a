//! Files out of values.
//!
//! A file is written front to back, through a buffer of fixed size. What a version of the format
//! cannot say is left out where it is only a hint, and refused where it is data.

mod output;

use std::io::Write;

use crate::{Dialect, Encoding, Error, ErrorKind, Usage, Version};
use output::Output;

/// The first version with auxiliary fields and sizes.
const WITH_HINTS: u16 = 7;

/// The first version with idle times and frequencies.
const WITH_USAGE: u16 = 9;

/// The first version with functions.
const WITH_FUNCTIONS: u16 = 10;

/// Writes a file.
///
/// Nothing is complete before [`Writer::finish`]: a file without its end is refused by every
/// server.
#[derive(Debug)]
pub struct Writer<W> {
    output: Output<W>,
    version: Version,
    db: Option<u64>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// Fails if the version is not known, or older than 5, and if the output cannot be written.
    pub fn new(output: W, version: Version) -> Result<Self, Error> {
        // Every file that is written ends with a checksum.
        if !version.is_known() || !version.has_checksum() {
            return Err(Error::new(0, ErrorKind::UnknownVersion(version.number())));
        }
        let mut output = Output::new(output);
        output.bytes(&version.magic())?;
        Ok(Self { output, version, db: None })
    }

    /// Writes an auxiliary field. Versions before 7 have none.
    ///
    /// # Errors
    ///
    /// Fails if the output cannot be written.
    pub fn aux(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        if self.version.number() < WITH_HINTS {
            return Ok(());
        }
        self.output.bytes(&[crate::opcode::AUX])?;
        self.output.text(name)?;
        self.output.text(value)
    }

    /// Writes how many keys a database has, and how many of them expire, so that a server can make
    /// room for them. Versions before 7 have no place for it.
    ///
    /// # Errors
    ///
    /// Fails if the output cannot be written.
    pub fn resize(&mut self, db: u64, keys: u64, expires: u64) -> Result<(), Error> {
        if self.version.number() < WITH_HINTS {
            return Ok(());
        }
        self.select(db)?;
        self.output.bytes(&[crate::opcode::RESIZE])?;
        self.output.length(keys)?;
        self.output.length(expires)
    }

    /// Writes the code of a library of functions.
    ///
    /// # Errors
    ///
    /// Fails if the version has no functions, and if the output cannot be written.
    pub fn function(&mut self, code: &[u8]) -> Result<(), Error> {
        if self.version.number() < WITH_FUNCTIONS {
            let code = crate::opcode::FUNCTION;
            let kind = ErrorKind::UnknownCode { code, writer: None };
            return Err(Error::new(self.output.offset(), kind));
        }
        self.output.bytes(&[crate::opcode::FUNCTION])?;
        self.output.text(code)
    }

    /// Writes a key with its value, which is a type byte and what follows it.
    ///
    /// The expiry is a Unix time in milliseconds. Versions before 9 have no place for the usage.
    ///
    /// # Errors
    ///
    /// Fails if servers of this version do not know the type byte, and if the output cannot be
    /// written. What follows the type byte is not looked at.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of the record, and of its own type"
    )]
    pub fn entry(
        &mut self,
        db: u64,
        key: &[u8],
        expires_at: Option<i64>,
        usage: Option<Usage>,
        value: &[u8],
    ) -> Result<(), Error> {
        let encoding = self.encoding(value)?;
        self.select(db)?;
        if let Some(at) = expires_at {
            self.output.bytes(&[crate::opcode::EXPIRES_MS])?;
            self.output.bytes(&at.to_le_bytes())?;
        }
        if self.version.number() >= WITH_USAGE {
            self.usage(usage)?;
        }
        self.output.bytes(&[encoding.code()])?;
        self.output.text(key)?;
        self.output.bytes(value.get(1..).unwrap_or_default())
    }

    /// Returns how the value is stored, if servers of this version can know that.
    fn encoding(&self, value: &[u8]) -> Result<Encoding, Error> {
        let at = self.output.offset();
        let encoding =
            Encoding::of(value.first().copied(), self.version).map_err(|error| error.within(at))?;
        if Dialect::of_version(self.version).knows(encoding) {
            Ok(encoding)
        } else {
            Err(Error::new(at, ErrorKind::UnknownCode { code: encoding.code(), writer: None }))
        }
    }

    fn usage(&mut self, usage: Option<Usage>) -> Result<(), Error> {
        match usage {
            None => Ok(()),
            Some(Usage::Idle(seconds)) => {
                self.output.bytes(&[crate::opcode::IDLE])?;
                self.output.length(seconds)
            }
            Some(Usage::Frequency(frequency)) => {
                self.output.bytes(&[crate::opcode::FREQUENCY, frequency])
            }
        }
    }

    fn select(&mut self, db: u64) -> Result<(), Error> {
        if self.db == Some(db) {
            return Ok(());
        }
        self.output.bytes(&[crate::opcode::SELECT])?;
        self.output.length(db)?;
        self.db = Some(db);
        Ok(())
    }

    /// Ends the file, and gives back what it was written to, flushed.
    ///
    /// # Errors
    ///
    /// Fails if the output cannot be written.
    pub fn finish(mut self) -> Result<W, Error> {
        self.output.bytes(&[crate::opcode::END])?;
        let checksum = self.output.checksum()?;
        self.output.bytes(&checksum.to_le_bytes())?;
        self.output.finish()
    }
}
