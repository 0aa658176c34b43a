//! The pairs of one primary while a plan is made: old name, new name, and what is known of them.
//!
//! Records are appended as the scan finds keys. Later steps mark them in place, so that nothing
//! about a key has to be kept in memory.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read as _, Write as _},
    os::unix::fs::FileExt as _,
    path::Path,
};

use crate::{
    migrate::{fields::Fields, options::OnConflict},
    steps::files,
    values::{key::Key, key_type::KeyType, ttl::Expiry},
};

const HEAD: usize = 48;
const FLAGS_AT: u64 = 14;
const LEVEL_AT: u64 = 16;
const WAITER_AT: u64 = 32;
const BLOCKER_AT: u64 = 40;
/// No rule: as many rules nobody writes.
const NO_RULE: u16 = u16::MAX;

/// What later steps find out about a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u16);

impl Flags {
    /// The scan returned the key before.
    pub(super) const DUPLICATE: Self = Self(1);
    /// The new name is the old one.
    pub(super) const UNCHANGED: Self = Self(1 << 1);
    /// The selection leaves the key out.
    pub(super) const EXCLUDED: Self = Self(1 << 2);
    /// The rule can read the key in several ways.
    pub(super) const AMBIGUOUS: Self = Self(1 << 3);
    /// The new name is taken by a key that stays.
    pub(super) const TAKEN: Self = Self(1 << 4);
    /// The new name is another pair's old one.
    pub(super) const LINKED: Self = Self(1 << 5);
    /// The key keeps its name because the new one stays taken.
    pub(super) const SKIPPED: Self = Self(1 << 6);
    /// The cycle that the pair is part of is opened here, through a temporary name.
    pub(super) const ASIDE: Self = Self(1 << 7);
    /// Another key would get the same new name.
    pub(super) const COLLIDES: Self = Self(1 << 8);
    /// Old and new name are in different slots.
    pub(super) const CROSS_SLOT: Self = Self(1 << 9);
    /// The key stays where it is.
    pub(super) const STAYS: Self =
        Self(Self::DUPLICATE.0 | Self::UNCHANGED.0 | Self::EXCLUDED.0 | Self::SKIPPED.0);

    /// Returns whether any of `others` is set.
    pub(super) fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(super) fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// A pair, its names apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    from_length: u32,
    to_length: u32,
    pub(super) rule: u16,
    /// A later rule that matches too.
    pub(super) also: Option<u16>,
    pub(super) key_type: KeyType,
    pub(super) flags: Flags,
    /// How many renames have to come before.
    pub(super) level: u32,
    pub(super) expiry: Expiry,
    /// Where the pair is that gets this one's old name.
    pub(super) waiter: Option<u64>,
    /// Where the pair is whose old name this one gets.
    pub(super) blocker: Option<u64>,
}

impl Head {
    /// Returns whether the key gets its new name.
    pub(super) fn leaves(&self, on_conflict: OnConflict) -> bool {
        let gives_way = on_conflict == OnConflict::Skip && self.flags.has(Flags::TAKEN);
        !gives_way && !self.flags.has(Flags::STAYS)
    }
}

/// What the scan knows of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) from: &'a [u8],
    pub(super) to: &'a [u8],
    pub(super) rule: u16,
    pub(super) also: Option<u16>,
    pub(super) key_type: KeyType,
    pub(super) expiry: Expiry,
    pub(super) flags: Flags,
}

/// A pair with its names.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) head: Head,
    names: Vec<u8>,
}

impl Pair {
    pub(super) fn old_name(&self) -> &[u8] {
        self.names.get(..self.head.from_length as usize).unwrap_or_default()
    }

    pub(super) fn new_name(&self) -> &[u8] {
        self.names.get(self.head.from_length as usize..).unwrap_or_default()
    }

    pub(super) fn old_key(&self) -> Key {
        Key::from(self.old_name())
    }

    pub(super) fn new_key(&self) -> Key {
        Key::from(self.new_name())
    }
}

/// Appends pairs.
#[derive(Debug)]
pub(super) struct PairsWriter {
    file: BufWriter<File>,
    position: u64,
}

impl PairsWriter {
    /// Creates the file, which loses its name at once.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(128 << 10, files::unnamed(path)?);
        Ok(Self { file, position: 0 })
    }

    /// Appends a pair and returns where it is.
    pub(super) fn append(&mut self, found: &Found<'_>) -> io::Result<u64> {
        let length = |name: &[u8]| {
            u32::try_from(name.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))
        };
        let at = self.position;
        let file = &mut self.file;
        file.write_all(&length(found.from)?.to_le_bytes())?;
        file.write_all(&length(found.to)?.to_le_bytes())?;
        file.write_all(&found.rule.to_le_bytes())?;
        file.write_all(&found.also.unwrap_or(NO_RULE).to_le_bytes())?;
        file.write_all(&[found.key_type.code(), 0])?;
        file.write_all(&found.flags.0.to_le_bytes())?;
        file.write_all(&[0; 8])?;
        file.write_all(&encode_expiry(found.expiry).to_le_bytes())?;
        file.write_all(&[0; 16])?;
        file.write_all(found.from)?;
        file.write_all(found.to)?;
        self.position += (HEAD + found.from.len() + found.to.len()) as u64;
        Ok(at)
    }

    /// Ends appending.
    pub(super) fn finish(self) -> io::Result<Pairs> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Pairs { file, end: self.position })
    }
}

