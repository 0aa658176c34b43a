//! Hashes whose field names other hashes share (Redis 8.10), with the names.

use super::cursor::Cursor;
use super::packed::{Item, Packing};
use super::{hash, packed};
use crate::Error;
use crate::value::{Bytes, Field};

const WHAT: &str = "the names of fields";
pub(super) const UNNUMBERED: &str = "a hash does not say whose fields it has";

/// Reads a hash whose values are in a listpack, after a number that means nothing outside of the
/// server that wrote it.
pub(super) fn listpack<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    let begin = *cursor;
    let names = names(cursor)?;
    let (_, values) = numbered(cursor)?;
    if names.len() != values.len() {
        return Err(begin.corrupt("a hash has not one value for each field"));
    }
    fields(names, values, &begin)
}

/// Reads a hash whose values come string by string.
pub(super) fn strings<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    let begin = *cursor;
    let names = names(cursor)?;
    let values = names.iter().map(|_| cursor.string()).collect::<Result<Vec<_>, _>>()?;
    fields(names, values, &begin)
}

/// Reads the names, in a listpack or string by string.
fn names<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    match cursor.length()? {
        0 => Ok(packed::into_bytes(cursor.items(Packing::Listpack)?).collect()),
        1 => cursor.strings(WHAT),
        _ => Err(begin.corrupt("the names of fields have an unknown form")),
    }
}

/// Reads a listpack that begins with a number, and what comes after that.
fn numbered<'a>(cursor: &mut Cursor<'a>) -> Result<(u64, Vec<Bytes<'a>>), Error> {
    let begin = *cursor;
    let mut items = cursor.items(Packing::Listpack)?.into_iter();
    let number = number(items.next().as_ref()).ok_or_else(|| begin.corrupt(UNNUMBERED))?;
    Ok((number, items.map(Item::into_bytes).collect()))
}

/// Returns what the first element of such a listpack says, if it is a number.
pub(super) fn number(first: Option<&Item<'_>>) -> Option<u64> {
    first.and_then(Item::integer).and_then(|number| u64::try_from(number).ok())
}

fn fields<'a>(
    names: Vec<Bytes<'a>>,
    values: Vec<Bytes<'a>>,
    begin: &Cursor<'_>,
) -> Result<Vec<Field<'a>>, Error> {
    let pairs = names.into_iter().zip(values);
    let fields = pairs.map(|(name, value)| Field { name, value, expires_at: None });
    hash::sound(fields.collect(), begin)
}
