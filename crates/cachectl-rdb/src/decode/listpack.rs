//! Listpacks: elements that can be walked from both ends.
//!
//! A header of six bytes (size, number of elements), the elements, and 255. Each element ends with
//! its own length, written so that it can be read backwards.

use super::cursor::Cursor;
use super::packed::{Item, bytes, integer};
use crate::Error;

const WHAT: &str = "a listpack";
const END: u8 = 0xff;
/// The number of elements that means that nobody counted.
const UNCOUNTED: u16 = u16::MAX;

/// Returns the elements.
pub(super) fn items(cursor: Cursor<'_>) -> Result<Vec<Item<'_>>, Error> {
    let mut walk = Walk::new(cursor)?;
    // The shortest element takes two bytes.
    let mut items = Vec::with_capacity(usize::from(walk.count).min(walk.cursor.left() / 2));
    while let Some(item) = walk.next()? {
        if items.len() == items.capacity() {
            walk.begin.room_for(items.len().saturating_mul(2))?;
        }
        items.push(item);
    }
    Ok(items)
}

/// The elements one by one, for those who need not have all of them at once: an element of two
/// bytes takes many times as much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'a> {
    begin: Cursor<'a>,
    cursor: Cursor<'a>,
    /// How many elements there are, as the listpack says.
    count: u16,
    /// How many there were.
    seen: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(mut cursor: Cursor<'a>) -> Result<Self, Error> {
        let begin = cursor;
        let size = u32::from_le_bytes(cursor.array(WHAT)?);
        if u64::from(size) != begin.left() as u64 {
            return Err(begin.corrupt("a listpack has another size than it says"));
        }
        let count = u16::from_le_bytes(cursor.array(WHAT)?);
        Ok(Self { begin, cursor, count, seen: 0 })
    }

    /// Returns the next element, and at the end fails unless the whole listpack is sound.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, Error> {
        if let Some(item) = item(&mut self.cursor)? {
            self.seen = self.seen.saturating_add(1);
            return Ok(Some(item));
        }
        self.cursor.finish("a listpack ends before its last byte")?;
        if self.count != UNCOUNTED && usize::from(self.count) != self.seen {
            let what = "a listpack has another number of elements than it says";
            return Err(self.begin.corrupt(what));
        }
        Ok(None)
    }
}

/// The size of the shortest listpack with an element whose length releases write differently.
pub(super) const SHORTEST_DISPUTED: u64 = 6 + 0x3fff + 2 + 1;

/// Returns whether some element has a length of which all bits are set.
pub(super) fn is_disputed(mut cursor: Cursor<'_>) -> Result<bool, Error> {
    cursor.array::<6>(WHAT)?;
    loop {
        let before = cursor.left();
        if item(&mut cursor)?.is_none() {
            return Ok(false);
        }
        // Together with as many bytes of the length as are needed, or one more.
        match before.saturating_sub(cursor.left()) {
            0x4001 | 0x4002 | 0x20_0002 | 0x20_0003 | 0x1000_0003 | 0x1000_0004 => return Ok(true),
            _ => {}
        }
    }
}

/// Reads an element, or the end.
fn item<'a>(cursor: &mut Cursor<'a>) -> Result<Option<Item<'a>>, Error> {
    let begin = *cursor;
    let first = cursor.byte(WHAT)?;
    let item = match first {
        END => return Ok(None),
        0x00..=0x7f => Item::Integer(i64::from(first)),
        0x80..=0xbf => bytes(cursor, usize::from(first & 0x3f), WHAT)?,
        0xc0..=0xdf => {
            let number = u16::from_be_bytes([first & 0x1f, cursor.byte(WHAT)?]);
            // Thirteen bits with a sign.
            Item::Integer(i64::from((number << 3).cast_signed() >> 3))
        }
        0xe0..=0xef => {
            let length = u16::from_be_bytes([first & 0x0f, cursor.byte(WHAT)?]);
            bytes(cursor, usize::from(length), WHAT)?
        }
        0xf0 => {
            let length = u32::from_le_bytes(cursor.array(WHAT)?);
            bytes(cursor, usize::try_from(length).map_err(|_| begin.cut(WHAT))?, WHAT)?
        }
        0xf1 => Item::Integer(integer::<2>(cursor, WHAT)?),
        0xf2 => Item::Integer(integer::<3>(cursor, WHAT)?),
        0xf3 => Item::Integer(integer::<4>(cursor, WHAT)?),
        0xf4 => Item::Integer(integer::<8>(cursor, WHAT)?),
        0xf5..=0xfe => return Err(begin.corrupt("a listpack has an element of unknown form")),
    };
    back_length(cursor, begin.left().saturating_sub(cursor.left()))?;
    Ok(Some(item))
}

