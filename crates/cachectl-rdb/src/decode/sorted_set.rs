//! Sorted sets.

use super::cursor::Cursor;
use super::packed::Packing;
use super::{score, unique};
use crate::Error;
use crate::value::Member;

/// Reads a sorted set that is stored member by member, each with its score after it.
pub(super) fn strings<'a>(
    cursor: &mut Cursor<'a>,
    score: fn(&mut Cursor<'a>) -> Result<f64, Error>,
) -> Result<Vec<Member<'a>>, Error> {
    let begin = *cursor;
    let count = cursor.count(2, "a sorted set")?;
    cursor.room_for(count)?;
    let members = (0..count)
        .map(|_| Ok(Member { member: cursor.string()?, score: score(cursor)? }))
        .collect::<Result<Vec<_>, _>>()?;
    sound(members, &begin)
}

/// Reads a sorted set that is one packed structure of members and scores in turn.
pub(super) fn packed<'a>(
    cursor: &mut Cursor<'a>,
    packing: Packing,
) -> Result<Vec<Member<'a>>, Error> {
    let begin = *cursor;
    let mut items = cursor.items(packing)?.into_iter();
    let mut members = Vec::with_capacity(items.len() / 2);
    while let Some(member) = items.next() {
        let score = items.next().ok_or_else(|| begin.corrupt("the last member has no score"))?;
        let score =
            score::packed(&score).ok_or_else(|| begin.corrupt("a score is not a number"))?;
        members.push(Member { member: member.into_bytes(), score });
    }
    sound(members, &begin)
}

fn sound<'a>(members: Vec<Member<'a>>, begin: &Cursor<'_>) -> Result<Vec<Member<'a>>, Error> {
    if members.is_empty() {
        return Err(begin.empty("the sorted set has no members"));
    }
    if !unique::all_differ(&members, |member| &*member.member) {
        return Err(begin.corrupt("the sorted set has a member twice"));
    }
    Ok(members)
}
