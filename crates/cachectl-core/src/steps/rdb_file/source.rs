//! An RDB file while it is read.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cachectl_rdb::{
    Error as RdbError, ErrorKind as RdbErrorKind, Reader, Record, Version,
    reader::{After, Checksum, Empties, Trailing, Values},
};

use super::{
    FileError,
    ending::{Ending, Proof},
    input::{Checked, Counted, FromStart, Input, Packing},
    place::{Depth, IfTrailing, IfUnknown, RdbFile, Strictness},
};

/// An RDB file while it is read.
#[derive(Debug)]
pub struct RdbSource {
    reader: Reader<Input>,
    packing: Packing,
    /// The file.
    path: PathBuf,
    progress: Progress,
    strictness: Strictness,
    increments: Vec<String>,
    ending: Option<Ending>,
}

/// How far a file was read, for those who watch from elsewhere.
#[derive(Clone, Debug)]
pub struct Progress {
    read: Arc<AtomicU64>,
    /// How many bytes there are, if that is known.
    pub size: Option<u64>,
}

impl Progress {
    /// Returns how many bytes were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

impl RdbSource {
    /// Opens a file, to be read as strictly as can be.
    ///
    /// # Errors
    ///
    /// As [`RdbFile::open`].
    pub fn open(path: &Path) -> Result<Self, FileError> {
        RdbFile::at(path).open()
    }

    /// Reads what can be read only once.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or does not begin as an RDB file does.
    pub fn of_stream(
        input: impl Read + Send + 'static,
        name: &Path,
        strictness: Strictness,
    ) -> Result<Self, FileError> {
        Self::begin(input, None, name, strictness)
    }

    /// Reads an open file from its start, also if another one has its name meanwhile.
    pub(super) fn of_file(
        file: Arc<File>,
        name: &Path,
        strictness: Strictness,
        increments: Vec<String>,
    ) -> Result<Self, FileError> {
        let size = file.metadata().map_err(FileError::using("read", name))?.len();
        let source = Self::begin(FromStart::of(file), Some(size), name, strictness)?;
        Ok(Self { increments, ..source })
    }

    fn begin(
        input: impl Read + Send + 'static,
        size: Option<u64>,
        name: &Path,
        strictness: Strictness,
    ) -> Result<Self, FileError> {
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: input, read: Arc::clone(&read) };
        let input = Input::of(counted).map_err(FileError::using("read", name))?;
        let packing = input.packing;
        let mut reader = Reader::new(input).map_err(|error| FileError::of(name, error))?;
        reader.read_empties(Empties::Drop);
        Ok(Self {
            reader,
            packing,
            path: name.to_owned(),
            progress: Progress { read, size },
            strictness,
            increments: Vec::new(),
            ending: None,
        })
    }

    /// Chooses how much of the values is read from here on.
    pub fn read_values(&mut self, depth: Depth) {
        self.reader.read_values(match depth {
            Depth::Whole => Values::Whole,
            Depth::Heads => Values::Heads,
        });
    }

    /// Returns collections without elements as well from here on, for those who say what becomes of
    /// each.
    pub fn keep_empties(&mut self) {
        self.reader.read_empties(Empties::Keep);
    }

    /// Takes the value of the last entry, which need not be copied then.
    #[must_use]
    pub fn take_value(&mut self) -> Vec<u8> {
        self.reader.take_value()
    }

    /// Takes the key of the last entry, which need not be copied then.
    #[must_use]
    pub fn take_key(&mut self) -> Vec<u8> {
        self.reader.take_key()
    }

