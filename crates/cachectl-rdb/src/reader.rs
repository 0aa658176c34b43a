//! Files, record by record.

mod layout;
mod skim;
mod source;
mod text;

use std::{fmt, io::Read};

use crate::{Encoding, Error, ErrorKind, Family, RawValue, Version, opcode};
pub(crate) use skim::module_name;
use source::{Nowhere, Source};

/// Room that is kept from one value to the next.
const KEPT: usize = 16 << 20;

/// Reads a file as a stream, in memory that is bounded by its biggest value.
///
/// The input needs no buffer of its own. What follows the end of the file is left alone, but some
/// of it may have been read.
pub struct Reader<R> {
    source: Source<R>,
    version: Version,
    db: u64,
    /// What was said about the key that comes next.
    next: Next,
    /// How many pieces of metadata of modules the key that comes next still has.
    metadata: u64,
    key: Vec<u8>,
    value: Vec<u8>,
    end: Option<Checksum>,
}

/// What comes before a key.
#[derive(Clone, Copy, Debug, Default)]
struct Next {
    expires_at: Option<i64>,
    usage: Option<Usage>,
}

/// A record of a file. What only helps a server to make room is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// An auxiliary field: who wrote the file, when, and the like.
    Aux {
        /// The name.
        name: &'a [u8],
        /// The value, integers written out.
        value: &'a [u8],
    },
    /// How many keys the database that follows has.
    Resize {
        /// How many keys.
        keys: u64,
        /// How many of them expire.
        expires: u64,
    },
    /// The code of a library of functions.
    Function(&'a [u8]),
    /// What a module keeps beside the keys, or has attached to the key that comes next. It is
    /// skipped.
    ModuleAux {
        /// The module.
        module: String,
        /// How many bytes there are.
        bytes: u64,
    },
    /// A key with its value.
    Entry(Entry<'a>),
}

/// A key with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The database.
    pub db: u64,
    /// The key.
    pub key: &'a [u8],
    /// When it expires, as a Unix time in milliseconds.
    pub expires_at: Option<i64>,
    /// How it was used.
    pub usage: Option<Usage>,
    /// The value.
    pub value: RawValue<'a>,
    /// What to add to an offset within the value to get that in the file, as [`Error::within`]
    /// does.
    pub offset: u64,
}

/// How a key was used, as the server's eviction policy keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Seconds since it was last used.
    Idle(u64),
    /// Logarithmic counter of its uses.
    Frequency(u8),
}

/// Whether the end of a file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// The bytes are those that were written.
    Verified,
    /// The file has no checksum: it is older than version 5, or the server was told to write none.
    Absent,
}

impl<R> fmt::Debug for Reader<R> {
    /// Writes where it is, and nothing of what it reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("version", &self.version)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// Begins to read a file.
    ///
    /// # Errors
    ///
    /// Fails if this is no RDB file, or of a version that is not known.
    pub fn new(input: R) -> Result<Self, Error> {
        let mut source = Source::new(input);
        let version = Version::of_magic(source.chunk("the first bytes")?)?;
        Ok(Self {
            source,
            version,
            db: 0,
            next: Next::default(),
            metadata: 0,
            key: Vec::new(),
            value: Vec::new(),
            end: None,
        })
    }

