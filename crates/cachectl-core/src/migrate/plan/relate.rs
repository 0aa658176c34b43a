//! Relates names to each other: duplicates, collisions, and new names that are taken.
//!
//! Equal names have equal hashes, so names that matter to each other stand together once the
//! hashes are sorted. Names with equal hashes are read and compared before anything is decided.

use std::io;

use xxhash_rust::xxh3::xxh3_64;

use super::{
    decode_expiry,
    draft::{At, Draft},
    pairs::{Flags, Pair},
};
use crate::{
    migrate::{
        Error,
        plan_file::operation::stash_name,
        report::{Collision, Conflict, KeyFacts},
    },
    steps::sorter::{Entry, Sorted},
    values::{key::Key, key_type::KeyType},
};

/// Relates all names. Afterwards the sorter of taken names holds the linked pairs: the hashes of
/// their new and old names, and where they are.
pub(super) fn relate(draft: &mut Draft) -> Result<(), Error> {
    let file_error = draft.file_error();
    duplicates_and_links(draft).and_then(|()| collisions(draft)).map_err(file_error)
}

/// Walks old names and taken new names side by side.
fn duplicates_and_links(draft: &mut Draft) -> io::Result<()> {
    let mut sources = draft.names.sources.take()?;
    let mut taken = draft.names.taken.take()?;
    let mut wanted = waiters(draft, &mut taken)?;
    let mut group = Vec::new();
    while next_group(&mut sources, &mut group)? {
        let Some(&[hash, _]) = group.first() else {
            continue;
        };
        // Taken names before this hash belong to keys that are no source.
        while let Some(entries) = wanted.take_if(|entries| hash_of(entries) < Some(hash)) {
            for entry in entries {
                conflict(draft, entry)?;
            }
            wanted = waiters(draft, &mut taken)?;
        }
        let waiting = wanted.take_if(|entries| hash_of(entries) == Some(hash));
        // Nearly every name has a hash of its own, and nobody waits for it.
        if group.len() == 1 && waiting.is_none() {
            continue;
        }
        let distinct = distinct_sources(draft, &group)?;
        if let Some(entries) = waiting {
            for entry in entries {
                link(draft, &distinct, entry)?;
            }
            wanted = waiters(draft, &mut taken)?;
        }
    }
    while let Some(entries) = wanted {
        for entry in entries {
            conflict(draft, entry)?;
        }
        wanted = waiters(draft, &mut taken)?;
    }
    Ok(())
}

/// Returns the next new names that are taken and share a hash: each pair once, though the scan may
/// have returned its key again, and by their old names, not in the order in which they were found.
fn waiters(draft: &Draft, taken: &mut Sorted<4>) -> io::Result<Option<Vec<Entry<4>>>> {
    let mut group = Vec::new();
    if !next_group(taken, &mut group)? {
        return Ok(None);
    }
    if group.len() > 1 {
        let named = group.into_iter().map(|entry| {
            let [_, at, ..] = entry;
            Ok((draft.pair(At(at))?.old_name().to_vec(), entry))
        });
        let mut named = named.collect::<io::Result<Vec<_>>>()?;
        named.sort_unstable();
        named.dedup_by(|(one, _), (other, _)| one == other);
        group = named.into_iter().map(|(_, entry)| entry).collect();
    }
    Ok(Some(group))
}

fn hash_of<const N: usize>(entries: &[Entry<N>]) -> Option<u64> {
    entries.first().and_then(|entry| entry.first().copied())
}

/// Marks the keys that the scan returned again, and returns where the others are.
fn distinct_sources(draft: &Draft, group: &[Entry<2>]) -> io::Result<Vec<At>> {
    if let &[[_, at]] = group {
        return Ok(vec![At(at)]);
    }
    let mut distinct: Vec<(At, Pair)> = Vec::new();
    for &[_, at] in group {
        let pair = draft.pair(At(at))?;
        if distinct.iter().any(|(_, other)| other.old_name() == pair.old_name()) {
            draft.mark(At(at), Flags::DUPLICATE)?;
        } else {
            distinct.push((At(at), pair));
        }
    }
    Ok(distinct.into_iter().map(|(at, _)| at).collect())
}

/// Links a pair to the source that has its new name, or notes a conflict if none has.
fn link(draft: &mut Draft, sources: &[At], taken: Entry<4>) -> io::Result<()> {
    let [new_name, waiter, ..] = taken;
    let waiter = At(waiter);
    let pair = draft.pair(waiter)?;
    if pair.head.flags.has(Flags::DUPLICATE) {
        return Ok(());
    }
    for blocker in sources {
        let source = draft.pair(*blocker)?;
        let leaves = !source.head.flags.has(Flags::STAYS) && blocker.lane() == waiter.lane();
        if leaves && source.old_name() == pair.new_name() {
            draft.lane(waiter)?.link(waiter.offset(), blocker.offset())?;
            // By their names, so that what comes of it is the same in whatever order they were found.
            let old_name = xxh3_64(pair.old_name());
            return draft.names.taken.push([new_name, old_name, waiter.0, 0]);
        }
    }
    conflict(draft, taken)
}

