//! Opens a sealed plan and reads it, a window at a time.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{END_OF_LANE, END_OF_SECTION, MAGIC, Manifest, TRAILER, Window};
use crate::{files, migrate::Error};

/// The most operations of a window.
pub(in crate::migrate) const WINDOW: usize = 16_384;
/// The most bytes of names of a window, unless one pair has more.
const WINDOW_BYTES: usize = 2 << 20;

/// A plan that was sealed.
#[derive(Debug)]
pub(in crate::migrate) struct SealedPlan {
    path: PathBuf,
    pub(in crate::migrate) manifest: Manifest,
    pub(in crate::migrate) seal: [u8; 32],
}

impl SealedPlan {
    /// Opens a plan and checks its seal.
    pub(in crate::migrate) fn open(path: &Path) -> Result<Self, Error> {
        Self::read(path, Seal::Checked)
    }

    /// Opens a plan without checking its seal, which takes as long as reading all of it: to tell
    /// where a migration stands, never to work by it.
    pub(in crate::migrate) fn glance(path: &Path) -> Result<Self, Error> {
        Self::read(path, Seal::Trusted)
    }

    fn read(path: &Path, seal: Seal) -> Result<Self, Error> {
        let not_read = Error::file("read", path);
        match read_sealed(path, seal) {
            Ok(Some((manifest, seal))) => Ok(Self { path: path.to_owned(), manifest, seal }),
            Ok(None) => Err(Error::NotAPlan { path: path.to_owned() }),
            Err(SealError::File(source)) => Err(not_read(source)),
            Err(SealError::Broken) => Err(Error::Damaged { path: path.to_owned() }),
        }
    }

    /// Says that the file is somewhere else now.
    pub(in crate::migrate) fn moved_to(self, path: PathBuf) -> Self {
        Self { path, ..self }
    }

    /// Returns the first 12 hexadecimal digits of the seal.
    pub(in crate::migrate) fn short_seal(&self) -> String {
        short(&self.seal)
    }

    /// Reads the part of a primary from its start.
    pub(in crate::migrate) fn lane(&self, lane: usize) -> Result<LaneReader, Error> {
        let offset = self.manifest.lanes.get(lane).map_or(MAGIC.len() as u64, |lane| lane.offset);
        LaneReader::open(&self.path, Place { offset, next: 0, level: None })
    }

    /// Reads the part of a primary from a place in it.
    pub(in crate::migrate) fn lane_from(&self, place: Place) -> Result<LaneReader, Error> {
        LaneReader::open(&self.path, place)
    }
}

/// Returns the first 12 hexadecimal digits of a seal.
pub(in crate::migrate) fn short(seal: &[u8; 32]) -> String {
    hex(seal).chars().take(12).collect()
}

/// Returns the hexadecimal digits of a seal.
pub(in crate::migrate) fn hex(seal: &[u8; 32]) -> String {
    let digits = seal.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Reads the hexadecimal digits of a seal.
pub(in crate::migrate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok());
    let digits = digits.collect::<Option<Vec<u8>>>()?;
    let pairs = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, it| byte << 4 | it));
    pairs.collect::<Vec<u8>>().try_into().ok()
}

/// Whether a seal is compared with what it seals.
#[derive(Clone, Copy)]
enum Seal {
    Checked,
    Trusted,
}

enum SealError {
    File(io::Error),
    Broken,
}

impl From<io::Error> for SealError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Returns the manifest and the seal; `None` if the file does not begin like a plan.
fn read_sealed(path: &Path, check: Seal) -> Result<Option<(Manifest, [u8; 32])>, SealError> {
    let mut file = files::open(path)?;
    let length = file.metadata()?.len();
    let mut magic = [0; MAGIC.len()];
    let begun = file.by_ref().take(MAGIC.len() as u64).read(&mut magic)?;
    if begun < MAGIC.len() || &magic != MAGIC {
        return Ok(None);
    }
    let sealed = length.checked_sub(32).filter(|sealed| *sealed >= TRAILER);
    let sealed = sealed.ok_or(SealError::Broken)?;
    let expected = match check {
        Seal::Checked => Some(hash(&mut file, sealed)?),
        Seal::Trusted => None,
    };
    let mut seal = [0; 32];
    file.seek(SeekFrom::Start(sealed))?;
    file.read_exact(&mut seal)?;
    if expected.is_some_and(|expected| seal != expected) {
        return Err(SealError::Broken);
    }
    let mut start = [0; 8];
    file.seek(SeekFrom::Start(sealed - 8))?;
    file.read_exact(&mut start)?;
    let start = u64::from_le_bytes(start);
    file.seek(SeekFrom::Start(start))?;
    let manifest = file.take((sealed - 8).saturating_sub(start));
    let manifest = serde_json::from_reader(BufReader::new(manifest));
    manifest.map(|manifest| Some((manifest, seal))).map_err(|_| SealError::Broken)
}

