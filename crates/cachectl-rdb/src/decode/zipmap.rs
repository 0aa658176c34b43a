//! Zipmaps, in which Redis before 2.6 kept small hashes.
//!
//! The number of fields, then lengths and bytes of field and value in turn, and 255. A value may be
//! followed by room that an earlier, longer one left.

use std::borrow::Cow;

use super::cursor::Cursor;
use crate::Error;
use crate::value::Field;

const WHAT: &str = "a zipmap";
const END: u8 = 0xff;
/// The first byte of a length that takes four more, and the number of fields when there are many.
const LONG: u8 = 0xfe;

/// Returns the fields.
pub(super) fn fields(mut cursor: Cursor<'_>) -> Result<Vec<Field<'_>>, Error> {
    let begin = cursor;
    let count = cursor.byte(WHAT)?;
    // The shortest field takes three bytes.
    let mut fields = Vec::with_capacity(usize::from(count).min(cursor.left() / 3));
    while let Some(length) = length(&mut cursor)? {
        let name = Cow::Borrowed(cursor.take(length, WHAT)?);
        let value = value(&mut cursor)?;
        fields.push(Field { name, value: Cow::Borrowed(value), expires_at: None });
    }
    cursor.finish("a zipmap ends before its last byte")?;
    if count != LONG && usize::from(count) != fields.len() {
        return Err(begin.corrupt("a zipmap has another number of fields than it says"));
    }
    Ok(fields)
}

fn value<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Error> {
    let begin = *cursor;
    let length = length(cursor)?.ok_or_else(|| begin.corrupt("a zipmap ends after a field"))?;
    let room = cursor.byte(WHAT)?;
    let value = cursor.take(length, WHAT)?;
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
    use super::{Cursor, fields};

    #[test]
    fn fields_come_with_their_values_and_without_the_room_after_them() {
        let bytes = b"\x02\x01a\x02\x03xy___\x01b\x00\x00\xff";
        let fields = fields(Cursor::new(bytes, 0)).unwrap();
        let pairs: Vec<_> = fields.iter().map(|it| (&*it.name, &*it.value)).collect();
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
