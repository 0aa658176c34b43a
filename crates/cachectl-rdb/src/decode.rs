//! Values out of stored bytes.
//!
//! At least as strict as a server that sanitises what it is given: lengths that disagree, elements
//! that occur twice and bytes that are left over are errors, and so is a value without elements,
//! which no server keeps.

mod cursor;
mod disputed;
mod hash;
mod intset;
mod list;
mod listpack;
mod module;
mod packed;
mod score;
mod set;
mod sorted_set;
mod stream;
mod unique;
mod ziplist;
mod zipmap;

use crate::{Encoding, Error, RawValue, Value};
use cursor::Cursor;
use packed::Packing;

pub(crate) use disputed::is_disputed;

/// Decodes a value.
pub(crate) fn decode<'a>(value: &RawValue<'a>) -> Result<Value<'a>, Error> {
    let mut cursor = Cursor::new(value.as_bytes(), 0);
    cursor.byte("a value")?;
    let decoded = body(value.encoding(), &mut cursor)?;
    cursor.finish("bytes follow the value")?;
    Ok(decoded)
}

/// Decodes what follows the type byte.
fn body<'a>(encoding: Encoding, cursor: &mut Cursor<'a>) -> Result<Value<'a>, Error> {
    use stream::Generation;

    match encoding {
        Encoding::String => cursor.string().map(Value::String),
        Encoding::List => list::strings(cursor).map(Value::List),
        Encoding::ListZiplist => list::packed(cursor, Packing::Ziplist).map(Value::List),
        Encoding::ListQuicklist => list::ziplists(cursor).map(Value::List),
        Encoding::ListQuicklist2 => list::nodes(cursor).map(Value::List),
        Encoding::Set => set::strings(cursor).map(Value::Set),
        Encoding::SetIntset => set::intset(cursor).map(Value::Set),
        Encoding::SetListpack => set::listpack(cursor).map(Value::Set),
        Encoding::SortedSetText => sorted_set::strings(cursor, score::text).map(Value::SortedSet),
        Encoding::SortedSet => sorted_set::strings(cursor, score::binary).map(Value::SortedSet),
        Encoding::SortedSetZiplist => {
            sorted_set::packed(cursor, Packing::Ziplist).map(Value::SortedSet)
        }
        Encoding::SortedSetListpack => {
            sorted_set::packed(cursor, Packing::Listpack).map(Value::SortedSet)
        }
        Encoding::Hash => hash::strings(cursor).map(Value::Hash),
        Encoding::HashZipmap => hash::packed(cursor, Packing::Zipmap).map(Value::Hash),
        Encoding::HashZiplist => hash::packed(cursor, Packing::Ziplist).map(Value::Hash),
        Encoding::HashListpack => hash::packed(cursor, Packing::Listpack).map(Value::Hash),
        Encoding::HashExpiriesPreRelease => hash::absolute_expiries(cursor).map(Value::Hash),
        Encoding::HashListpackExpiriesPreRelease => hash::triples(cursor).map(Value::Hash),
        Encoding::HashExpiries => hash::relative_expiries(cursor).map(Value::Hash),
        Encoding::HashListpackExpiries => hash::triples_after_minimum(cursor).map(Value::Hash),
        Encoding::ValkeyHashExpiries => hash::valkey_expiries(cursor).map(Value::Hash),
        Encoding::Stream1 => stream::decode(cursor, Generation::First),
        Encoding::Stream2 => stream::decode(cursor, Generation::Second),
        Encoding::Stream3 => stream::decode(cursor, Generation::Third),
        Encoding::Stream4 => stream::decode(cursor, Generation::Fourth),
        Encoding::Stream5 => stream::decode(cursor, Generation::Fifth),
        Encoding::Module | Encoding::ModulePreRelease => Err(module::refuse(cursor)),
    }
}