/// Returns the SHA-256 of the first `length` bytes of a file.
fn hash(file: &mut File, length: u64) -> io::Result<[u8; 32]> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut body = file.take(length);
    loop {
        let count = body.read(&mut buffer)?;
        if count == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(buffer.get(..count).unwrap_or_default());
    }
}

/// A place between two operations of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::migrate) struct Place {
    /// The byte of the plan.
    pub(in crate::migrate) offset: u64,
    /// The number of the operation that comes next.
    pub(in crate::migrate) next: u64,
    /// The level of the section that is open there; none if a section begins there.
    pub(in crate::migrate) level: Option<u32>,
}

/// Reads the part of one primary, a window at a time.
#[derive(Debug)]
pub(in crate::migrate) struct LaneReader {
    path: PathBuf,
    file: BufReader<File>,
    place: Place,
}

impl LaneReader {
    fn open(path: &Path, place: Place) -> Result<Self, Error> {
        let open = || {
            let mut file = BufReader::with_capacity(128 << 10, files::open(path)?);
            file.seek(SeekFrom::Start(place.offset))?;
            Ok(file)
        };
        let file = open().map_err(Error::file("read", path))?;
        Ok(Self { path: path.to_owned(), file, place })
    }

    /// Returns where the next window begins.
    pub(in crate::migrate) fn place(&self) -> Place {
        self.place
    }

    /// Returns the next window, made of the room of one that is not needed any more; `None` after
    /// the last operation.
    pub(in crate::migrate) fn window(&mut self, room: Window) -> Result<Option<Window>, Error> {
        self.bounded_window(room, WINDOW)
    }

    /// Returns the next window of at most so many operations.
    pub(in crate::migrate) fn bounded_window(
        &mut self,
        room: Window,
        most: usize,
    ) -> Result<Option<Window>, Error> {
        self.read_window(room, most).map_err(Error::file("read", &self.path))
    }

    fn read_window(&mut self, mut room: Window, most: usize) -> io::Result<Option<Window>> {
        while let Some(level) = self.section()? {
            let window = self.read_operations(room, level, most)?;
            if window.len() > 0 {
                self.place.next += window.len() as u64;
                return Ok(Some(window));
            }
            // A section that ended just where the window before it did leaves nothing behind.
            room = window;
        }
        Ok(None)
    }

    /// Reads the operations that follow in the section that is open, which can be none.
    fn read_operations(&mut self, room: Window, level: u32, most: usize) -> io::Result<Window> {
        let mut window = room.reuse(self.place.next, level, self.place.offset);
        while window.len() < most && (window.bytes() < WINDOW_BYTES || window.len() == 0) {
            match self.byte()? {
                END_OF_SECTION => {
                    self.place.level = None;
                    self.place.offset += 1;
                    break;
                }
                kind => self.place.offset += window.read(kind, &mut self.file)?,
            }
        }
        Ok(window)
    }

    /// Returns the level of the section that is open, opening the next one if none is.
    fn section(&mut self) -> io::Result<Option<u32>> {
        if let Some(level) = self.place.level {
            return Ok(Some(level));
        }
        let mut level = [0; 4];
        self.file.read_exact(&mut level)?;
        let level = u32::from_le_bytes(level);
        if level == END_OF_LANE {
            self.file.seek_relative(-4)?;
            return Ok(None);
        }
        self.place.offset += 4;
        self.place.level = Some(level);
        Ok(Some(level))
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.file.read_exact(&mut byte)?;
        let [byte] = byte;
        Ok(byte)
    }
}
