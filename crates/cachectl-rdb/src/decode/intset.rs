//! Intsets: integers of one width in ascending order.

use super::cursor::Cursor;
use super::packed::{Item, integer};
use crate::Error;

const WHAT: &str = "an intset";

/// Returns the elements.
pub(super) fn items<'a>(mut cursor: Cursor<'a>) -> Result<Vec<Item<'a>>, Error> {
    let begin = cursor;
    let width = u32::from_le_bytes(cursor.array(WHAT)?);
    let count = u32::from_le_bytes(cursor.array(WHAT)?);
    let next: fn(&mut Cursor<'a>) -> Result<i64, Error> = match width {
        2 => |cursor| integer::<2>(cursor, WHAT),
        4 => |cursor| integer::<4>(cursor, WHAT),
        8 => |cursor| integer::<8>(cursor, WHAT),
        _ => return Err(begin.corrupt("an intset has an unknown width")),
    };
    if u64::from(count).saturating_mul(u64::from(width)) != cursor.left() as u64 {
        return Err(begin.corrupt("an intset has another size than it says"));
    }
    let count = cursor.left() / usize::try_from(width).unwrap_or(8);
    begin.room_for(count)?;
    let mut items = Vec::with_capacity(count);
    let mut last = None;
    while cursor.left() > 0 {
        let here = cursor;
        let number = next(&mut cursor)?;
        if last.is_some_and(|last| number <= last) {
            return Err(here.corrupt("an intset is not in order"));
        }
        last = Some(number);
        items.push(Item::Integer(number));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Item, items};

    fn intset(width: u32, count: u32, body: &[u8]) -> Vec<u8> {
        [&width.to_le_bytes()[..], &count.to_le_bytes(), body].concat()
    }

    #[test]
    fn integers_come_in_order() {
        let bytes = intset(2, 3, &[0xff, 0xff, 0, 0, 0x39, 0x30]);
        let expected = [-1, 0, 12345].map(Item::Integer);
        assert_eq!(items(Cursor::new(&bytes, 0)).unwrap(), expected);
    }

    #[test]
    fn unsound_sets_are_refused() {
        #[track_caller]
        fn case(bytes: &[u8], offset: u64) {
            assert_eq!(items(Cursor::new(bytes, 0)).unwrap_err().offset, offset);
        }

        case(&intset(3, 1, &[0, 0, 0]), 0);
        case(&intset(2, 2, &[0, 0]), 0);
        case(&intset(2, 2, &[1, 0, 1, 0]), 10);
        case(&intset(2, u32::MAX, &[1, 0, 1, 0]), 0);
        case(&[2, 0, 0, 0, 1], 4);
    }
}
