//! Keys, names and code: strings that are wanted as what they mean.
//!
//! Each kind has a budget, because a few bytes can stand for as many as one likes: compressed, and
//! compressed once more from outside.

use std::io::Read;

use super::{
    skim::{self, Length},
    source::{Nowhere, Sink, Source},
};
use crate::{Error, ErrorKind, lzf};

/// What a string is, and how many bytes it may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) what: &'static str,
    /// As it is stored: as much as servers take.
    most: u64,
    /// Where it is compressed, which takes memory for both forms.
    most_unpacked: u64,
}

/// A key: servers take up to 512 MiB, and nobody has compressed ones of a fraction of that.
pub(super) const KEY: Kind = Kind { what: "a key", most: 512 << 20, most_unpacked: 256 << 20 };
/// The name or the value of an auxiliary field. The biggest are Lua scripts of old servers.
pub(super) const AUX: Kind =
    Kind { what: "an auxiliary field", most: 16 << 20, most_unpacked: 16 << 20 };
/// The code of a library of functions, and what belongs to it.
pub(super) const FUNCTION: Kind =
    Kind { what: "a function", most: 64 << 20, most_unpacked: 64 << 20 };
/// The name of a field that hashes share.
pub(super) const SHARED_NAME: Kind =
    Kind { what: "the names of fields", most: 64 << 20, most_unpacked: 64 << 20 };
/// The names or the values of the fields of a hash, in one listpack: servers split up what has more
/// than kilobytes.
pub(super) const SHARED_LISTPACK: Kind =
    Kind { what: "a listpack of shared fields", most: 64 << 20, most_unpacked: 64 << 20 };
/// The name of the import of a slot.
pub(super) const IMPORT: Kind =
    Kind { what: "the import of a slot", most: 1 << 20, most_unpacked: 1 << 20 };

/// Reads a string into `target`, in place of what was there.
pub(super) fn read<R: Read>(
    source: &mut Source<R>,
    target: &mut Vec<u8>,
    kind: Kind,
) -> Result<(), Error> {
    let Kind { what, most, .. } = kind;
    target.clear();
    let at = source.offset();
    match skim::length(source, &mut Nowhere, what)? {
        Length::Plain(length) if length > most => Err(Error::new(at, ErrorKind::TooBig(what))),
        Length::Plain(length) => source.pass(length, target, what),
        Length::Special(lzf::FORM) => unpack(source, target, kind),
        Length::Special(form) => {
            let number = match form {
                0 => i8::from_le_bytes(source.chunk(what)?).into(),
                1 => i16::from_le_bytes(source.chunk(what)?).into(),
                2 => i32::from_le_bytes(source.chunk(what)?),
                _ => return Err(Error::corrupt(at, "a string has an unknown form")),
            };
            target.extend_from_slice(number.to_string().as_bytes());
            Ok(())
        }
    }
}

/// Reads a string into `target` as it is stored, its length included. It stays within the budget
/// once it is unpacked as well.
pub(super) fn stored<R: Read>(
    source: &mut Source<R>,
    target: &mut Vec<u8>,
    kind: Kind,
) -> Result<(), Error> {
    let Kind { what, most, .. } = kind;
    target.clear();
    let at = source.offset();
    match skim::length(source, target, what)? {
        Length::Plain(length) if length > most => Err(Error::new(at, ErrorKind::TooBig(what))),
        Length::Plain(length) => source.pass(length, target, what),
        Length::Special(lzf::FORM) => {
            let (packed, _) = packed(source, target, kind)?;
            source.pass(packed, target, what)
        }
        Length::Special(form) => {
            let bytes = skim::integer_bytes(form)
                .ok_or_else(|| Error::corrupt(at, "a string has an unknown form"))?;
            source.pass(bytes, target, what)
        }
    }
}

/// Reads how many bytes a compressed string has, and how many it stands for, if both are within the
/// budget.
fn packed<R: Read>(
    source: &mut Source<R>,
    sink: &mut impl Sink,
    Kind { what, most_unpacked, .. }: Kind,
) -> Result<(u64, u64), Error> {
    let at = source.offset();
    let packed = skim::number(source, sink, what)?;
    let length = skim::number(source, sink, what)?;
    if length.max(packed) > most_unpacked {
        return Err(Error::new(at, ErrorKind::TooBig(what)));
    }
    Ok((packed, length))
}

fn unpack<R: Read>(source: &mut Source<R>, target: &mut Vec<u8>, kind: Kind) -> Result<(), Error> {
    let what = kind.what;
    let at = source.offset();
    let (packed, length) = packed(source, &mut Nowhere, kind)?;
    source.pass(packed, target, what)?;
    *target = usize::try_from(length)
        .ok()
        .and_then(|length| lzf::decompress(target, length))
        .ok_or_else(|| Error::corrupt(at, "a compressed string does not unpack"))?;
    Ok(())
}