/// The pairs of one primary, to be read and marked.
#[derive(Debug)]
pub(super) struct Pairs {
    file: File,
    end: u64,
}

impl Pairs {
    /// Reads what is known of a pair, without its names.
    pub(super) fn head(&self, at: u64) -> io::Result<Head> {
        let mut bytes = [0; HEAD];
        self.file.read_exact_at(&mut bytes, at)?;
        parse(&bytes)
    }

    /// Reads a pair.
    pub(super) fn pair(&self, at: u64) -> io::Result<Pair> {
        let head = self.head(at)?;
        let mut names = vec![0; head.from_length as usize + head.to_length as usize];
        self.file.read_exact_at(&mut names, at + HEAD as u64)?;
        Ok(Pair { head, names })
    }

    /// Adds flags to a pair.
    pub(super) fn mark(&self, at: u64, flags: Flags) -> io::Result<()> {
        let flags = self.head(at)?.flags.with(flags);
        self.file.write_all_at(&flags.0.to_le_bytes(), at + FLAGS_AT)
    }

    /// Says how many renames have to come before that of a pair.
    pub(super) fn set_level(&self, at: u64, level: u32) -> io::Result<()> {
        self.file.write_all_at(&level.to_le_bytes(), at + LEVEL_AT)
    }

    /// Says that the pair at `waiter` gets the old name of the pair at `blocker`.
    pub(super) fn link(&self, waiter: u64, blocker: u64) -> io::Result<()> {
        self.mark(waiter, Flags::LINKED)?;
        self.file.write_all_at(&(blocker + 1).to_le_bytes(), waiter + BLOCKER_AT)?;
        self.file.write_all_at(&(waiter + 1).to_le_bytes(), blocker + WAITER_AT)
    }

    /// Reads all pairs in the order in which they were found.
    pub(super) fn read_all(&self) -> io::Result<PairsIter> {
        let file = FromStart { file: self.file.try_clone()?, position: 0 };
        Ok(PairsIter { file: BufReader::with_capacity(128 << 10, file), at: 0, end: self.end })
    }
}

/// Reads a file from its start, whoever else reads it: copies of a file share one position.
#[derive(Debug)]
struct FromStart {
    file: File,
    position: u64,
}

impl io::Read for FromStart {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buf, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Reads all pairs in order.
#[derive(Debug)]
pub(super) struct PairsIter {
    file: BufReader<FromStart>,
    at: u64,
    end: u64,
}

impl PairsIter {
    /// Reads the next pair into `pair` and returns where it is; nothing after the last.
    pub(super) fn next_into(&mut self, pair: &mut Option<Pair>) -> io::Result<Option<u64>> {
        let at = self.at;
        if at >= self.end {
            return Ok(None);
        }
        let mut bytes = [0; HEAD];
        self.file.read_exact(&mut bytes)?;
        let head = parse(&bytes)?;
        let mut names = pair.take().map_or_else(Vec::new, |pair| pair.names);
        names.resize(head.from_length as usize + head.to_length as usize, 0);
        self.file.read_exact(&mut names)?;
        *pair = Some(Pair { head, names });
        self.at += HEAD as u64 + u64::from(head.from_length) + u64::from(head.to_length);
        Ok(Some(at))
    }
}

fn parse(bytes: &[u8; HEAD]) -> io::Result<Head> {
    let head = || {
        let mut fields = Fields(bytes);
        let (from_length, to_length) = (fields.u32()?, fields.u32()?);
        let rule = fields.u16()?;
        let also = Some(fields.u16()?).filter(|also| *also != NO_RULE);
        let key_type = KeyType::from_code(fields.u8()?)?;
        let _ = fields.u8()?;
        let flags = Flags(fields.u16()?);
        let level = fields.u32()?;
        let _ = fields.u32()?;
        let expiry = decode_expiry(fields.i64()?);
        let waiter = fields.u64()?.checked_sub(1);
        let blocker = fields.u64()?.checked_sub(1);
        Some(Head {
            from_length,
            to_length,
            rule,
            also,
            key_type,
            flags,
            level,
            expiry,
            waiter,
            blocker,
        })
    };
    head().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Returns the number that stands for an expiry in our files: -1 for never.
pub(in crate::migrate) fn encode_expiry(expiry: Expiry) -> i64 {
    match expiry {
        Expiry::Never => -1,
        Expiry::At(at) => at,
    }
}

/// Returns the expiry that a number in our files stands for.
pub(in crate::migrate) fn decode_expiry(number: i64) -> Expiry {
    Expiry::from_reply(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_by_two_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = PairsWriter::create(&directory.path().join("pairs")).unwrap();
        // More than what is read ahead.
        let names: Vec<String> = (0..10_000).map(|number| format!("name {number}")).collect();
        for name in &names {
            let found = Found {
                from: name.as_bytes(),
                to: b"new",
                rule: 0,
                also: None,
                key_type: KeyType::String,
                expiry: Expiry::Never,
                flags: Flags::default(),
            };
            writer.append(&found).unwrap();
        }
        let pairs = writer.finish().unwrap();
        let mut readers = [pairs.read_all().unwrap(), pairs.read_all().unwrap()];
        let mut pair = None;
        for name in &names {
            for reader in &mut readers {
                assert!(reader.next_into(&mut pair).unwrap().is_some());
                assert_eq!(pair.as_ref().unwrap().old_name(), name.as_bytes());
            }
        }
    }
}
