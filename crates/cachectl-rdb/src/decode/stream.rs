//! Streams: nodes of entries, what the stream remembers, and its consumer groups.

mod group;
mod node;

use super::cursor::Cursor;
use super::unique;
use crate::value::{Group, Stream, StreamId};
use crate::{Error, Value};
use node::Nodes;

/// The largest number that servers count to.
const MOST: u64 = i64::MAX.cast_unsigned();

/// For how many seconds a stream remembers what its producers sent at most, and how many messages.
const LONGEST_MEMORY: u64 = 86_400;
const MOST_REMEMBERED: u64 = 10_000;

/// What a stream has in it, which has grown four times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Generation {
    First,
    /// Counts of entries added and read, the largest deleted identifier.
    Second,
    /// When each consumer last got something.
    Third,
    /// What producers have sent, so that it is not added again.
    Fourth,
    /// Pending entries that nobody has.
    Fifth,
}

/// Reads a stream.
pub(super) fn decode<'a>(
    cursor: &mut Cursor<'a>,
    generation: Generation,
) -> Result<Value<'a>, Error> {
    let mut nodes = Nodes::new(cursor.left());
    // A node is an identifier and at least an empty listpack.
    for _ in 0..cursor.count(2, "a stream")? {
        nodes.read(cursor)?;
    }
    let here = *cursor;
    if cursor.length()? != nodes.entries.len() as u64 {
        return Err(here.corrupt("a stream has another number of entries than it says"));
    }
    let last_id = cursor.short_id()?;
    let mut stream = Stream { entries: nodes.entries, last_id, ..Stream::default() };
    if generation >= Generation::Second {
        let _first: StreamId = cursor.short_id()?;
        stream.max_deleted_id = Some(cursor.short_id()?);
        stream.entries_added = Some(entries_added(cursor, stream.entries.len())?);
    }
    stream.groups = groups(cursor, generation)?;
    if generation >= Generation::Fourth {
        stream.producers = skip_producers(cursor)?;
    }
    Ok(Value::Stream(Box::new(stream)))
}

fn groups<'a>(cursor: &mut Cursor<'a>, generation: Generation) -> Result<Vec<Group<'a>>, Error> {
    let begin = *cursor;
    // A name, an identifier of two numbers, and two empty lists.
    let count = cursor.count(5, "consumer groups")?;
    let groups =
        (0..count).map(|_| group::group(cursor, generation)).collect::<Result<Vec<_>, _>>()?;
    if !unique::all_differ(&groups, |group| &*group.name) {
        return Err(begin.corrupt("a stream has a consumer group twice"));
    }
    Ok(groups)
}

/// Reads how many entries were ever added, of which so many are left.
fn entries_added(cursor: &mut Cursor<'_>, left: usize) -> Result<u64, Error> {
    let begin = *cursor;
    let added = cursor.length()?;
    if added < left as u64 || added > MOST {
        return Err(begin.corrupt("a stream counts an impossible number of entries added"));
    }
    Ok(added)
}

/// Passes over what the stream remembers of its producers: for how long and how many messages, which
/// ones, and how many there were. Returns how many producers there are.
fn skip_producers(cursor: &mut Cursor<'_>) -> Result<u64, Error> {
    const WHAT: &str = "the producers of a stream";
    let begin = *cursor;
    let (duration, most) = (cursor.length()?, cursor.length()?);
    if !(1..=LONGEST_MEMORY).contains(&duration) || !(1..=MOST_REMEMBERED).contains(&most) {
        return Err(begin.corrupt("a stream remembers its producers for an impossible time"));
    }
    let count = cursor.count(2, WHAT)?;
    cursor.room_for(count)?;
    let mut names = Vec::with_capacity(count);
    let mut messages = 0_u64;
    for _ in 0..count {
        names.push(cursor.string()?);
        for _ in 0..cursor.count(3, WHAT)? {
            cursor.string()?;
            cursor.short_id()?;
            messages = messages.saturating_add(1);
        }
    }
    if !unique::all_differ(&names, |name| &**name) {
        return Err(begin.corrupt("a stream remembers a producer twice"));
    }
    let (_added, _repeated) = (cursor.length()?, cursor.length()?);
    Ok(count as u64)
}
