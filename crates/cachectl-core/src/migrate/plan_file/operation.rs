//! One thing to do, and many of them together.

use std::io::{self, Read, Write};

use super::Place;
use crate::{
    migrate::{
        fields::Fields,
        ledger::Ending,
        plan::{decode_expiry, encode_expiry},
    },
    values::{key_type::KeyType, reserved::reserved_name, ttl::Expiry},
};

/// The bytes before the names.
const HEAD: usize = 20;

/// What to do with a pair of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::migrate) enum Kind {
    /// Rename, if the new name is free.
    Rename,
    /// Put the key that has the new name elsewhere, and rename.
    Stash,
    /// Put the key that has the new name elsewhere, rename, and drop it.
    Overwrite,
    /// Open a cycle: give a key a temporary name. Counts for nothing.
    Aside,
    /// Close a cycle: give the key with the temporary name its new one.
    Return,
    /// On the way back: give a key that was stashed its name again. Counts for nothing.
    Unstash,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Rename, Self::Stash, Self::Overwrite, Self::Aside, Self::Return, Self::Unstash];

    /// Returns whether the key in the way gets a name of ours.
    pub(in crate::migrate) fn has_own_name(self) -> bool {
        self.own_purpose().is_some()
    }

    /// Returns the name of ours that the key in the way gets, which has the name `to`.
    pub(in crate::migrate) fn own_name(self, nonce: &str, to: &[u8]) -> Option<Vec<u8>> {
        Some(reserved_name(self.own_purpose()?, nonce, to))
    }

    fn own_purpose(self) -> Option<&'static str> {
        match self {
            Self::Stash => Some("stash"),
            Self::Overwrite => Some("overwritten"),
            Self::Rename | Self::Aside | Self::Return | Self::Unstash => None,
        }
    }

    /// Returns whether one of the planned keys has its new name afterwards.
    pub(in crate::migrate) fn counts(self) -> bool {
        match self {
            Self::Rename | Self::Stash | Self::Overwrite | Self::Return => true,
            Self::Aside | Self::Unstash => false,
        }
    }
}

/// Whether the names of an operation are names of other operations too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct NameLinks {
    /// A later operation gives the old name to another key.
    pub(in crate::migrate) reused: bool,
    /// An earlier operation took another key away from the new name.
    pub(in crate::migrate) refilled: bool,
    /// The old name belonged to a key that is gone: whoever has it later may have it by right.
    pub(in crate::migrate) claimed: bool,
}

impl NameLinks {
    /// Returns whether neither name is anybody else's.
    pub(in crate::migrate) fn none(self) -> bool {
        !self.reused && !self.refilled && !self.claimed
    }
}

/// What to do with a pair of names, the names apart.
#[derive(Clone, Copy, Debug)]
pub(in crate::migrate) struct Operation {
    pub(in crate::migrate) kind: Kind,
    pub(in crate::migrate) key_type: KeyType,
    /// Whether its names are names of other operations too.
    pub(in crate::migrate) links: NameLinks,
    pub(in crate::migrate) expiry: Expiry,
    /// Where the names begin in the window that it is part of, and where they part and end.
    start: usize,
    middle: usize,
    end: usize,
}

impl Operation {
    /// Makes an operation whose names are written beside it.
    pub(in crate::migrate) fn new(kind: Kind, key_type: KeyType, expiry: Expiry) -> Self {
        let links = NameLinks::default();
        Self { kind, key_type, links, expiry, start: 0, middle: 0, end: 0 }
    }

    pub(in crate::migrate) fn with_links(self, links: NameLinks) -> Self {
        Self { links, ..self }
    }

    /// Returns whether names alone do not tell what became of it.
    pub(in crate::migrate) fn is_bound(&self) -> bool {
        self.kind != Kind::Rename || !self.links.none()
    }

    /// Writes it with its names.
    pub(super) fn write(self, from: &[u8], to: &[u8], file: &mut impl Write) -> io::Result<()> {
        let length = |name: &[u8]| {
            u32::try_from(name.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))
        };
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(&[self.kind as u8, self.key_type.code()]);
        let old = u8::from(self.links.reused) | u8::from(self.links.claimed) << 1;
        head.extend_from_slice(&[old, u8::from(self.links.refilled)]);
        head.extend_from_slice(&length(from)?.to_le_bytes());
        head.extend_from_slice(&length(to)?.to_le_bytes());
        head.extend_from_slice(&encode_expiry(self.expiry).to_le_bytes());
        file.write_all(&head)?;
        file.write_all(from)?;
        file.write_all(to)
    }
}

