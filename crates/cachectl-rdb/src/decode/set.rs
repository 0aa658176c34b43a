//! Sets.

use super::cursor::Cursor;
use super::packed::{Packing, into_bytes};
use super::unique;
use crate::Error;
use crate::value::Bytes;

/// Reads a set that is stored string by string.
pub(super) fn strings<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    sound(cursor.strings("a set")?, &begin)
}

/// Reads a set that is an intset, whose order leaves no room for a member that occurs twice.
pub(super) fn intset<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    not_empty(into_bytes(cursor.items(Packing::Intset)?).collect(), &begin)
}

/// Reads a set that is a listpack.
pub(super) fn listpack<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    sound(into_bytes(cursor.items(Packing::Listpack)?).collect(), &begin)
}

fn sound<'a>(members: Vec<Bytes<'a>>, begin: &Cursor<'_>) -> Result<Vec<Bytes<'a>>, Error> {
    let members = not_empty(members, begin)?;
    if !unique::all_differ(&members, |member| &**member) {
        return Err(begin.corrupt("the set has a member twice"));
    }
    Ok(members)
}

fn not_empty<'a>(members: Vec<Bytes<'a>>, begin: &Cursor<'_>) -> Result<Vec<Bytes<'a>>, Error> {
    if members.is_empty() { Err(begin.empty("the set has no members")) } else { Ok(members) }
}