    /// Returns the version of the file.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns how many bytes of the file were read so far.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.source.offset()
    }

    /// Returns how the end of the file came out, once [`Reader::record`] has returned `None`.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        self.end.unwrap_or(Checksum::Absent)
    }

    /// Takes the value of the last entry: the type byte and what follows it. Whoever wants to keep a
    /// large one need not copy it.
    #[must_use]
    pub fn take_value(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.value)
    }

    /// Returns the next record, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, ends early or contradicts itself, and at its end if the
    /// checksum is wrong. Nothing can be read after that.
    pub fn record(&mut self) -> Result<Option<Record<'_>>, Error> {
        if self.end.is_some() {
            return Ok(None);
        }
        if self.metadata > 0 {
            return self.metadata().map(Some);
        }
        let (at, code) = self.code()?;
        match code {
            opcode::END => {
                self.end = Some(self.verify()?);
                Ok(None)
            }
            opcode::AUX => self.aux().map(Some),
            opcode::RESIZE => {
                let keys = self.number("the size of a database")?;
                let expires = self.number("the size of a database")?;
                Ok(Some(Record::Resize { keys, expires }))
            }
            opcode::FUNCTION => {
                clear(&mut self.value);
                text::read(&mut self.source, &mut self.value, "a function")?;
                Ok(Some(Record::Function(&self.value)))
            }
            opcode::FUNCTION_PRE_RELEASE => {
                Err(Error::corrupt(at, "a function has the form of a release candidate"))
            }
            opcode::MODULE_AUX => self.module_aux().map(Some),
            opcode::FAMILY_OWN => self.metadata().map(Some),
            _ => {
                let encoding =
                    Encoding::of(Some(code), self.version).map_err(|error| error.within(at))?;
                self.entry(encoding).map(Some)
            }
        }
    }

    /// Reads up to the byte that begins a record, and takes note of what only prepares for one.
    fn code(&mut self) -> Result<(u64, u8), Error> {
        loop {
            let at = self.source.offset();
            let code = self.source.byte("a record")?;
            match code {
                opcode::SELECT => self.db = self.number("the number of a database")?,
                opcode::EXPIRES_MS => {
                    let at = i64::from_le_bytes(self.source.chunk("an expiry")?);
                    self.next.expires_at = Some(at);
                }
                opcode::EXPIRES_SECONDS => {
                    let seconds = i32::from_le_bytes(self.source.chunk("an expiry")?);
                    self.next.expires_at = Some(i64::from(seconds).saturating_mul(1000));
                }
                opcode::IDLE => {
                    self.next.usage = Some(Usage::Idle(self.number("an idle time")?));
                }
                opcode::FREQUENCY => {
                    self.next.usage = Some(Usage::Frequency(self.source.byte("a frequency")?));
                }
                opcode::SLOT => {
                    for _ in 0..3 {
                        self.number("the size of a slot")?;
                    }
                }
                opcode::FAMILY_OWN if self.version.family() == Family::Valkey => self.import()?,
                opcode::FAMILY_OWN => {
                    self.metadata = self.number("metadata of a key")?;
                    if self.metadata > 0 {
                        return Ok((at, code));
                    }
                }
                _ => return Ok((at, code)),
            }
        }
    }

    /// Skips the note that slots were being imported: whoever did it has to begin anew.
    fn import(&mut self) -> Result<(), Error> {
        const WHAT: &str = "the import of a slot";
        clear(&mut self.value);
        text::read(&mut self.source, &mut self.value, WHAT)?;
        for _ in 0..self.number(WHAT)? {
            self.number(WHAT)?;
            self.number(WHAT)?;
        }
        Ok(())
    }

    fn aux(&mut self) -> Result<Record<'_>, Error> {
        const WHAT: &str = "an auxiliary field";
        clear(&mut self.key);
        clear(&mut self.value);
        text::read(&mut self.source, &mut self.key, WHAT)?;
        text::read(&mut self.source, &mut self.value, WHAT)?;
        Ok(Record::Aux { name: &self.key, value: &self.value })
    }

    fn module_aux(&mut self) -> Result<Record<'static>, Error> {
        let begin = self.source.offset();
        let module = module_name(self.number("data of a module")?);
        skim::module_parts(&mut self.source, &mut Nowhere)?;
        Ok(Record::ModuleAux { module, bytes: self.source.offset().saturating_sub(begin) })
    }

    /// Skips what one module has attached to the key that comes next.
    fn metadata(&mut self) -> Result<Record<'static>, Error> {
        self.metadata = self.metadata.saturating_sub(1);
        let begin = self.source.offset();
        let class = u32::from_le_bytes(self.source.chunk("metadata of a key")?);
        skim::module_parts(&mut self.source, &mut Nowhere)?;
        let module = skim::metadata_name(class);
        Ok(Record::ModuleAux { module, bytes: self.source.offset().saturating_sub(begin) })
    }

    fn entry(&mut self, encoding: Encoding) -> Result<Record<'_>, Error> {
        clear(&mut self.key);
        clear(&mut self.value);
        text::read(&mut self.source, &mut self.key, "a key")?;
        let offset = self.source.offset().saturating_sub(1);
        self.value.push(encoding.code());
        skim::value(&mut self.source, encoding, &mut self.value)?;
        let Next { expires_at, usage } = std::mem::take(&mut self.next);
        Ok(Record::Entry(Entry {
            db: self.db,
            key: &self.key,
            expires_at,
            usage,
            value: RawValue::encoded(encoding, &self.value, self.version),
            offset,
        }))
    }

    fn number(&mut self, what: &'static str) -> Result<u64, Error> {
        skim::number(&mut self.source, &mut Nowhere, what)
    }

    fn verify(&mut self) -> Result<Checksum, Error> {
        if !self.version.has_checksum() {
            return Ok(Checksum::Absent);
        }
        let found = self.source.checksum();
        let at = self.source.offset();
        match u64::from_le_bytes(self.source.chunk("the checksum")?) {
            0 => Ok(Checksum::Absent),
            stored if stored == found => Ok(Checksum::Verified),
            stored => Err(Error::new(at, ErrorKind::Checksum { stored, found })),
        }
    }
}

/// Empties a buffer, and gives back its room where one big value has left much of it.
fn clear(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT {
        *buffer = Vec::new();
    }
    buffer.clear();
}