/// Operations of one section that are dealt with together, and their names.
#[derive(Clone, Debug, Default)]
pub(in crate::migrate) struct Window {
    /// The number of the first of them, counted from the start of the lane.
    pub(in crate::migrate) first: u64,
    pub(in crate::migrate) level: u32,
    /// Where the first of them stands in the plan.
    pub(in crate::migrate) offset: u64,
    pub(in crate::migrate) operations: Vec<Operation>,
    names: Vec<u8>,
}

impl Window {
    /// Makes an empty window with the room of one that is not needed any more.
    pub(super) fn reuse(mut self, first: u64, level: u32, offset: u64) -> Self {
        self.operations.clear();
        self.names.clear();
        Self { first, level, offset, ..self }
    }

    /// Reads one more operation, of which `kind` was read already; returns how long it is.
    pub(super) fn read(&mut self, kind: u8, file: &mut impl Read) -> io::Result<u64> {
        let mut head = [0; HEAD - 1];
        file.read_exact(&mut head)?;
        let parsed = || {
            let mut fields = Fields(&head);
            let key_type = KeyType::from_code(fields.u8()?)?;
            let (old, new) = (fields.u8()?, fields.u8()?);
            let links =
                NameLinks { reused: old & 1 != 0, refilled: new != 0, claimed: old & 2 != 0 };
            let lengths = (fields.u32()? as usize, fields.u32()? as usize);
            Some((key_type, links, lengths, decode_expiry(fields.i64()?)))
        };
        let kind = Kind::ALL.get(usize::from(kind)).copied();
        let (kind, (key_type, links, (from, to), expiry)) =
            kind.zip(parsed()).ok_or(io::ErrorKind::InvalidData)?;
        let start = self.names.len();
        let (middle, end) = (start + from, start + from + to);
        // Never more room than the file has bytes, whatever a damaged length says.
        let read = file.take((from + to) as u64).read_to_end(&mut self.names)?;
        if read != from + to {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.operations.push(Operation { kind, key_type, links, expiry, start, middle, end });
        Ok((HEAD + from + to) as u64)
    }

    /// Returns how many operations there are.
    pub(in crate::migrate) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Returns how many of its keys have an ending that trying again will not change.
    pub(in crate::migrate) fn count_settled(&self, endings: &[Ending]) -> u64 {
        let settled = self
            .operations
            .iter()
            .zip(endings)
            .filter(|(operation, ending)| operation.kind.counts() && !ending.is_unsettled());
        settled.count() as u64
    }

    /// Returns how many bytes their names have.
    pub(super) fn bytes(&self) -> usize {
        self.names.len()
    }

    /// Returns where it stands in the plan.
    pub(in crate::migrate) fn place(&self) -> Place {
        Place { offset: self.offset, next: self.first, level: Some(self.level) }
    }

    /// Returns the old name.
    pub(in crate::migrate) fn from(&self, operation: &Operation) -> &[u8] {
        self.names.get(operation.start..operation.middle).unwrap_or_default()
    }

    /// Returns the name of ours that the key in the way gets, if it gets one.
    pub(in crate::migrate) fn own_name(
        &self,
        nonce: &str,
        operation: &Operation,
    ) -> Option<Vec<u8>> {
        operation.kind.own_name(nonce, self.to(operation))
    }

    /// Returns the new name.
    pub(in crate::migrate) fn to(&self, operation: &Operation) -> &[u8] {
        self.names.get(operation.middle..operation.end).unwrap_or_default()
    }
}

/// Returns where the key is put that has the name `to`, in the slot of that name.
pub(in crate::migrate) fn stash_name(nonce: &str, to: &[u8]) -> Vec<u8> {
    reserved_name("stash", nonce, to)
}

/// Returns the key that a temporary name was given to while a cycle is open.
pub(in crate::migrate) fn aside_of<'a>(nonce: &str, name: &'a [u8]) -> Option<&'a [u8]> {
    let rest = name.strip_prefix(b"cachectl:{")?;
    let tag = rest.iter().position(|byte| *byte == b'}')?;
    let rest = rest.get(tag..)?.strip_prefix(b"}:aside:")?;
    rest.strip_prefix(nonce.as_bytes())?.strip_prefix(b":")
}

/// Returns the temporary name of the key `from` while a cycle is open, in its slot.
pub(in crate::migrate) fn aside_name(nonce: &str, from: &[u8]) -> Vec<u8> {
    reserved_name("aside", nonce, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_name_tells_whose_it_is() {
        for name in [&b"user:1"[..], b"{a}b", b"}:aside:", b"", b"\xff{\n}"] {
            assert_eq!(aside_of("n1", &aside_name("n1", name)), Some(name));
            assert_eq!(aside_of("n2", &aside_name("n1", name)), None);
            assert_eq!(aside_of("n1", &stash_name("n1", name)), None);
        }
    }
}
