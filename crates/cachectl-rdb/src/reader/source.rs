//! Buffered input that knows where it is and the checksum of what was consumed.

use std::{
    collections::TryReserveError,
    fmt,
    io::{self, Read},
};

use crate::{Error, ErrorKind, checksum::Checksum, headroom};

/// Bytes that are read at a time.
const CAPACITY: usize = 64 << 10;

/// The least that a value grows by when it is read without going through the buffer.
const STEP: usize = 256 << 10;

/// Where consumed bytes go.
pub(super) trait Sink {
    /// Takes bytes, if there is memory for them.
    fn put(&mut self, bytes: &[u8]) -> Result<(), TryReserveError>;

    /// Returns what bytes can be read into without going through the buffer.
    fn direct(&mut self) -> Option<&mut Vec<u8>>;

    /// Takes note of how big a compressed string is once it is unpacked.
    fn unpacks_to(&mut self, _bytes: u64) {}

    /// Takes note of how many producers a stream remembers.
    fn remembers(&mut self, _producers: u64) {}
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), TryReserveError> {
        grow(self, bytes.len())?;
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn direct(&mut self) -> Option<&mut Vec<u8>> {
        Some(self)
    }
}

/// Where bytes go that nobody wants.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn put(&mut self, _bytes: &[u8]) -> Result<(), TryReserveError> {
        Ok(())
    }

    fn direct(&mut self) -> Option<&mut Vec<u8>> {
        None
    }
}

/// Makes room for bytes that are there, by a quarter at a time: doubling would let a value of two
/// gigabytes take four.
fn grow(vec: &mut Vec<u8>, more: usize) -> Result<(), TryReserveError> {
    if vec.capacity().saturating_sub(vec.len()) < more {
        headroom::reserve(vec, more.max(vec.len() / 4))?;
    }
    Ok(())
}

pub(super) struct Source<R> {
    input: R,
    buffer: Box<[u8]>,
    /// What is next to be consumed.
    start: usize,
    /// Where the bytes that were read end.
    end: usize,
    /// Where the bytes begin that were consumed and are not in the checksum yet.
    unsummed: usize,
    /// The offset of the buffer in the file.
    base: u64,
    checksum: Checksum,
}

impl<R> fmt::Debug for Source<R> {
    /// Writes where it is: what it holds is as big as the file and nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("offset", &self.base.saturating_add(count(self.start)))
            .finish_non_exhaustive()
    }
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![0; CAPACITY].into_boxed_slice(),
            start: 0,
            end: 0,
            unsummed: 0,
            base: 0,
            checksum: Checksum::new(),
        }
    }

    /// Returns how many bytes were consumed.
    pub(super) fn offset(&self) -> u64 {
        self.base.saturating_add(count(self.start))
    }

    /// Returns the checksum of the bytes that were consumed.
    pub(super) fn checksum(&mut self) -> u64 {
        self.sum();
        self.checksum.value()
    }

    /// Consumes a byte.
    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, Error> {
        let [byte] = self.chunk(what)?;
        Ok(byte)
    }

    /// Consumes some bytes.
    pub(super) fn chunk<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Error> {
        loop {
            if let Some(chunk) = self.ready().first_chunk::<N>() {
                let chunk = *chunk;
                self.start = self.start.saturating_add(N);
                return Ok(chunk);
            }
            self.fill(what)?;
        }
    }

    /// Passes bytes on that were consumed, or are about to be.
    pub(super) fn give(
        &self,
        bytes: &[u8],
        sink: &mut impl Sink,
        what: &'static str,
    ) -> Result<(), Error> {
        sink.put(bytes).map_err(|_| Error::new(self.offset(), ErrorKind::TooBig(what)))
    }

    /// Returns what comes next, without consuming it: as much as the buffer holds, less only where
    /// the input ends.
    pub(super) fn rest(&mut self) -> Result<&[u8], Error> {
        while self.ready().len() < CAPACITY {
            match self.fill("what follows") {
                Ok(()) => {}
                Err(Error { kind: ErrorKind::Cut(_), .. }) => break,
                // What is there already tells more than that the rest cannot be read.
                Err(_) if !self.ready().is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(self.ready())
    }

    /// Consumes bytes and passes them on. Memory grows only as they arrive.
    pub(super) fn pass(
        &mut self,
        length: u64,
        sink: &mut impl Sink,
        what: &'static str,
    ) -> Result<(), Error> {
        let mut left = length;
        while left > 0 {
            if self.start == self.end {
                if left >= count(CAPACITY)
                    && let Some(target) = sink.direct()
                {
                    return self.pass_by(left, target, what);
                }
                self.fill(what)?;
            }
            let ready = self.ready();
            let piece = match usize::try_from(left) {
                Ok(left) => ready.get(..left).unwrap_or(ready),
                Err(_) => ready,
            };
            self.give(piece, sink, what)?;
            let piece = piece.len();
            self.start = self.start.saturating_add(piece);
            left = left.saturating_sub(count(piece));
        }
        Ok(())
    }

    /// Reads bytes into their place without going through the buffer, which is empty.
    fn pass_by(
        &mut self,
        length: u64,
        target: &mut Vec<u8>,
        what: &'static str,
    ) -> Result<(), Error> {
        self.make_room();
        let mut left = length;
        while left > 0 {
            let step = count(STEP.max(target.len() / 4)).min(left);
            let room = headroom::reserve(target, usize::try_from(step).unwrap_or(STEP));
            room.map_err(|_| Error::new(self.base, ErrorKind::TooBig(what)))?;
            let before = target.len();
            let result = (&mut self.input).take(step).read_to_end(target);
            let arrived = target.get(before..).unwrap_or_default();
            self.checksum.update(arrived);
            self.base = self.base.saturating_add(count(arrived.len()));
            left = left.saturating_sub(count(arrived.len()));
            result.map_err(|error| Error::new(self.base, ErrorKind::Read(error)))?;
            if count(arrived.len()) < step {
                return Err(Error::new(self.base, ErrorKind::Cut(what)));
            }
        }
        Ok(())
    }

    fn ready(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads more behind what was not consumed yet.
    fn fill(&mut self, what: &'static str) -> Result<(), Error> {
        self.make_room();
        let end = self.base.saturating_add(count(self.end));
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.input.read(room) {
                Ok(0) => return Err(Error::new(end, ErrorKind::Cut(what))),
                Ok(arrived) => {
                    self.end = self.end.saturating_add(arrived).min(CAPACITY);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::new(end, ErrorKind::Read(error))),
            }
        }
    }

    /// Moves what was not consumed to the front.
    fn make_room(&mut self) {
        self.sum();
        self.buffer.copy_within(self.start..self.end, 0);
        self.base = self.offset();
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        self.unsummed = 0;
    }

    fn sum(&mut self) {
        let consumed = self.buffer.get(self.unsummed..self.start).unwrap_or_default();
        self.checksum.update(consumed);
        self.unsummed = self.start;
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
