//! The bytes of an RDB file, whatever they are packed in.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Cursor, Read},
    os::unix::fs::FileExt as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;

/// What a file begins with that zstd compressed.
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
/// What a file begins with that gzip compressed.
const GZIP: &[u8] = &[0x1F, 0x8B];
/// What Valkey from 9.2 on puts before a file that it compresses as a whole, in version 1: the magic,
/// the version, the codec, a zero, and 1 for an RDB file.
const VALKEY: &[u8] = b"VCS";
const VALKEY_BYTES: usize = 7;
/// How many bytes tell what the input is: the longest mark, and what follows it that says whether
/// there is a checksum.
const HEAD: usize = VALKEY_BYTES + 5;

/// What an input is packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// Nothing.
    Plain,
    /// One or several frames of zstd.
    Zstd,
    /// One or several members of gzip.
    Gzip,
    /// A frame in which Valkey wrote it, with or without a checksum.
    Valkey(Checked),
}

/// Whether a frame has a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Yes,
    No,
}

/// Bytes of an RDB file.
pub(super) struct Input {
    pub(super) packing: Packing,
    bytes: Box<dyn Read + Send>,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("packing", &self.packing).finish_non_exhaustive()
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buf)
    }
}

impl Input {
    /// Finds out from the first bytes what an input is packed in.
    pub(super) fn of(mut packed: impl Read + Send + 'static) -> io::Result<Self> {
        let mut head = Vec::new();
        (&mut packed).take(HEAD as u64).read_to_end(&mut head)?;
        let is_valkey = head.starts_with(VALKEY) && !head.starts_with(b"VALKEY");
        if is_valkey {
            return Self::of_valkey(&head, packed);
        }
        let (is_zstd, is_gzip) = (head.starts_with(ZSTD), head.starts_with(GZIP));
        let whole = Cursor::new(head).chain(packed);
        Ok(match (is_zstd, is_gzip) {
            (true, _) => {
                Self { packing: Packing::Zstd, bytes: Box::new(zstd::Decoder::new(whole)?) }
            }
            (_, true) => Self {
                packing: Packing::Gzip,
                bytes: Box::new(MultiGzDecoder::new(BufReader::new(whole))),
            },
            _ => Self { packing: Packing::Plain, bytes: Box::new(whole) },
        })
    }

    /// Unpacks what Valkey has compressed as a whole.
    fn of_valkey(head: &[u8], packed: impl Read + Send + 'static) -> io::Result<Self> {
        let frame = head.get(VALKEY_BYTES..).unwrap_or_default().to_vec();
        let flags = frame.get(4).copied().unwrap_or_default();
        let checked = if flags & 0x04 == 0 { Checked::No } else { Checked::Yes };
        let rest = Cursor::new(frame).chain(packed);
        let bytes: Box<dyn Read + Send> = match head.get(VALKEY.len()..VALKEY_BYTES) {
            Some([1, 1, 0, 1]) => Box::new(FrameDecoder::new(rest)),
            Some([1, 2, 0, 1]) => Box::new(zstd::Decoder::new(rest)?),
            Some(_) => {
                let what = "it is compressed in a way that is not known, by a newer Valkey";
                return Err(io::Error::new(io::ErrorKind::Unsupported, what));
            }
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        Ok(Self { packing: Packing::Valkey(checked), bytes })
    }
}

/// Counts what is read, for those who watch from elsewhere.
pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Reads a file from its start, whoever else reads it.
#[derive(Debug)]
pub(super) struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl FromStart {
    pub(super) fn of(file: Arc<File>) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for FromStart {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buf, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