/// Reads the length at the end of an element, which must be the one that the element has.
///
/// Where all bits of it are set, older releases write one byte more than is needed.
fn back_length(cursor: &mut Cursor<'_>, length: usize) -> Result<(), Error> {
    let begin = *cursor;
    let groups: u32 = match length {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        0x20_0000..=0xfff_ffff => 4,
        _ => 5,
    };
    let full = matches!(length, 0x3fff | 0x1f_ffff | 0xfff_ffff);
    let mut more = 0;
    if full && cursor.next() == Some(0) {
        cursor.byte(WHAT)?;
        more = 0x80;
    }
    for group in (0..groups).rev() {
        let bits = length.checked_shr(group.saturating_mul(7)).unwrap_or(0) & 0x7f;
        // Every byte says whether there is another one before it.
        if usize::from(cursor.byte(WHAT)?) != bits | more {
            return Err(begin.corrupt("the lengths of an element of a listpack disagree"));
        }
        more = 0x80;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Item, items};
    use crate::ErrorKind;

    fn listpack(count: u16, body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 7).unwrap();
        [&size.to_le_bytes()[..], &count.to_le_bytes(), body, &[0xff]].concat()
    }

    #[test]
    fn every_form_of_element_is_read() {
        let long = [&[0xe0, 100][..], &[b'x'; 100], &[102]].concat();
        let cases: [(&[u8], Item<'_>); 11] = [
            (&[5, 1], Item::Integer(5)),
            (&[127, 1], Item::Integer(127)),
            (&[0xdf, 0xff, 2], Item::Integer(-1)),
            (&[0xd0, 0x00, 2], Item::Integer(-4096)),
            (&[0xcf, 0xff, 2], Item::Integer(4095)),
            (&[0xf1, 0x00, 0x80, 3], Item::Integer(-32_768)),
            (&[0xf2, 0, 0, 0x80, 4], Item::Integer(-8_388_608)),
            (&[0xf3, 0, 0, 0, 0x80, 5], Item::Integer(i64::from(i32::MIN))),
            (&[0xf4, 0, 0, 0, 0, 0, 0, 0, 0x80, 9], Item::Integer(i64::MIN)),
            (&[0x82, b'h', b'i', 3], Item::Bytes(b"hi".into())),
            (&long, Item::Bytes(vec![b'x'; 100].into())),
        ];
        for (body, expected) in cases {
            let bytes = listpack(1, body);
            assert_eq!(items(Cursor::new(&bytes, 0)).unwrap(), [expected]);
        }
    }

    #[test]
    fn an_element_of_128_bytes_has_a_back_length_of_two() {
        let body = [&[0xe0, 126][..], &[b'y'; 126], &[1, 0x80]].concat();
        let bytes = listpack(1, &body);
        assert_eq!(items(Cursor::new(&bytes, 0)).unwrap().len(), 1);
    }

    #[test]
    fn a_back_length_with_all_bits_set_has_two_or_three_bytes() {
        let element = [&[0xf0, 0xfa, 0x3f, 0, 0][..], &[b'z'; 0x3ffa]].concat();
        for back_length in [&[0x7f, 0xff][..], &[0, 0xff, 0xff]] {
            let bytes = listpack(1, &[&element, back_length].concat());
            assert_eq!(items(Cursor::new(&bytes, 0)).unwrap().len(), 1);
        }
        for back_length in [&[0x7f, 0x7f][..], &[0, 0x7f, 0xff], &[0, 0, 0xff, 0xff], &[0xff]] {
            let bytes = listpack(1, &[&element, back_length].concat());
            assert_eq!(items(Cursor::new(&bytes, 0)).unwrap_err().offset, 6 + 0x3fff);
        }
    }

    #[test]
    fn unsound_listpacks_are_refused_where_they_are_unsound() {
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

        case(&[7, 0, 0], 0, "a listpack");
        case(&[8, 0, 0, 0, 0, 0, 0xff], 0, "another size");
        case(&listpack(2, &[1, 1]), 0, "another number");
        case(&listpack(1, &[1, 2]), 7, "disagree");
        case(&listpack(1, &[0xf7, 1]), 6, "unknown form");
        case(&listpack(1, &[0xbf, 1]), 7, "a listpack");
        case(&listpack(0, &[0xff, 0xff]), 7, "before its last byte");
        case(&listpack(1, &[0xf0, 0xff, 0xff, 0xff, 0xff, 1]), 11, "a listpack");
    }
}
