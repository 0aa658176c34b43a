//! An append-only file that survives being cut off at any byte.
//!
//! A record is its length, a CRC-32C, a tag and a payload. What was synced is there after a crash;
//! what was only appended may be torn, and is then cut off when the journal is opened again.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use crc::{CRC_32_ISCSI, Crc};

use super::files;

const CRC32C: Crc<u32, crc::Table<16>> = Crc::<u32, crc::Table<16>>::new(&CRC_32_ISCSI);
/// Length, checksum and tag.
const FRAME: usize = 9;
/// Longer records are nothing of ours.
const LONGEST: u32 = 16 << 20;

/// A journal that is open for appending.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens a journal, tells `replay` every record in order, and cuts off a torn end.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be used, or if a record before a good one is damaged: that is no
    /// torn end, and nobody can tell what it said.
    pub fn open(path: &Path, replay: impl FnMut(u8, &[u8])) -> Result<Self, JournalError> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        files::restrict(&mut options);
        let mut file = options.open(path)?;
        let good = replay_file(&file, replay)?;
        if file.metadata()?.len() > good {
            file.set_len(good)?;
            file.sync_data()?;
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Tells `replay` every record of a journal that somebody else may be writing.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`]; a journal that does not exist has no records.
    pub fn read(path: &Path, replay: impl FnMut(u8, &[u8])) -> Result<(), JournalError> {
        match File::open(path) {
            Ok(file) => replay_file(&file, replay).map(drop),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Appends a record. It is safe from a crash of this process, but not of this machine.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn append(&mut self, tag: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).ok().filter(|length| *length <= LONGEST);
        let length = length.ok_or(io::ErrorKind::InvalidInput)?;
        let mut record = Vec::with_capacity(FRAME + payload.len());
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&checksum(tag, payload).to_le_bytes());
        record.push(tag);
        record.extend_from_slice(payload);
        self.file.write_all(&record)
    }

    /// Waits until everything that was appended is on the disk.
    ///
    /// # Errors
    ///
    /// Fails if the disk does. Nothing may be taken for durable then.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The record at this byte is damaged, and there are good ones after it.
    #[error("damaged at byte {0}")]
    Damaged(u64),
}

fn checksum(tag: u8, payload: &[u8]) -> u32 {
    let mut digest = CRC32C.digest();
    digest.update(&[tag]);
    digest.update(payload);
    digest.finalize()
}

/// Returns where the good records end.
fn replay_file(file: &File, mut replay: impl FnMut(u8, &[u8])) -> Result<u64, JournalError> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0))?;
    let mut good = 0;
    let mut position = 0;
    let mut torn = false;
    while let Some(frame) = read_frame(&mut reader)? {
        position += (FRAME + frame.payload.len()) as u64;
        match (checksum(frame.tag, &frame.payload) == frame.checksum, torn) {
            (true, false) => {
                replay(frame.tag, &frame.payload);
                good = position;
            }
            (true, true) => return Err(JournalError::Damaged(good)),
            (false, _) => torn = true,
        }
    }
    Ok(good)
}

struct Frame {
    checksum: u32,
    tag: u8,
    payload: Vec<u8>,
}

/// Reads a record, `None` if what is left is too short for one.
fn read_frame(reader: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut head = [0; FRAME];
    if !fill(reader, &mut head)? {
        return Ok(None);
    }
    let [l0, l1, l2, l3, c0, c1, c2, c3, tag] = head;
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if length > LONGEST {
        return Ok(None);
    }
    let mut payload = Vec::new();
    reader.take(u64::from(length)).read_to_end(&mut payload)?;
    let whole = payload.len() == length as usize;
    let checksum = u32::from_le_bytes([c0, c1, c2, c3]);
    Ok(whole.then_some(Frame { checksum, tag, payload }))
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn records(path: &Path) -> Result<Vec<(u8, Vec<u8>)>, JournalError> {
        let mut found = Vec::new();
        Journal::open(path, |tag, payload| found.push((tag, payload.to_vec())))?;
        Ok(found)
    }

    fn three_records(path: &Path) -> Vec<(u8, Vec<u8>)> {
        let expected = vec![(1, b"one".to_vec()), (2, Vec::new()), (3, vec![7; 1000])];
        let mut journal = Journal::open(path, |_, _| panic!("it is new")).unwrap();
        for (tag, payload) in &expected {
            journal.append(*tag, payload).unwrap();
        }
        journal.sync().unwrap();
        expected
    }

    #[test]
    fn a_journal_cut_at_any_byte_keeps_its_whole_records_and_can_go_on() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let expected = three_records(&path);
        let whole = fs::read(&path).unwrap();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let kept = records(&path).unwrap();
            assert_eq!(kept, expected[..kept.len()], "cut at {length}");
            Journal::open(&path, |_, _| {}).unwrap().append(9, b"more").unwrap();
            let grown = records(&path).unwrap();
            assert_eq!(grown.len(), kept.len() + 1, "cut at {length}");
            assert_eq!(grown.last(), Some(&(9, b"more".to_vec())));
        }
    }

    #[test]
    fn a_changed_byte_never_goes_unnoticed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let expected = three_records(&path);
        let whole = fs::read(&path).unwrap();
        for index in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[index] ^= 0x20;
            fs::write(&path, &damaged).unwrap();
            match records(&path) {
                Ok(kept) => assert!(kept.len() < 3 && kept == expected[..kept.len()]),
                Err(JournalError::Damaged(_)) => {}
                Err(JournalError::File(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn damage_before_a_good_record_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        three_records(&path);
        let mut damaged = fs::read(&path).unwrap();
        damaged[10] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert!(matches!(records(&path), Err(JournalError::Damaged(0))));
    }

    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        three_records(&path);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
