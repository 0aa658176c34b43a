//! Hashes that share the names of their fields (Redis 8.10).
//!
//! The names come once, at the start of a file, and such a hash says only which names are its own.
//! Nobody but the reader of the whole file could tell what it holds, so it is passed on as an
//! ordinary hash, string by string, which every server knows.

use std::{collections::HashMap, io::Read};

use super::{
    skim,
    source::{Nowhere, Sink, Source},
    text,
};
use crate::{Encoding, Error, ErrorKind, Version, decode::StoredListpack, encode, encoding};

/// The type bytes of hashes that name a template: with the values in a listpack, and one by one.
const IN_LISTPACK: u8 = 30;
const IN_STRINGS: u8 = 32;

/// How many bytes of memory all lists of names together may take.
const MOST: usize = 128 << 20;

/// What a list takes besides its names: its place in the table, which has room to spare and is
/// copied when it grows, and a first room for names.
const OF_LIST: usize = 256;
/// What a name takes besides its bytes: its place in the list, with room to spare, and what the
/// allocator adds.
const OF_NAME: usize = 96;

const WHAT: &str = "the names of fields";
const ALL: &str = "the list of shared names of fields";

/// The names of fields that hashes share, by the number that stands for them.
#[derive(Debug, Default)]
pub(super) struct Templates {
    by_number: HashMap<u64, Vec<Vec<u8>>>,
    bytes: usize,
}

/// How the values of a hash are stored that names a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    Listpack,
    Strings,
}

impl Values {
    /// Returns what a type byte means under a version of the format, if it is that of such a hash.
    pub(super) fn of(code: u8, version: Version) -> Option<Self> {
        let values = match code {
            IN_LISTPACK => Self::Listpack,
            IN_STRINGS => Self::Strings,
            _ => return None,
        };
        encoding::has_redis_types(version).then_some(values)
    }
}

impl Templates {
    /// Reads a template: its number, and its names.
    pub(super) fn read<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), Error> {
        let at = source.offset();
        let number = skim::number(source, &mut Nowhere, WHAT)?;
        let count = skim::number(source, &mut Nowhere, WHAT)?;
        if count == 0 {
            return Err(Error::corrupt(at, "hashes share no name of a field"));
        }
        let too_big = || Error::new(at, ErrorKind::TooBig(ALL));
        self.charge(OF_LIST).ok_or_else(too_big)?;
        self.by_number.try_reserve(1).map_err(|_| too_big())?;
        let (mut names, mut name) = (Vec::new(), Vec::new());
        for _ in 0..count {
            text::read(source, &mut name, text::SHARED_NAME)?;
            self.charge(OF_NAME.saturating_add(name.len())).ok_or_else(too_big)?;
            names.try_reserve(1).map_err(|_| too_big())?;
            names.push(encode::text(&name));
        }
        if self.by_number.insert(number, names).is_some() {
            return Err(Error::corrupt(at, "two lists of shared names have the same number"));
        }
        Ok(())
    }

    /// Takes note of memory, if there may be so much.
    fn charge(&mut self, bytes: usize) -> Option<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        (self.bytes <= MOST).then_some(())
    }

    /// Passes on a hash as an ordinary one, without its type byte.
    pub(super) fn hash<R: Read>(
        &self,
        source: &mut Source<R>,
        values: Values,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let at = source.offset();
        match values {
            Values::Strings => {
                let number = skim::number(source, &mut Nowhere, "a hash")?;
                let names = self.names(number, at)?;
                source.give(&encode::length(names.len()), sink, "a hash")?;
                for name in names {
                    source.give(name, sink, "a hash")?;
                    skim::text(source, sink, "a hash")?;
                }
                Ok(())
            }
            Values::Listpack => {
                let mut stored = Vec::new();
                text::stored(source, &mut stored, text::SHARED_LISTPACK)?;
                self.listpack(source, at, &stored, sink)
            }
        }
    }

    /// Passes on a hash whose values are in this listpack, which begins at `at`.
    fn listpack<R: Read>(
        &self,
        source: &Source<R>,
        at: u64,
        stored: &[u8],
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let within = |error: Error| error.within(at);
        let unequal = || Error::corrupt(at, "a hash has not one value for each field");
        let listpack = StoredListpack::of(stored).map_err(within)?;
        let (number, mut values) = listpack.numbered().map_err(within)?;
        let names = self.names(number, at)?;
        source.give(&encode::length(names.len()), sink, "a hash")?;
        for name in names {
            let value = values.next().map_err(within)?.ok_or_else(unequal)?;
            source.give(name, sink, "a hash")?;
            source.give(&encode::text(&value), sink, "a hash")?;
        }
        match values.next().map_err(within)? {
            None => Ok(()),
            Some(_) => Err(unequal()),
        }
    }

    /// How the hash is stored that is passed on.
    pub(super) const AS: Encoding = Encoding::Hash;

    fn names(&self, number: u64, at: u64) -> Result<&[Vec<u8>], Error> {
        let names = self.by_number.get(&number).map(Vec::as_slice);
        names.ok_or_else(|| Error::corrupt(at, "a hash names fields that the file does not list"))
    }
}
