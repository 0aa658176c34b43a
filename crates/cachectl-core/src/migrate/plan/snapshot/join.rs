//! Finds out which new names are taken, by sorting hashes of all names of a file.

use std::{io, path::Path};

use crate::{
    migrate::plan::{
        choose::NewName,
        decode_expiry,
        draft::{At, Names, Workspace},
        encode_expiry,
    },
    steps::{
        facts::Facts,
        name_hash::NameHash,
        sorter::{Entry, Sorter},
    },
    values::key_type::KeyType,
};

/// Says that an entry stands for a new name. Those of keys come before it.
const WANTED: u64 = 1 << 63;
/// How many bits of the entry of a key are its type.
const TYPE_BITS: u32 = 8;

/// The names of all keys, and the new names that some of them would get.
///
/// An entry is the hash of a name, and then either the number and the type of the key that has the
/// name, and its expiry; or where the pair is that would get it, and the hash which that is known
/// by there.
#[derive(Debug)]
pub(super) struct Join {
    hash: NameHash,
    names: Sorter<4>,
}

/// What the join found out.
#[derive(Debug)]
pub(super) struct Joined {
    /// The numbers of the keys that have somebody's new name, and where that pair is.
    pub(super) occupants: Sorter<2>,
    /// How many keys have the name of another one.
    pub(super) repeated: u64,
}

/// The key that has a name.
#[derive(Clone, Copy, Debug)]
struct Occupant {
    ordinal: u64,
    facts: Facts,
}

impl Join {
    pub(super) fn new(workspace: &Workspace) -> Self {
        Self { hash: NameHash::new(), names: Sorter::new(&workspace.file("names")) }
    }

    /// Takes a key, with its place among the entries of the file.
    pub(super) fn key(&mut self, name: &[u8], ordinal: u64, facts: Facts) -> io::Result<()> {
        let [high, low] = self.hash.of(0, name);
        let key = ordinal << TYPE_BITS | u64::from(facts.key_type.code());
        self.names.push([high, low, key, encode_expiry(facts.expiry).cast_unsigned()])
    }

    /// Takes a name that a pair would get.
    pub(super) fn wanted(&mut self, name: &[u8], new: NewName) -> io::Result<()> {
        let [high, low] = self.hash.of(0, name);
        self.names.push([high, low, WANTED | new.at.0, new.hash])
    }

    /// Notes which new names are taken.
    pub(super) fn finish(self, names: &mut Names, occupants: &Path) -> io::Result<Joined> {
        let mut joined = Joined { occupants: Sorter::new(occupants), repeated: 0 };
        let mut sorted = self.names.finish()?;
        let mut occupant: Option<([u64; 2], Occupant)> = None;
        while let Some(entry) = sorted.entry()? {
            let [high, low, place, expiry_or_hash] = entry;
            let same = occupant.filter(|(name, _)| *name == [high, low]);
            if place & WANTED == 0 {
                joined.repeated += u64::from(same.is_some());
                occupant = Some(([high, low], Occupant::of(entry)));
            } else if let Some((_, Occupant { ordinal, facts })) = same {
                let at = At(place & !WANTED);
                names.note_taken(NewName { at, hash: expiry_or_hash }, facts)?;
                joined.occupants.push([ordinal, at.0])?;
            }
        }
        Ok(joined)
    }
}

impl Occupant {
    fn of([_, _, key, expiry]: Entry<4>) -> Self {
        let code = key.to_le_bytes();
        let key_type = code.first().and_then(|code| KeyType::from_code(*code));
        let key_type = key_type.unwrap_or(KeyType::Module);
        let facts = Facts { key_type, expiry: decode_expiry(expiry.cast_signed()) };
        Self { ordinal: key >> TYPE_BITS, facts }
    }
}
