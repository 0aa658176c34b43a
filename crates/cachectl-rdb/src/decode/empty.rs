//! Collections without elements.
//!
//! Old releases could be brought to save some. Servers drop them when they load a file, and refuse
//! them as payloads.

use super::cursor::Cursor;
use crate::{Encoding, Error, RawValue};

/// How many bytes a listpack and a ziplist have before the number of their elements.
const BEFORE_COUNT_OF_LISTPACK: usize = 4;
const BEFORE_COUNT_OF_ZIPLIST: usize = 8;

/// Returns whether servers drop the value because it has no elements. Its first bytes are enough.
pub(crate) fn is_empty(value: &RawValue<'_>) -> bool {
    let mut cursor = Cursor::new(value.as_bytes().get(1..).unwrap_or_default(), 0);
    match value.encoding() {
        Encoding::List
        | Encoding::Set
        | Encoding::SortedSetText
        | Encoding::SortedSet
        | Encoding::Hash
        | Encoding::HashExpiriesPreRelease
        | Encoding::ListQuicklist2
        | Encoding::ValkeyHashExpiries => counts_none(&cursor.length()),
        // What is left of the list may be a node without elements.
        Encoding::ListQuicklist => match cursor.length() {
            Ok(1) => holds_none(&mut cursor, BEFORE_COUNT_OF_ZIPLIST),
            count => counts_none(&count),
        },
        Encoding::HashExpiries => cursor.time().is_ok() && counts_none(&cursor.length()),
        Encoding::ListZiplist | Encoding::SortedSetZiplist | Encoding::HashZiplist => {
            holds_none(&mut cursor, BEFORE_COUNT_OF_ZIPLIST)
        }
        Encoding::HashListpack
        | Encoding::HashListpackExpiriesPreRelease
        | Encoding::SetListpack
        | Encoding::SortedSetListpack => holds_none(&mut cursor, BEFORE_COUNT_OF_LISTPACK),
        Encoding::HashListpackExpiries => {
            cursor.time().is_ok() && holds_none(&mut cursor, BEFORE_COUNT_OF_LISTPACK)
        }
        Encoding::String
        | Encoding::SetIntset
        | Encoding::HashZipmap
        | Encoding::Stream1
        | Encoding::Stream2
        | Encoding::Stream3
        | Encoding::Stream4
        | Encoding::Stream5
        | Encoding::Array
        | Encoding::TemplateListpack
        | Encoding::TemplateStrings
        | Encoding::Module
        | Encoding::ModulePreRelease => false,
    }
}

fn counts_none(count: &Result<u64, Error>) -> bool {
    matches!(count, Ok(0))
}

/// Looks into a string that is a structure, which after so many bytes says how many elements it has.
/// None without elements is long enough to be compressed.
fn holds_none(cursor: &mut Cursor<'_>, before: usize) -> bool {
    const WHAT: &str = "a structure";
    let count = cursor
        .length()
        .and_then(|_| cursor.take(before, WHAT))
        .and_then(|_| cursor.array::<2>(WHAT));
    matches!(count, Ok([0, 0]))
}