    /// Returns the next record, `None` after the last.
    ///
    /// Collections without elements are left out, as servers do when they load a file, unless they
    /// are kept.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read any further, is damaged, goes on after its end, or holds
    /// what is not known, unless it is to be read less strictly.
    pub fn record(&mut self) -> Result<Option<Record<'_>>, FileError> {
        if self.ending.is_some() {
            return Ok(None);
        }
        if let Err(error) = self.reader.advance() {
            return self.stop(error).map(|()| None);
        }
        if self.reader.is_at_end() {
            self.end()?;
        }
        Ok(self.reader.current())
    }

    /// Returns what is known of the file, once all of it was read.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    fn end(&mut self) -> Result<(), FileError> {
        let trailing = self.trailing()?;
        if let Some(what) = &trailing
            && self.strictness.trailing == IfTrailing::Refuse
        {
            return Err(FileError::Trailing { path: self.path.clone(), what: what.clone() });
        }
        let proof = match (self.reader.checksum(), self.packing) {
            (Checksum::Verified, _) => Proof::Checksum,
            (Checksum::Absent, Packing::Valkey(Checked::Yes)) => Proof::Frame,
            (Checksum::Absent, _) => Proof::None,
        };
        self.ending = Some(Ending {
            proof,
            trailing: trailing.map(|trailing| trailing.to_string()),
            ..self.unfinished()
        });
        Ok(())
    }

    /// Looks at what follows the end.
    fn trailing(&mut self) -> Result<Option<Trailing>, FileError> {
        let offset = self.reader.offset();
        match self.reader.trailing() {
            Ok(trailing) => Ok(trailing),
            // All of the file is there, and what follows was not compressed like it.
            Err(RdbError { kind: RdbErrorKind::Read(error), .. })
                if self.packing != Packing::Plain && error.raw_os_error().is_none() =>
            {
                Ok(Some(Trailing { offset, what: After::Unknown(Vec::new()) }))
            }
            Err(error) => Err(FileError::of(&self.path, error)),
        }
    }

    /// Takes what was read for all there is, if what follows is not known and that was asked for.
    fn stop(&mut self, error: RdbError) -> Result<(), FileError> {
        match &error.kind {
            RdbErrorKind::UnknownCode { .. } if self.strictness.unknown == IfUnknown::Stop => {
                let unread = Some(error.to_string());
                self.ending = Some(Ending { unread, ..self.unfinished() });
                Ok(())
            }
            _ => Err(FileError::of(&self.path, error)),
        }
    }

    fn unfinished(&mut self) -> Ending {
        Ending {
            increments: std::mem::take(&mut self.increments),
            empty: self.reader.dropped(),
            ..Ending::default()
        }
    }

    /// Returns what the file is called.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the version of the format it is written in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.reader.version()
    }

    /// Returns how far it was read.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use flate2::{Compression, write::GzEncoder};
    use lz4_flex::frame::{FrameEncoder, FrameInfo};

    use super::*;

    /// A file with one key and no checksum.
    const FILE: &[u8] = b"VALKEY081\x00\x01a\x011\xff\x00\x00\x00\x00\x00\x00\x00\x00";

    fn lz4(bytes: &[u8], checked: Checked) -> Vec<u8> {
        let info = FrameInfo::new().content_checksum(checked == Checked::Yes);
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8], checked: Checked) -> Vec<u8> {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(checked == Checked::Yes).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// As Valkey from 9.2 on writes it.
    fn by_valkey(codec: u8, frame: &[u8]) -> Vec<u8> {
        [&[b'V', b'C', b'S', 1, codec, 0, 1], frame].concat()
    }

    /// Reads all of it, and returns how many keys there are, and how it ended.
    fn read(file: &RdbFile) -> Result<(u64, Ending), FileError> {
        let mut source = file.open()?;
        let mut keys = 0;
        while let Some(record) = source.record()? {
            keys += u64::from(matches!(record, Record::Entry(_)));
        }
        assert!(source.record()?.is_none(), "the end stays the end");
        Ok((keys, source.ending().cloned().unwrap()))
    }

    fn kept(bytes: &[u8]) -> RdbFile {
        RdbFile::kept(bytes, "-", tempfile::tempdir().unwrap().path()).unwrap()
    }

    #[test]
    fn a_file_is_unpacked_whatever_has_packed_it() {
        #[track_caller]
        fn case(bytes: &[u8], expected: Proof) {
            let (keys, ending) = read(&kept(bytes)).unwrap();
            assert_eq!((keys, ending.proof), (1, expected));
        }

        case(FILE, Proof::None);
        case(&gzip(FILE), Proof::None);
        case(&zstd(FILE, Checked::Yes), Proof::None);
        for checked in [Checked::Yes, Checked::No] {
            let proof = if checked == Checked::Yes { Proof::Frame } else { Proof::None };
            case(&by_valkey(1, &lz4(FILE, checked)), proof);
            case(&by_valkey(2, &zstd(FILE, checked)), proof);
        }
    }

    #[test]
    fn what_valkey_packs_in_another_way_is_no_damage() {
        let error = read(&kept(&by_valkey(9, b"........"))).unwrap_err();
        assert!(format!("{error:?}").contains("by a newer Valkey"), "{error:?}");
        let cut = read(&kept(b"VCS\x01")).unwrap_err();
        assert!(format!("{cut:?}").contains("UnexpectedEof"), "{cut:?}");
        let damaged = by_valkey(1, &lz4(FILE, Checked::Yes));
        let mut damaged = [&damaged[..damaged.len() - 1], &[0]].concat();
        damaged[20] ^= 1;
        assert!(read(&kept(&damaged)).is_err());
    }

    #[test]
    fn a_file_that_was_kept_is_read_as_often_as_is_needed_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let file = RdbFile::kept(FILE, "-", directory.path()).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let (mut one, mut other) = (file.open().unwrap(), file.open().unwrap());
        assert!(one.record().unwrap().is_some() && other.record().unwrap().is_some());
        assert!(one.record().unwrap().is_none() && other.record().unwrap().is_none());
        assert_eq!(read(&file).unwrap().0, 1);
    }
}
