//! Files, record by record.

mod after;
mod function;
mod head;
mod layout;
mod skim;
mod source;
mod template;
mod text;

use std::{fmt, io::Read};

use crate::{Encoding, Error, ErrorKind, Family, RawValue, Version, encoding, opcode};
pub use after::{After, More, Trailing};
pub(crate) use head::unpacked_bytes;
use head::{Head, Whole};
pub(crate) use skim::module_name;
use source::{Nowhere, Sink, Source};
use template::Templates;

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
    templates: Templates,
    key: Vec<u8>,
    value: Vec<u8>,
    values: Values,
    empties: Empties,
    /// How many collections without elements were left out.
    dropped: u64,
    current: Current,
    end: Option<Checksum>,
}

/// What becomes of collections without elements, which old releases could be brought to save.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Empties {
    /// They are passed on.
    #[default]
    Keep,
    /// They are left out and counted, as servers do.
    Drop,
}

/// What was read last, without the bytes that are in the buffers.
#[derive(Debug, Default)]
enum Current {
    #[default]
    Nothing,
    Aux,
    Resize {
        keys: u64,
        expires: u64,
    },
    Function,
    ModuleAux {
        module: String,
        bytes: u64,
    },
    Entry(CurrentEntry),
}

/// An entry without the bytes that are in the buffers.
#[derive(Clone, Copy, Debug)]
struct CurrentEntry {
    next: Next,
    encoding: Encoding,
    bytes: u64,
    producers: u64,
    offset: u64,
}

