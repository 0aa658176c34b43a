//! Values that releases read differently, to the point of crashing.
//!
//! An element of a listpack ends with its length, in groups of seven bits. Where all bits of a
//! length are set, Redis before 8.8 and Valkey before 9.1 write one more group than is needed, and
//! later ones do not. Each counts on its own way: a listpack of the other kind is refused by a
//! server that sanitises what it is given, and brings down one that does not.

use super::cursor::Cursor;
use super::{list, listpack};
use crate::{Encoding, Error, RawValue};

/// Returns whether some listpack of the value has an element of such a length.
pub(crate) fn is_disputed(value: &RawValue<'_>) -> Result<bool, Error> {
    let mut cursor = Cursor::new(value.as_bytes(), 0);
    cursor.byte("a value")?;
    match value.encoding() {
        Encoding::HashListpack
        | Encoding::HashListpackExpiriesPreRelease
        | Encoding::SetListpack
        | Encoding::SortedSetListpack => listpack(&mut cursor),
        Encoding::HashListpackExpiries => {
            cursor.time()?;
            listpack(&mut cursor)
        }
        Encoding::ListQuicklist2 => any(&mut cursor, |cursor| match cursor.length()? {
            list::PACKED => listpack(cursor),
            _ => cursor.large_blob(u64::MAX).map(|_| false),
        }),
        Encoding::Stream1
        | Encoding::Stream2
        | Encoding::Stream3
        | Encoding::Stream4
        | Encoding::Stream5 => any(&mut cursor, |cursor| {
            cursor.string()?;
            listpack(cursor)
        }),
        _ => Ok(false),
    }
}

/// Reads a count and so many nodes, until one is disputed.
fn any<'a>(
    cursor: &mut Cursor<'a>,
    mut node: impl FnMut(&mut Cursor<'a>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    for _ in 0..cursor.count(2, "a value")? {
        if node(cursor)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn listpack(cursor: &mut Cursor<'_>) -> Result<bool, Error> {
    match cursor.large_blob(listpack::SHORTEST_DISPUTED)? {
        None => Ok(false),
        Some(blob) => listpack::is_disputed(blob.cursor()),
    }
}
