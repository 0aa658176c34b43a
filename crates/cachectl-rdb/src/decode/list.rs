//! Lists.

use super::cursor::Cursor;
use super::packed::{Item, Packing, into_bytes};
use crate::Error;
use crate::value::Bytes;

/// The kinds of nodes of a list.
const PLAIN: u64 = 1;
pub(super) const PACKED: u64 = 2;

const EMPTY: &str = "the list has no elements";

/// Reads a list that is stored string by string.
pub(super) fn strings<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    not_empty(cursor.strings("a list")?, &begin)
}

/// Reads a list that is one packed structure.
pub(super) fn packed<'a>(
    cursor: &mut Cursor<'a>,
    packing: Packing,
) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    not_empty(into_bytes(cursor.items(packing)?).collect(), &begin)
}

/// Reads a list that is a chain of ziplists.
pub(super) fn ziplists<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    let mut list = Vec::new();
    for _ in 0..cursor.count(1, "a list")? {
        extend(&mut list, cursor.items(Packing::Ziplist)?, cursor)?;
    }
    not_empty(list, &begin)
}

/// Reads a list that is a chain of listpacks and of elements too big for one.
pub(super) fn nodes<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Bytes<'a>>, Error> {
    let begin = *cursor;
    let mut list = Vec::new();
    for _ in 0..cursor.count(2, "a list")? {
        let here = *cursor;
        match cursor.length()? {
            PLAIN => {
                let element = Item::Bytes(plain(cursor)?);
                extend(&mut list, vec![element], cursor)?;
            }
            PACKED => extend(&mut list, cursor.items(Packing::Listpack)?, cursor)?,
            _ => return Err(here.corrupt("a node of a list is of an unknown kind")),
        }
    }
    not_empty(list, &begin)
}

/// Adds the elements of a node, if there is memory for as many as there are then.
fn extend<'a>(
    list: &mut Vec<Bytes<'a>>,
    items: Vec<Item<'a>>,
    cursor: &Cursor<'_>,
) -> Result<(), Error> {
    let all = list.len().saturating_add(items.len());
    if all > list.capacity() {
        cursor.room_for(all.saturating_mul(2))?;
    }
    list.extend(into_bytes(items));
    Ok(())
}

/// Reads an element that is a node by itself.
fn plain<'a>(cursor: &mut Cursor<'a>) -> Result<Bytes<'a>, Error> {
    let begin = *cursor;
    let element = cursor.string()?;
    if element.is_empty() {
        return Err(begin.corrupt("a node of a list is empty"));
    }
    Ok(element)
}

fn not_empty<'a>(list: Vec<Bytes<'a>>, begin: &Cursor<'_>) -> Result<Vec<Bytes<'a>>, Error> {
    if list.is_empty() { Err(begin.empty(EMPTY)) } else { Ok(list) }
}
