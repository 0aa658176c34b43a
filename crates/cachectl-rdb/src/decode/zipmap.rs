//! Zipmaps, in which Redis before 2.6 kept small hashes.
//!
//! The number of fields, then lengths and bytes of field and value in turn, and 255. A value may be
//! followed by room that an earlier, longer one left.

use super::cursor::Cursor;
use super::packed::{Item, bytes};
use crate::Error;

const WHAT: &str = "a zipmap";
const END: u8 = 0xff;
/// The first byte of a length that takes four more, and the number of fields when there are many.
const LONG: u8 = 0xfe;

/// Returns the fields, each followed by its value.
pub(super) fn fields(mut cursor: Cursor<'_>) -> Result<Vec<Item<'_>>, Error> {
    let begin = cursor;
    let count = cursor.byte(WHAT)?;
    // The shortest field takes three bytes.
    let mut items = Vec::with_capacity(usize::from(count).min(cursor.left() / 3) * 2);
    while let Some(length) = length(&mut cursor)? {
        if items.len() == items.capacity() {
            begin.room_for(items.len().saturating_mul(2))?;
        }
        items.push(bytes(&mut cursor, length, WHAT)?);
        items.push(value(&mut cursor)?);
    }
    cursor.finish("a zipmap ends before its last byte")?;
    if count != LONG && usize::from(count) != items.len() / 2 {
        return Err(begin.corrupt("a zipmap has another number of fields than it says"));
    }
    Ok(items)
}

fn value<'a>(cursor: &mut Cursor<'a>) -> Result<Item<'a>, Error> {
    let begin = *cursor;
    let length = length(cursor)?.ok_or_else(|| begin.corrupt("a zipmap ends after a field"))?;
    let room = cursor.byte(WHAT)?;
    let value = bytes(cursor, length, WHAT)?;
    cursor.take(usize::from(room), WHAT)?;
    Ok(value)
}

/// Reads a length, or the end.
fn length(cursor: &mut Cursor<'_>) -> Result<Option<usize>, Error> {
    let begin = *cursor;
    Ok(Some(match cursor.byte(WHAT)? {
        END => return Ok(None),
        LONG => {
            let length = u32::from_le_bytes(cursor.array(WHAT)?);
            if length < u32::from(LONG) {
                return Err(begin.corrupt("a length in a zipmap takes more bytes than it needs"));
            }
            usize::try_from(length).map_err(|_| begin.cut(WHAT))?
        }
        short => usize::from(short),
    }))
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Item, fields};

    #[test]
    fn fields_come_with_their_values_and_without_the_room_after_them() {
        let bytes = b"\x02\x01a\x02\x03xy___\x01b\x00\x00\xff";
        let fields = fields(Cursor::new(bytes, 0)).unwrap();
        let fields: Vec<_> = fields.into_iter().map(Item::into_bytes).collect();
        let pairs: Vec<_> = fields.chunks(2).map(|it| (&*it[0], &*it[1])).collect();
        assert_eq!(pairs, [(&b"a"[..], &b"xy"[..]), (b"b", b"")]);
    }

    #[test]
    fn unsound_zipmaps_are_refused() {
        #[track_caller]
        fn case(bytes: &[u8], offset: u64) {
            assert_eq!(fields(Cursor::new(bytes, 0)).unwrap_err().offset, offset);
        }

        case(b"", 0);
        case(b"\x01", 1);
        case(b"\x02\x01a\x01\x00b\xff", 0);
        case(b"\x01\x01a\xff", 3);
        case(b"\x01\x01a\x01\x00b\xff\xff", 7);
        case(b"\x01\x01a\x01\x05b\xff", 6);
        case(b"\x01\xfe\x01\0\0\0a\x01\x00b\xff", 1);
        case(b"\x01\xfe\xff\xff\xff\xffa\x01\x00b\xff", 6);
    }
}
