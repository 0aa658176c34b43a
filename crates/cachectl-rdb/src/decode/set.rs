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

/// Reads a set that is one packed structure.
pub(super) fn packed<'a>(
    cursor: &mut Cursor<'a>,
    packing: Packing,
) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    sound(into_bytes(cursor.items(packing)?).collect(), &begin)
}

fn sound<'a>(members: Vec<Bytes<'a>>, begin: &Cursor<'_>) -> Result<Vec<Bytes<'a>>, Error> {
    if members.is_empty() {
        return Err(begin.corrupt("the set has no members"));
    }
    if !unique::all_differ(&members, |member| &**member) {
        return Err(begin.corrupt("the set has a member twice"));
    }
    Ok(members)
}
