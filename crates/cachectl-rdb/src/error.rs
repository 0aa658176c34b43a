//! What can be wrong with a file, a payload or a value.

use std::{fmt, io};

/// What is wrong, and where.
#[derive(Debug)]
pub struct Error {
    /// The byte at which it was noticed, counted from the start of the file or the payload.
    pub offset: u64,
    /// What is wrong.
    pub kind: ErrorKind,
}

/// What can be wrong.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// The input could not be read.
    #[error("cannot read")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("cannot write")]
    Write(#[source] io::Error),
    /// The input does not begin as an RDB file does.
    #[error("this is no RDB file")]
    NotRdb,
    /// The version is newer than what is known, or has never existed.
    #[error("{}", unknown_version(*.0))]
    UnknownVersion(u16),
    /// The input ends too early.
    #[error("the data ends in the middle of {0}")]
    Cut(&'static str),
    /// The bytes are not those that the checksum was made of.
    #[error("the checksum is {found:016x} and should be {stored:016x}")]
    Checksum {
        /// The checksum that is stored.
        stored: u64,
        /// The checksum of the bytes that were found.
        found: u64,
    },
    /// No record begins with this byte, as far as is known.
    #[error("{}", unknown_code(*.code, *.writer))]
    UnknownCode {
        /// The byte.
        code: u8,
        /// What it stands for, and who writes it, if that is known.
        writer: Option<&'static str>,
    },
    /// The bytes contradict themselves or each other.
    #[error("{0}")]
    Corrupt(&'static str),
    /// The value is a collection without elements, which no server keeps.
    #[error("{0}")]
    Empty(&'static str),
    /// Something is bigger than any server would have it, or than memory.
    #[error("{0} is too big")]
    TooBig(&'static str),
    /// The value is of a module, which alone could read it.
    #[error("the value belongs to the module `{0}`")]
    Module(String),
}

fn unknown_version(number: u16) -> String {
    match number {
        0 => "no server has ever written RDB version 0".to_owned(),
        _ => format!("RDB version {number} is not known"),
    }
}

fn unknown_code(code: u8, writer: Option<&'static str>) -> String {
    match writer {
        None => format!("no record or type has the code {code}"),
        Some(writer) => format!("the code {code} stands for {writer}, which is not read here"),
    }
}

impl Error {
    /// Makes an error.
    #[must_use]
    pub fn new(offset: u64, kind: ErrorKind) -> Self {
        Self { offset, kind }
    }

    /// Makes an error of bytes that contradict themselves.
    #[must_use]
    pub fn corrupt(offset: u64, what: &'static str) -> Self {
        Self::new(offset, ErrorKind::Corrupt(what))
    }

    /// Returns the same error of a part that begins at `base`.
    #[must_use]
    pub fn within(self, base: u64) -> Self {
        Self { offset: base.saturating_add(self.offset), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}