/// What is read of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// All of them.
    #[default]
    Whole,
    /// How big they are, and their first bytes: enough to tell what they are, in memory that does
    /// not grow with them. They cannot be decoded.
    Heads,
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
    /// How many bytes the value has, its type byte included, whatever of it was read.
    pub bytes: u64,
    /// How many producers a stream remembers, so that what they send again is not added again. Only
    /// Redis from 8.6 on keeps that, and no command can say it.
    pub producers: u64,
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
            templates: Templates::default(),
            key: Vec::new(),
            value: Vec::new(),
            values: Values::Whole,
            empties: Empties::Keep,
            dropped: 0,
            current: Current::Nothing,
            end: None,
        })
    }

    /// Chooses what is read of values from here on.
    pub fn read_values(&mut self, values: Values) {
        self.values = values;
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

    /// Takes the key of the last entry, as [`Reader::take_value`] does with the value.
    #[must_use]
    pub fn take_key(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.key)
    }

    /// Chooses what becomes of collections without elements from here on.
    pub fn read_empties(&mut self, empties: Empties) {
        self.empties = empties;
    }

    /// Returns how many collections without elements were left out so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Looks at what follows the end, once [`Reader::record`] has returned `None`; `None` if nothing
    /// does.
    ///
    /// # Errors
    ///
    /// Fails if the input cannot be read any further.
    pub fn trailing(&mut self) -> Result<Option<Trailing>, Error> {
        if self.end.is_some() { after::look(&mut self.source) } else { Ok(None) }
    }

    /// Returns the next record, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, ends early or contradicts itself, and at its end if the
    /// checksum is wrong. Nothing can be read after that.
    pub fn record(&mut self) -> Result<Option<Record<'_>>, Error> {
        self.advance()?;
        Ok(self.current())
    }

    /// Reads the next record, which [`Reader::current`] returns.
    ///
    /// # Errors
    ///
    /// As [`Reader::record`].
    pub fn advance(&mut self) -> Result<(), Error> {
        self.current = Current::Nothing;
        if self.end.is_some() {
            return Ok(());
        }
        loop {
            self.current = self.read()?;
            match &self.current {
                Current::Entry(_) if self.empties == Empties::Drop && self.is_empty() => {
                    self.dropped = self.dropped.saturating_add(1);
                }
                _ => return Ok(()),
            }
        }
    }

    /// Returns whether the end was reached.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.end.is_some()
    }

    /// Returns the record that was read last; `None` before the first and after the last one.
    pub fn current(&mut self) -> Option<Record<'_>> {
        Some(match &mut self.current {
            Current::Nothing => return None,
            Current::Aux => Record::Aux { name: &self.key, value: &self.value },
            Current::Resize { keys, expires } => Record::Resize { keys: *keys, expires: *expires },
            Current::Function => Record::Function(&self.value),
            Current::ModuleAux { module, bytes } => {
                Record::ModuleAux { module: std::mem::take(module), bytes: *bytes }
            }
            Current::Entry(CurrentEntry { next, encoding, bytes, producers, offset }) => {
                Record::Entry(Entry {
                    db: self.db,
                    key: &self.key,
                    expires_at: next.expires_at,
                    usage: next.usage,
                    value: RawValue::encoded(*encoding, &self.value, self.version),
                    bytes: *bytes,
                    producers: *producers,
                    offset: *offset,
                })
            }
        })
    }

    fn is_empty(&self) -> bool {
        let Current::Entry(entry) = &self.current else { return false };
        RawValue::encoded(entry.encoding, &self.value, self.version).is_empty()
    }

    fn read(&mut self) -> Result<Current, Error> {
        if self.metadata > 0 {
            return self.metadata();
        }
        let (at, code) = self.code()?;
        match code {
            opcode::END => {
                self.end = Some(self.verify()?);
                Ok(Current::Nothing)
            }
            opcode::AUX => self.aux(),
            opcode::RESIZE => {
                let keys = self.number("the size of a database")?;
                let expires = self.number("the size of a database")?;
                Ok(Current::Resize { keys, expires })
            }
            opcode::FUNCTION => {
                clear(&mut self.value);
                text::read(&mut self.source, &mut self.value, text::FUNCTION)?;
                Ok(Current::Function)
            }
            opcode::FUNCTION_PRE_RELEASE => {
                clear(&mut self.value);
                function::pre_release(&mut self.source, &mut self.value)?;
                Ok(Current::Function)
            }
            opcode::MODULE_AUX => self.module_aux(),
            opcode::FAMILY_OWN => self.metadata(),
            _ => match template::Values::of(code, self.version) {
                None => {
                    let encoding =
                        Encoding::of(Some(code), self.version).map_err(|error| error.within(at))?;
                    self.entry(Stored::As(encoding))
                }
                Some(values) => self.entry(Stored::ByTemplate(values)),
            },
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
                _ if opcode::ENTERPRISE.contains(&code) => drop(self.number("a hint")?),
                opcode::TEMPLATE if encoding::has_redis_types(self.version) => {
                    self.templates.read(&mut self.source)?;
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
        text::read(&mut self.source, &mut self.value, text::IMPORT)?;
        for _ in 0..self.number(WHAT)? {
            self.number(WHAT)?;
            self.number(WHAT)?;
        }
        Ok(())
    }

    fn aux(&mut self) -> Result<Current, Error> {
        clear(&mut self.key);
        clear(&mut self.value);
        text::read(&mut self.source, &mut self.key, text::AUX)?;
        text::read(&mut self.source, &mut self.value, text::AUX)?;
        Ok(Current::Aux)
    }

    fn module_aux(&mut self) -> Result<Current, Error> {
        let begin = self.source.offset();
        let module = module_name(self.number("data of a module")?);
        skim::module_parts(&mut self.source, &mut Nowhere)?;
        Ok(Current::ModuleAux { module, bytes: self.source.offset().saturating_sub(begin) })
    }

    /// Skips what one module has attached to the key that comes next.
    fn metadata(&mut self) -> Result<Current, Error> {
        self.metadata = self.metadata.saturating_sub(1);
        let begin = self.source.offset();
        let class = u32::from_le_bytes(self.source.chunk("metadata of a key")?);
        skim::module_parts(&mut self.source, &mut Nowhere)?;
        let module = skim::metadata_name(class);
        Ok(Current::ModuleAux { module, bytes: self.source.offset().saturating_sub(begin) })
    }

    fn entry(&mut self, stored: Stored) -> Result<Current, Error> {
        clear(&mut self.key);
        clear(&mut self.value);
        text::read(&mut self.source, &mut self.key, text::KEY)?;
        let offset = self.source.offset().saturating_sub(1);
        let encoding = stored.encoding();
        self.value.push(encoding.code());
        let (bytes, producers) = match self.values {
            Values::Whole => {
                let mut whole = Whole::after(&mut self.value);
                stored.pass(&mut self.source, &self.templates, &mut whole)?;
                let producers = whole.producers;
                (u64::try_from(self.value.len()).unwrap_or(u64::MAX), producers)
            }
            Values::Heads => {
                let mut head = Head::after(&mut self.value);
                stored.pass(&mut self.source, &self.templates, &mut head)?;
                (head.bytes(), head.producers)
            }
        };
        let next = std::mem::take(&mut self.next);
        Ok(Current::Entry(CurrentEntry { next, encoding, bytes, producers, offset }))
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

/// How a value is stored in the file.
#[derive(Clone, Copy, Debug)]
enum Stored {
    /// As it is passed on.
    As(Encoding),
    /// By a template, which makes an ordinary hash of it.
    ByTemplate(template::Values),
}

impl Stored {
    const fn encoding(self) -> Encoding {
        match self {
            Self::As(encoding) => encoding,
            Self::ByTemplate(_) => Templates::AS,
        }
    }

    fn pass<R: Read>(
        self,
        source: &mut Source<R>,
        templates: &Templates,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        match self {
            Self::As(encoding) => skim::value(source, encoding, sink),
            Self::ByTemplate(values) => templates.hash(source, values, sink),
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
