//! Ziplists: elements that each begin with the size of the one before.
//!
//! A header of ten bytes (size, offset of the last element, number of elements), the elements, 255.

use super::cursor::Cursor;
use super::packed::{Item, bytes, integer};
use crate::Error;

const WHAT: &str = "a ziplist";
const END: u8 = 0xff;
/// The first byte of a previous size that takes four more.
const LONG: u8 = 0xfe;
/// The number of elements that means that nobody counted.
const UNCOUNTED: u16 = u16::MAX;

/// Returns the elements.
pub(super) fn items(mut cursor: Cursor<'_>) -> Result<Vec<Item<'_>>, Error> {
    let begin = cursor;
    let size = u32::from_le_bytes(cursor.array(WHAT)?);
    if u64::from(size) != begin.left() as u64 {
        return Err(begin.corrupt("a ziplist has another size than it says"));
    }
    let tail = u32::from_le_bytes(cursor.array(WHAT)?);
    let count = u16::from_le_bytes(cursor.array(WHAT)?);
    // The shortest element takes two bytes.
    let mut items = Vec::with_capacity(usize::from(count).min(cursor.left() / 2));
    let (mut last, mut previous) = (cursor.left(), 0);
    loop {
        let here = cursor.left();
        let Some(item) = item(&mut cursor, previous)? else { break };
        if items.len() == items.capacity() {
            begin.room_for(items.len().saturating_mul(2))?;
        }
        items.push(item);
        previous = here.saturating_sub(cursor.left());
        last = here;
    }
    cursor.finish("a ziplist ends before its last byte")?;
    if u64::from(tail) != begin.left().saturating_sub(last) as u64 {
        return Err(begin.corrupt("a ziplist has its last element elsewhere than it says"));
    }
    if count != UNCOUNTED && usize::from(count) != items.len() {
        return Err(begin.corrupt("a ziplist has another number of elements than it says"));
    }
    Ok(items)
}

/// Reads an element after one of the given size, or the end.
fn item<'a>(cursor: &mut Cursor<'a>, previous: usize) -> Result<Option<Item<'a>>, Error> {
    let begin = *cursor;
    let stated = match cursor.byte(WHAT)? {
        END => return Ok(None),
        LONG => u32::from_le_bytes(cursor.array(WHAT)?),
        short => u32::from(short),
    };
    if u64::from(stated) != previous as u64 {
        return Err(begin.corrupt("an element of a ziplist states another size of the one before"));
    }
    let here = *cursor;
    let first = cursor.byte(WHAT)?;
    Ok(Some(match first {
        0x00..=0x3f => bytes(cursor, usize::from(first), WHAT)?,
        0x40..=0x7f => {
            let length = u16::from_be_bytes([first & 0x3f, cursor.byte(WHAT)?]);
            bytes(cursor, usize::from(length), WHAT)?
        }
        0x80 => {
            let length = u32::from_be_bytes(cursor.array(WHAT)?);
            bytes(cursor, usize::try_from(length).map_err(|_| cursor.cut(WHAT))?, WHAT)?
        }
        0xc0 => Item::Integer(integer::<2>(cursor, WHAT)?),
        0xd0 => Item::Integer(integer::<4>(cursor, WHAT)?),
        0xe0 => Item::Integer(integer::<8>(cursor, WHAT)?),
        0xf0 => Item::Integer(integer::<3>(cursor, WHAT)?),
        0xfe => Item::Integer(integer::<1>(cursor, WHAT)?),
        // Zero to twelve, in the byte itself.
        0xf1..=0xfd => Item::Integer(i64::from(first & 0x0f).saturating_sub(1)),
        _ => return Err(here.corrupt("a ziplist has an element of unknown form")),
    }))
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Item, items};
    use crate::ErrorKind;

    fn ziplist(tail: u32, count: u16, body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 11).unwrap();
        let (size, tail) = (size.to_le_bytes(), tail.to_le_bytes());
        [&size[..], &tail, &count.to_le_bytes(), body, &[0xff]].concat()
    }

    #[test]
    fn every_form_of_element_is_read() {
        let medium = [&[0, 0x40, 70][..], &[b'm'; 70]].concat();
        let long = [&[0, 0x80, 0, 0, 0x40, 1][..], &*vec![b'l'; 16_385]].concat();
        let cases: [(&[u8], Item<'_>); 10] = [
            (&[0, 2, b'h', b'i'], Item::Bytes(b"hi".into())),
            (&medium, Item::Bytes(vec![b'm'; 70].into())),
            (&long, Item::Bytes(vec![b'l'; 16_385].into())),
            (&[0, 0xf1], Item::Integer(0)),
            (&[0, 0xfd], Item::Integer(12)),
            (&[0, 0xfe, 0x80], Item::Integer(-128)),
            (&[0, 0xc0, 0, 0x80], Item::Integer(-32_768)),
            (&[0, 0xf0, 0, 0, 0x80], Item::Integer(-8_388_608)),
            (&[0, 0xd0, 0, 0, 0, 0x80], Item::Integer(i64::from(i32::MIN))),
            (&[0, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80], Item::Integer(i64::MIN)),
        ];
        for (body, expected) in cases {
            let bytes = ziplist(10, 1, body);
            assert_eq!(items(Cursor::new(&bytes, 0)).unwrap(), [expected]);
        }
    }

    #[test]
    fn a_size_of_the_element_before_may_take_more_bytes_than_it_needs() {
        let bytes = ziplist(12, 2, &[0, 0xf2, 0xfe, 2, 0, 0, 0, 0xf3]);
        let expected = [1, 2].map(Item::Integer);
        assert_eq!(items(Cursor::new(&bytes, 0)).unwrap(), expected);
    }

    #[test]
    fn unsound_ziplists_are_refused_where_they_are_unsound() {
        #[track_caller]
        fn case(bytes: &[u8], offset: u64, expected: &str) {
            let error = items(Cursor::new(bytes, 100)).unwrap_err();
            assert_eq!(error.offset, 100 + offset);
            let said = match error.kind {
                ErrorKind::Corrupt(what) | ErrorKind::Cut(what) => what,
                other => panic!("{other}"),
            };
            assert!(said.contains(expected), "{said}");
        }

        case(&[5, 0, 0, 0, 10], 4, "a ziplist");
        case(&[11, 0, 0, 0, 10], 0, "another size");
        case(&ziplist(10, 2, &[0, 0xf1]), 0, "another number");
        case(&ziplist(11, 1, &[0, 0xf1]), 0, "elsewhere");
        case(&ziplist(12, 2, &[0, 0xf1, 3, 0xf1]), 12, "the one before");
        case(&ziplist(10, 1, &[0, 0xc1]), 11, "unknown form");
        case(&ziplist(10, 1, &[0, 0x3f, 1]), 12, "a ziplist");
        case(&ziplist(10, 0, &[0xff, 0xff]), 11, "before its last byte");
    }
}