fn conflict(draft: &mut Draft, [_, at, code, expiry]: Entry<4>) -> io::Result<()> {
    let pair = draft.pair(At(at))?;
    if pair.head.flags.has(Flags::STAYS) {
        return Ok(());
    }
    draft.mark(At(at), Flags::TAKEN)?;
    let code = u8::try_from(code).ok().and_then(KeyType::from_code);
    let target = KeyFacts {
        key: pair.new_key(),
        key_type: code.unwrap_or(KeyType::Module),
        expiry: decode_expiry(expiry.cast_signed()),
    };
    let stash =
        draft.stash_nonce.as_ref().map(|nonce| Key::from(stash_name(nonce, pair.new_name())));
    draft.conflicts.note(|| Conflict { source: facts(&pair), target, stash })
}

/// Returns what is known of the key that a pair renames.
pub(super) fn facts(pair: &Pair) -> KeyFacts {
    KeyFacts { key: pair.old_key(), key_type: pair.head.key_type, expiry: pair.head.expiry }
}

/// Finds new names that several keys would get.
fn collisions(draft: &mut Draft) -> io::Result<()> {
    let Some(targets) = draft.names.targets.take() else {
        return Ok(());
    };
    let mut targets = targets.finish()?;
    let mut group = Vec::new();
    while next_group(&mut targets, &mut group)? {
        if group.len() < 2 {
            continue;
        }
        let mut pairs = Vec::with_capacity(group.len());
        for &[_, at] in &group {
            let pair = draft.pair(At(at))?;
            if !pair.head.flags.has(Flags::DUPLICATE) {
                pairs.push((At(at), pair));
            }
        }
        let names = |pair: &Pair| (pair.new_name().to_vec(), pair.old_name().to_vec());
        pairs.sort_by_cached_key(|(_, pair)| names(pair));
        for same in pairs.chunk_by(|(_, one), (_, other)| one.new_name() == other.new_name()) {
            let [(_, first), (_, second), ..] = same else {
                continue;
            };
            let from: [Key; 2] = [first.old_key(), second.old_key()];
            draft.collisions.note(|| Collision { to: first.new_key(), from })?;
            for (at, _) in same {
                draft.mark(*at, Flags::COLLIDES)?;
            }
        }
    }
    Ok(())
}

/// Reads the next entries that have one hash over what is in `group`. Returns whether there are
/// any.
fn next_group<const N: usize>(
    sorted: &mut Sorted<N>,
    group: &mut Vec<Entry<N>>,
) -> io::Result<bool> {
    group.clear();
    let Some(first) = sorted.entry()? else {
        return Ok(false);
    };
    group.push(first);
    while let Some(entry) = sorted.entry_if(|entry| entry.first() == first.first())? {
        group.push(entry);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        migrate::{
            options::{OnConflict, Selection},
            plan::{
                draft::{Notes, Workspace},
                order,
                pairs::Found,
            },
            report::Links,
        },
        steps::facts::{Facts, FactsReader},
        values::ttl::Expiry,
    };

    const FACTS: Facts = Facts { key_type: KeyType::String, expiry: Expiry::Never };

    /// Makes a draft of pairs of names, in the order in which a scan returned them.
    fn draft(directory: &tempfile::TempDir, found: &[(&str, &str)], taken: &[&str]) -> Draft {
        let workspace = Workspace::inside(directory.path()).unwrap();
        let mut notes = Notes::new(&workspace, 1, true).unwrap();
        for (from, to) in found {
            let (from, to) = (from.as_bytes(), to.as_bytes());
            let (key_type, expiry) = (FACTS.key_type, FACTS.expiry);
            let flags = Flags::default();
            let pair = Found { from, to, rule: 0, also: None, key_type, expiry, flags };
            let name = notes.write(0, &Selection::default(), pair).unwrap().unwrap();
            if taken.iter().any(|taken| taken.as_bytes() == to) {
                notes.names.note_taken(name, FACTS).unwrap();
            }
        }
        Draft::new(workspace, notes, vec![(FactsReader::Exact, 0)]).unwrap()
    }

    #[test]
    fn a_key_that_the_scan_returns_twice_is_in_conflict_once() {
        let directory = tempfile::tempdir().unwrap();
        // Whichever of both names has the smaller hash.
        for (from, to) in [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")] {
            // Other keys come between the two when names are sorted.
            let others = [("e", "1"), ("f", "2"), ("g", "3"), ("h", "4"), ("i", "5"), ("j", "6")];
            let found = [&others[..], &[(from, to), (from, to)]].concat();
            let mut draft = draft(&directory, &found, &[to]);
            relate(&mut draft).unwrap();
            assert_eq!(draft.conflicts.count, 1, "{from} => {to}");
        }
    }

    #[test]
    fn a_key_that_the_scan_returns_twice_has_one_place_in_a_chain() {
        let directory = tempfile::tempdir().unwrap();
        for (from, to) in [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")] {
            let found = [(from, to), (to, "free"), (from, to), (to, "free")];
            let mut draft = draft(&directory, &found, &[to]);
            relate(&mut draft).unwrap();
            let mut ordered = order::order(&mut draft, OnConflict::Abort).unwrap();
            assert_eq!(draft.links, Links { chains: 1, cycles: 0, keys: 2, longest: 2 });
            assert!(ordered.entry().unwrap().is_some() && ordered.entry().unwrap().is_none());
        }
    }
}
