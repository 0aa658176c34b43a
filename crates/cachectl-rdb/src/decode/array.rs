//! Arrays (Redis 8.8): elements by their places.

use super::cursor::{Cursor, decimal};
use crate::Error;
use crate::value::{Array, Content, Element};

const WHAT: &str = "an array";

/// Reads an array.
pub(super) fn decode<'a>(cursor: &mut Cursor<'a>) -> Result<Array<'a>, Error> {
    let begin = *cursor;
    // A place, a kind and at least an empty string.
    let count = cursor.count(3, WHAT)?;
    let last_insertion = last_insertion(cursor)?;
    cursor.room_for(count)?;
    let mut elements: Vec<Element<'a>> = Vec::with_capacity(count);
    for _ in 0..count {
        let here = *cursor;
        let place = cursor.length()?;
        if elements.last().is_some_and(|last| place <= last.place) || place == u64::MAX {
            return Err(here.corrupt("the elements of an array are not in order"));
        }
        elements.push(Element { place, content: content(cursor)? });
    }
    if elements.is_empty() {
        return Err(begin.corrupt("the array has no elements"));
    }
    Ok(Array { elements, last_insertion })
}

/// Reads where an element was inserted last, if one ever was.
fn last_insertion(cursor: &mut Cursor<'_>) -> Result<Option<u64>, Error> {
    let begin = *cursor;
    match cursor.length()? {
        0 => Ok(None),
        1 => cursor.length().map(Some),
        _ => Err(begin.corrupt("an array has a mark of an unknown kind")),
    }
}

fn content<'a>(cursor: &mut Cursor<'a>) -> Result<Content<'a>, Error> {
    let begin = *cursor;
    Ok(match cursor.length()? {
        // Short strings have a kind of their own, and mean the same.
        0 | 3 => Content::Text(cursor.string()?),
        1 => Content::Text(decimal(i64::from_le_bytes(cursor.array(WHAT)?))),
        2 => Content::Number(f64::from_le_bytes(cursor.array(WHAT)?)),
        _ => return Err(begin.corrupt("an array has an element of an unknown kind")),
    })
}
