//! Writes and seals a plan.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use super::{END_OF_LANE, END_OF_SECTION, MAGIC, Manifest, Operation};
use crate::steps::files;

/// Writes and seals a plan.
#[derive(Debug)]
pub(in crate::migrate) struct PlanWriter {
    file: Counting<BufWriter<Hashing<File>>>,
    /// The level of the section that is open.
    level: Option<u32>,
}

impl PlanWriter {
    /// Creates the file, which must not exist.
    pub(in crate::migrate) fn create(path: &Path) -> io::Result<Self> {
        // What is hashed is whole buffers: an operation is written in small parts.
        let file = Hashing { inner: files::create(path)?, hash: Sha256::new() };
        let file = BufWriter::with_capacity(128 << 10, file);
        let mut file = Counting { inner: file, position: 0 };
        file.write_all(MAGIC)?;
        Ok(Self { file, level: None })
    }

    /// Returns where the next byte goes.
    pub(in crate::migrate) fn position(&self) -> u64 {
        self.file.position
    }

    /// Appends an operation to the section of this level, which opens unless it is open.
    pub(in crate::migrate) fn operation(
        &mut self,
        level: u32,
        operation: Operation,
        from: &[u8],
        to: &[u8],
    ) -> io::Result<()> {
        if self.level != Some(level) {
            self.end_section()?;
            self.file.write_all(&level.to_le_bytes())?;
            self.level = Some(level);
        }
        operation.write(from, to, &mut self.file)
    }

    /// Ends the sections of a primary.
    pub(in crate::migrate) fn end_lane(&mut self) -> io::Result<()> {
        self.end_section()?;
        self.file.write_all(&END_OF_LANE.to_le_bytes())
    }

    fn end_section(&mut self) -> io::Result<()> {
        match self.level.take() {
            Some(_) => self.file.write_all(&[END_OF_SECTION]),
            None => Ok(()),
        }
    }

    /// Writes the manifest, seals the plan, and waits until it is on the disk.
    pub(in crate::migrate) fn seal(mut self, manifest: &Manifest) -> io::Result<[u8; 32]> {
        let start = self.file.position;
        serde_json::to_writer(&mut self.file, manifest)?;
        self.file.write_all(&start.to_le_bytes())?;
        let file = self.file.inner.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Hashing { inner: mut file, hash } = file;
        let seal: [u8; 32] = hash.finalize().into();
        file.write_all(&seal)?;
        file.sync_all()?;
        Ok(seal)
    }
}

/// Counts what passes through.
#[derive(Debug)]
struct Counting<W> {
    inner: W,
    position: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buf)?;
        self.position += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Hashes what passes through.
#[derive(Debug)]
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buf)?;
        self.hash.update(buf.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
