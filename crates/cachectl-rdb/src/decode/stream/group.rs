//! Consumer groups of streams.
//!
//! A group lists what is pending in it with time and number of deliveries. Who has what follows
//! from the consumers, which list identifiers.

use super::{Generation, MOST};
use crate::Error;
use crate::decode::cursor::Cursor;
use crate::decode::unique;
use crate::value::{Consumer, Group, Pending};

const PENDING: &str = "the pending entries of a consumer group";

/// The number of entries read that means that it is not known.
const NOT_KNOWN: u64 = u64::MAX;

/// Reads a group.
pub(super) fn group<'a>(
    cursor: &mut Cursor<'a>,
    generation: Generation,
) -> Result<Group<'a>, Error> {
    let name = cursor.string()?;
    let last_id = cursor.short_id()?;
    let entries_read = match generation {
        Generation::First => None,
        _ => entries_read(cursor)?,
    };
    let here = *cursor;
    let mut pending = pending(cursor)?;
    let consumers = consumers(cursor, generation, &mut pending)?;
    let mut unowned = pending.iter().filter(|entry| entry.consumer.is_none()).count();
    if generation >= Generation::Fifth {
        unowned = unowned.saturating_sub(given_back(cursor, &pending)?);
    }
    if unowned > 0 {
        return Err(here.corrupt("a pending entry has no consumer"));
    }
    Ok(Group { name, last_id, entries_read, pending, consumers })
}

/// Reads how many entries the group has read, if that is known.
fn entries_read(cursor: &mut Cursor<'_>) -> Result<Option<u64>, Error> {
    let begin = *cursor;
    match cursor.length()? {
        NOT_KNOWN => Ok(None),
        read @ 0..=MOST => Ok(Some(read)),
        _ => Err(begin.corrupt("a consumer group counts an impossible number of entries read")),
    }
}

/// Reads what is pending, in the order of identifiers and without the consumers.
fn pending(cursor: &mut Cursor<'_>) -> Result<Vec<Pending>, Error> {
    let begin = *cursor;
    // An identifier, a time and a number.
    let count = cursor.count(25, PENDING)?;
    cursor.room_for(count)?;
    let mut pending = Vec::with_capacity(count);
    for _ in 0..count {
        let (id, delivered_at) = (cursor.full_id()?, cursor.time()?);
        let deliveries = cursor.length()?;
        pending.push(Pending { id, delivered_at, deliveries, consumer: None });
    }
    pending.sort_unstable_by_key(|entry| entry.id);
    if !pending.is_sorted_by(|one, next| one.id < next.id) {
        return Err(begin.corrupt("an entry is pending twice"));
    }
    Ok(pending)
}

/// Reads the consumers, and notes who has what.
fn consumers<'a>(
    cursor: &mut Cursor<'a>,
    generation: Generation,
    pending: &mut [Pending],
) -> Result<Vec<Consumer<'a>>, Error> {
    let begin = *cursor;
    // A name, a time and an empty list.
    let count = cursor.count(10, "the consumers of a group")?;
    cursor.room_for(count)?;
    let mut consumers = Vec::with_capacity(count);
    for number in 0..count {
        let (name, seen_at) = (cursor.string()?, cursor.time()?);
        let active_at = match generation {
            Generation::First | Generation::Second => None,
            _ => Some(cursor.time()?).filter(|time| *time != -1),
        };
        for _ in 0..cursor.count(16, PENDING)? {
            let here = *cursor;
            let entry = find(cursor, pending)?;
            if entry.consumer.replace(number).is_some() {
                return Err(here.corrupt("two consumers have the same pending entry"));
            }
        }
        consumers.push(Consumer { name, seen_at, active_at });
    }
    if !unique::all_differ(&consumers, |consumer| &*consumer.name) {
        return Err(begin.corrupt("a consumer group has a consumer twice"));
    }
    Ok(consumers)
}

/// Reads which pending entries consumers have given back, and returns how many.
fn given_back(cursor: &mut Cursor<'_>, pending: &[Pending]) -> Result<usize, Error> {
    let begin = *cursor;
    let count = cursor.count(16, PENDING)?;
    cursor.room_for(count)?;
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let here = *cursor;
        let id = cursor.full_id()?;
        let found = pending.binary_search_by_key(&id, |entry| entry.id).ok();
        let entry = found.and_then(|index| pending.get(index));
        if entry.is_none_or(|entry| entry.consumer.is_some()) {
            return Err(here.corrupt("an entry was given back and is not pending without consumer"));
        }
        ids.push(id);
    }
    if !unique::all_differ(&ids, |id| id) {
        return Err(begin.corrupt("an entry was given back twice"));
    }
    Ok(count)
}

/// Reads an identifier and finds the pending entry that has it.
fn find<'p>(cursor: &mut Cursor<'_>, pending: &'p mut [Pending]) -> Result<&'p mut Pending, Error> {
    let begin = *cursor;
    let id = cursor.full_id()?;
    let found = pending.binary_search_by_key(&id, |entry| entry.id).ok();
    found
        .and_then(|index| pending.get_mut(index))
        .ok_or_else(|| begin.corrupt("a consumer has an entry that is not pending in its group"))
}
