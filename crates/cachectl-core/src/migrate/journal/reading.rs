//! Reads a journal and finds out where it ends.
//!
//! What is written down beside the journal is read first: everything before that point is on disk
//! and never changes again, so it must be whole. What follows may be torn, and may grow while it
//! is read.

use std::{
    fs::File,
    io::{BufReader, Read as _, Seek as _, SeekFrom},
    os::unix::fs::FileExt as _,
    path::Path,
};

use super::{
    Owner,
    error::JournalError,
    format::{HEADER, Header, MARK, Point, Record, read_frame},
    synced::{self, Synced},
};

/// A journal, and where it ends.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    path: &'a Path,
    file: &'a File,
    pub(super) header: Header,
    pub(super) synced: Synced,
    /// What follows the point that is known to be on disk.
    tail: Vec<u8>,
    /// Where the last good record ends.
    pub(super) end: Point,
    /// Where the last mark ends.
    pub(super) last_mark: Point,
}

impl<'a> Reading<'a> {
    /// Reads what is beside the journal, and what is not known to be on disk.
    pub(super) fn begin(
        path: &'a Path,
        file: &'a File,
        owner: Owner,
    ) -> Result<Self, JournalError> {
        let beside = synced::path_beside(path);
        let synced = synced::read(&beside)?;
        let read = JournalError::file("read", path);
        // A file that grows meanwhile is read up to here: what is written after that is for others.
        let length = file.metadata().map_err(read)?.len();
        let cut = |synced| JournalError::Cut { path: path.to_owned(), length, synced };
        if length < HEADER as u64 {
            return Err(cut(synced.point.offset));
        }
        let header = read_header(path, file)?;
        if header.owner != owner {
            return Err(JournalError::Foreign { path: path.to_owned() });
        }
        // First: how much of another journal was synced says nothing about this one.
        if header.identity != synced.identity {
            return Err(JournalError::Foreign { path: beside });
        }
        if length < synced.point.offset {
            return Err(cut(synced.point.offset));
        }
        let mut tail = vec![0; usize::try_from(length - synced.point.offset).unwrap_or_default()];
        let read = file.read_exact_at(&mut tail, synced.point.offset);
        read.map_err(JournalError::file("read", path))?;
        let (end, last_mark) = (synced.point, synced.point);
        let mut reading = Self { path, file, header, synced, tail, end, last_mark };
        reading.find_end()?;
        Ok(reading)
    }

    /// Finds the last good record of the tail.
    fn find_end(&mut self) -> Result<(), JournalError> {
        let mut left = self.tail.as_slice();
        while let Some(record) = Record::parse(self.header.identity, self.end.offset, left)
            && let Some(after) = self.end.after(&record)
        {
            left = left.get(record.size()..).unwrap_or_default();
            self.end = after;
            if record.tag == MARK {
                self.last_mark = after;
            }
        }
        self.nothing_follows(left)?;
        match self.synced.damaged {
            // A slot is written after the mark that it tells of, so that one torn by a crash
            // leaves a mark that the other slot does not know. This one was damaged otherwise.
            Some(offset) if self.last_mark == self.synced.point => {
                Err(JournalError::Damaged { path: synced::path_beside(self.path), offset })
            }
            _ => Ok(()),
        }
    }

    /// Makes sure that there is no record in what is left, at whatever byte: it would not be torn.
    fn nothing_follows(&self, left: &[u8]) -> Result<(), JournalError> {
        let is_record = |skipped: usize| {
            let offset = self.end.offset + skipped as u64;
            let bytes = left.get(skipped..).unwrap_or_default();
            Record::parse(self.header.identity, offset, bytes).is_some()
        };
        if (0..left.len()).any(is_record) { Err(self.damaged(self.end.offset)) } else { Ok(()) }
    }

    /// Tells `replay` every good record, with the offset at which it stands.
    pub(super) fn replay(
        &self,
        mut replay: impl FnMut(u64, u8, &[u8]) -> Option<()>,
    ) -> Result<(), JournalError> {
        let mut tell = |at: Point, bytes: &[u8]| {
            let record = Record::parse(self.header.identity, at.offset, bytes);
            let after = record.as_ref().and_then(|record| at.after(record));
            let (record, after) = record.zip(after).ok_or_else(|| self.damaged(at.offset))?;
            if record.tag != MARK && replay(at.offset, record.tag, record.payload).is_none() {
                let (path, offset) = (self.path.to_owned(), at.offset);
                return Err(JournalError::Unknown { path, offset });
            }
            Ok(after)
        };
        let mut at = self.replay_synced(&mut tell)?;
        while at != self.end {
            let skipped =
                usize::try_from(at.offset - self.synced.point.offset).unwrap_or(usize::MAX);
            at = tell(at, self.tail.get(skipped..).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Tells `tell` the records that are known to be on disk.
    fn replay_synced(
        &self,
        tell: &mut impl FnMut(Point, &[u8]) -> Result<Point, JournalError>,
    ) -> Result<Point, JournalError> {
        let mut at = self.header.end();
        let mut reader = BufReader::new(self.file);
        let begun = reader.seek(SeekFrom::Start(at.offset));
        begun.map_err(JournalError::file("read", self.path))?;
        let mut reader = reader.take(self.synced.point.offset.saturating_sub(at.offset));
        let mut frame = Vec::new();
        while at.offset < self.synced.point.offset {
            let whole = read_frame(&mut reader, &mut frame);
            if !whole.map_err(JournalError::file("read", self.path))? {
                return Err(self.damaged(at.offset));
            }
            at = tell(at, &frame)?;
        }
        // Every record is good, and yet they are not those that were written.
        if at == self.synced.point { Ok(at) } else { Err(self.damaged(at.offset)) }
    }

    fn damaged(&self, offset: u64) -> JournalError {
        JournalError::Damaged { path: self.path.to_owned(), offset }
    }
}

fn read_header(path: &Path, file: &File) -> Result<Header, JournalError> {
    let mut bytes = [0; HEADER];
    file.read_exact_at(&mut bytes, 0).map_err(JournalError::file("read", path))?;
    let damaged = || JournalError::Damaged { path: path.to_owned(), offset: 0 };
    Header::from_bytes(&bytes).ok_or_else(damaged)
}
