//! Hashes, with and without expiries of their fields.

use super::cursor::Cursor;
use super::packed::Packing;
use super::unique;
use crate::Error;
use crate::value::Field;

const WHAT: &str = "a hash";

/// The latest time at which Redis lets a field expire: 48 bits of milliseconds.
const LATEST: i64 = 0xffff_ffff_ffff;

/// Reads a hash that is stored string by string.
pub(super) fn strings<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    fields(cursor, 2, |cursor| {
        Ok(Field { name: cursor.string()?, value: cursor.string()?, expires_at: None })
    })
}

/// Reads a hash in which each value is followed by the time when the field expires.
pub(super) fn valkey_expiries<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    fields(cursor, 10, |cursor| {
        let (name, value, here) = (cursor.string()?, cursor.string()?, *cursor);
        let expires_at = match cursor.time()? {
            -1 => None,
            time @ 0.. => Some(time),
            _ => return Err(here.corrupt("a field expires at an impossible time")),
        };
        Ok(Field { name, value, expires_at })
    })
}

/// Reads a hash in which each field is preceded by the time when it expires, or zero.
pub(super) fn absolute_expiries<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    preceded(cursor, |time| i64::try_from(time).ok())
}

/// Reads a hash in which each field is preceded by how much later than the first of all it expires,
/// plus one, or zero.
pub(super) fn relative_expiries<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    let first = minimum(cursor)?;
    preceded(cursor, |later| first.checked_add_unsigned(later.saturating_sub(1)))
}

/// Reads a hash that is one packed structure of fields and values in turn.
pub(super) fn packed<'a>(
    cursor: &mut Cursor<'a>,
    packing: Packing,
) -> Result<Vec<Field<'a>>, Error> {
    let begin = *cursor;
    let mut items = cursor.items(packing)?.into_iter();
    let mut fields = Vec::with_capacity(items.len() / 2);
    while let Some(name) = items.next() {
        let value = items.next().ok_or_else(|| begin.corrupt("the last field has no value"))?;
        let (name, value) = (name.into_bytes(), value.into_bytes());
        fields.push(Field { name, value, expires_at: None });
    }
    sound(fields, &begin)
}

/// Reads a hash that is a listpack of fields, values and expiries, after the earliest of these.
pub(super) fn triples_after_minimum<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    minimum(cursor)?;
    triples(cursor)
}

/// Reads a hash that is a listpack of fields, values and expiries. Fields that expire come first,
/// the earliest before the others.
pub(super) fn triples<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Field<'a>>, Error> {
    let begin = *cursor;
    let mut items = cursor.items(Packing::Listpack)?.into_iter();
    let mut fields: Vec<Field<'a>> = Vec::with_capacity(items.len() / 3);
    while let Some(name) = items.next() {
        let (Some(value), Some(time)) = (items.next(), items.next()) else {
            return Err(begin.corrupt("the last field has no value or no expiry"));
        };
        let expires_at = match time.integer() {
            Some(0) => None,
            time => Some(possible(time, &begin)?),
        };
        if let (Some(last), Some(time)) = (fields.last(), expires_at)
            && last.expires_at.is_none_or(|last| time < last)
        {
            return Err(begin.corrupt("the fields are not in the order in which they expire"));
        }
        fields.push(Field { name: name.into_bytes(), value: value.into_bytes(), expires_at });
    }
    sound(fields, &begin)
}

/// Reads a hash in which each field is preceded by what its time is made of, or zero.
fn preceded<'a>(
    cursor: &mut Cursor<'a>,
    time: impl Fn(u64) -> Option<i64>,
) -> Result<Vec<Field<'a>>, Error> {
    fields(cursor, 3, |cursor| {
        let begin = *cursor;
        let expires_at = match cursor.length()? {
            0 => None,
            stored => Some(possible(time(stored), &begin)?),
        };
        Ok(Field { name: cursor.string()?, value: cursor.string()?, expires_at })
    })
}

/// Reads a count and so many fields, of which each takes at least `least` bytes.
fn fields<'a>(
    cursor: &mut Cursor<'a>,
    least: usize,
    mut field: impl FnMut(&mut Cursor<'a>) -> Result<Field<'a>, Error>,
) -> Result<Vec<Field<'a>>, Error> {
    let begin = *cursor;
    let count = cursor.count(least, WHAT)?;
    // A name and a value.
    cursor.room_for(count.saturating_mul(2))?;
    let fields = (0..count).map(|_| field(cursor)).collect::<Result<Vec<_>, _>>()?;
    sound(fields, &begin)
}

/// Reads the time when the first field expires; zero if none does.
fn minimum(cursor: &mut Cursor<'_>) -> Result<i64, Error> {
    let begin = *cursor;
    let time = cursor.time()?;
    possible(Some(time), &begin)
}

fn possible(time: Option<i64>, begin: &Cursor<'_>) -> Result<i64, Error> {
    time.filter(|time| (0..=LATEST).contains(time))
        .ok_or_else(|| begin.corrupt("a field expires at an impossible time"))
}

/// Returns the fields, unless there are none or one of them is there twice.
pub(super) fn sound<'a>(
    fields: Vec<Field<'a>>,
    begin: &Cursor<'_>,
) -> Result<Vec<Field<'a>>, Error> {
    if fields.is_empty() {
        return Err(begin.empty("the hash has no fields"));
    }
    if !unique::all_differ(&fields, |field| &*field.name) {
        return Err(begin.corrupt("the hash has a field twice"));
    }
    Ok(fields)
}
