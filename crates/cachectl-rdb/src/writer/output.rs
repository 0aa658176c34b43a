//! Buffered output that knows the checksum of what went through it.

use std::{fmt, io::Write};

use crate::{Error, ErrorKind, checksum::Checksum};

/// Bytes that are gathered before they are written.
const CAPACITY: usize = 64 << 10;

pub(super) struct Output<W> {
    inner: W,
    buffer: Vec<u8>,
    /// How much has left the buffer.
    written: u64,
    checksum: Checksum,
}

impl<W> fmt::Debug for Output<W> {
    /// Writes how far it is, and nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("written", &self.written).finish_non_exhaustive()
    }
}

impl<W: Write> Output<W> {
    pub(super) fn new(inner: W) -> Self {
        let buffer = Vec::with_capacity(CAPACITY);
        Self { inner, buffer, written: 0, checksum: Checksum::new() }
    }

    /// Returns how many bytes the file has so far.
    pub(super) fn offset(&self) -> u64 {
        self.written.saturating_add(count(&self.buffer))
    }

    /// Writes bytes as they are. What is bigger than the buffer does not go through it.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.buffer.len().saturating_add(bytes.len()) > CAPACITY {
            self.flush()?;
        }
        if bytes.len() >= CAPACITY {
            return self.write(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes a length in the fewest bytes.
    pub(super) fn length(&mut self, length: u64) -> Result<(), Error> {
        const SIX_BITS: u64 = 1 << 6;
        const FOURTEEN_BITS: u64 = 1 << 14;
        if length < SIX_BITS {
            let [low, ..] = length.to_le_bytes();
            return self.bytes(&[low]);
        }
        if length < FOURTEEN_BITS {
            let [low, high, ..] = length.to_le_bytes();
            return self.bytes(&[0x40 | high, low]);
        }
        if let Ok(short) = u32::try_from(length) {
            self.bytes(&[0x80])?;
            return self.bytes(&short.to_be_bytes());
        }
        self.bytes(&[0x81])?;
        self.bytes(&length.to_be_bytes())
    }

    /// Writes a string: its length and its bytes.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.length(count(bytes))?;
        self.bytes(bytes)
    }

    /// Returns the checksum of everything so far.
    pub(super) fn checksum(&mut self) -> Result<u64, Error> {
        self.flush()?;
        Ok(self.checksum.value())
    }

    pub(super) fn finish(mut self) -> Result<W, Error> {
        self.flush()?;
        let written = self.written;
        self.inner.flush().map_err(|error| Error::new(written, ErrorKind::Write(error)))?;
        Ok(self.inner)
    }

    fn flush(&mut self) -> Result<(), Error> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = self.write(&buffer);
        buffer.clear();
        self.buffer = buffer;
        result
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.inner
            .write_all(bytes)
            .map_err(|error| Error::new(self.written, ErrorKind::Write(error)))?;
        self.checksum.update(bytes);
        self.written = self.written.saturating_add(count(bytes));
        Ok(())
    }
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
