//! An append-only file that survives being cut off at any byte, and notices everything else.
//!
//! A record is its length, a CRC-32C, a tag and a payload. What was synced is there after a crash;
//! what was only appended may be torn, and is then cut off when the journal is opened again. How
//! much was synced is written down in a second file beside the journal, before `sync` returns: a
//! journal that has less than that, or says something else, is an error.

mod error;
mod format;
mod reading;
mod synced;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

pub use self::error::JournalError;
use self::{
    format::{HEADER, Header, MARK, Point, Record},
    reading::Reading,
};
use crate::steps::files;

/// How often a journal that somebody may be writing is looked at before it counts as damaged: what
/// is beside it may be overwritten at the moment it is read.
const LOOKS: u32 = 3;

/// Whom a journal belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The seal of the plan that is worked on.
    pub plan: [u8; 32],
    /// Which of its primaries.
    pub lane: u32,
}

/// A journal that is open for appending.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The file beside it.
    beside: File,
    header: Header,
    end: Point,
    /// Everything before it is on disk, and known to be.
    synced: Point,
    /// Syncing failed, and nobody knows what is on disk.
    is_broken: bool,
}

impl Journal {
    /// Creates a journal without records, and waits until it and its name are on disk.
    ///
    /// One that is there already is replaced.
    ///
    /// # Errors
    ///
    /// Fails if the files cannot be written.
    pub fn create(path: &Path, owner: Owner) -> Result<(), JournalError> {
        let header = Header { owner, identity: rand::random() };
        let beside = synced::path_beside(path);
        let created = synced::create(&beside, header);
        created.map_err(JournalError::file("create", &beside))?;
        let created = files::write_whole(path, &header.to_bytes());
        created.map_err(JournalError::file("create", path))
    }

    /// Returns whether there is a file with more in it than [`Journal::create`] writes.
    #[must_use]
    pub fn was_used(path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|about| about.len() > HEADER as u64)
    }

    /// Opens a journal, tells `replay` every record in order, and cuts off a torn end.
    ///
    /// `replay` gets the offset of the record, its tag and its payload, and returns `None` if it
    /// does not understand them.
    ///
    /// # Errors
    ///
    /// Fails if the journal or the file beside it is missing, belongs to another owner, or is
    /// damaged in any other way than by a torn end, or if `replay` does not understand a record.
    pub fn open(
        path: &Path,
        owner: Owner,
        replay: impl FnMut(u64, u8, &[u8]) -> Option<()>,
    ) -> Result<Self, JournalError> {
        let beside = synced::path_beside(path);
        let (file, beside_file) = (open(path)?, open(&beside)?);
        let reading = Reading::begin(path, &file, owner)?;
        reading.replay(replay)?;
        let Reading { header, synced, end, last_mark, .. } = reading;
        // A crash may come between a mark and the slot that tells of it, but not between two marks.
        if last_mark.marks > synced.point.marks + 1 {
            return Err(JournalError::Damaged { path: beside, offset: 0 });
        }
        cut(&file, end.offset).map_err(JournalError::file("write", path))?;
        if last_mark != synced.point {
            file.sync_data().map_err(JournalError::file("write", path))?;
            let written = synced::write(&beside_file, header.identity, last_mark);
            written.map_err(JournalError::file("write", &beside))?;
        }
        let path = path.to_owned();
        let beside = beside_file;
        Ok(Self { path, file, beside, header, end, synced: last_mark, is_broken: false })
    }

    /// Tells `replay` every record of a journal that somebody else may be writing.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn read(
        path: &Path,
        owner: Owner,
        replay: impl FnMut(u64, u8, &[u8]) -> Option<()>,
    ) -> Result<(), JournalError> {
        let file = files::open(path).map_err(JournalError::existing("read", path))?;
        let mut reading = Reading::begin(path, &file, owner);
        for _ in 1..LOOKS {
            if reading.is_err() {
                reading = Reading::begin(path, &file, owner);
            }
        }
        reading?.replay(replay)
    }

    /// Appends a record and returns its offset. It is safe from a crash of this process, but not
    /// of this machine.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn append(&mut self, tag: u8, payload: &[u8]) -> Result<u64, JournalError> {
        let offset = self.end.offset;
        let record = Record::new(self.header.identity, offset, tag, payload);
        let ending = record.and_then(|record| Some((record, self.end.after(&record)?)));
        let written = match ending {
            Some((record, _)) if !self.is_broken => {
                self.file.write_all_at(&record.to_bytes(), offset)
            }
            _ => Err(io::ErrorKind::InvalidInput.into()),
        };
        written.map_err(JournalError::file("write", &self.path))?;
        self.end = ending.map_or(self.end, |(_, after)| after);
        Ok(offset)
    }

    /// Waits until everything that was appended is on the disk.
    ///
    /// # Errors
    ///
    /// Fails if the disk does, or if somebody removed, replaced or altered the files. Nothing may
    /// be taken for durable then.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.check_files()?;
        if self.end == self.synced {
            return Ok(());
        }
        self.append(MARK, &self.end.mark())?;
        // After an error the system may take for written what is not, so there is no second try.
        self.is_broken = true;
        self.file.sync_data().map_err(JournalError::file("write", &self.path))?;
        let written = synced::write(&self.beside, self.header.identity, self.end);
        written.map_err(JournalError::file("write", &synced::path_beside(&self.path)))?;
        self.synced = self.end;
        self.is_broken = false;
        Ok(())
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes sure that the files are where they were, and that nobody else has written to them.
    fn check_files(&self) -> Result<(), JournalError> {
        let beside = synced::path_beside(&self.path);
        for (path, file) in [(&self.path, &self.file), (&beside, &self.beside)] {
            let ours = file.metadata().map_err(JournalError::file("read", path))?;
            let there = match fs::symlink_metadata(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                there => Some(there.map_err(JournalError::file("read", path))?),
            };
            if there.is_none_or(|there| !is_same(&there, &ours)) {
                return Err(JournalError::Replaced { path: path.clone() });
            }
        }
        let length = self.file.metadata().map_err(JournalError::file("read", &self.path))?.len();
        if length == self.end.offset {
            Ok(())
        } else {
            Err(JournalError::Replaced { path: self.path.clone() })
        }
    }
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Cuts off what is behind `length`.
fn cut(file: &File, length: u64) -> io::Result<()> {
    if file.metadata()?.len() > length {
        file.set_len(length)?;
        file.sync_data()?;
    }
    Ok(())
}

/// Opens a file that has to exist.
fn open(path: &Path) -> Result<File, JournalError> {
    files::open_to_write(path).map_err(JournalError::existing("open", path))
}
