//! Orders pairs whose new name is another pair's old one.
//!
//! Every old name has one new name, and no two have the same, so the linked pairs form chains and
//! cycles and nothing else. A chain is renamed from its tail, the pair whose new name is free. A
//! cycle is opened at one pair, which goes through a temporary name.
//!
//! The level of a pair says how many renames have to come before it. Pairs of one level share no
//! name: they belong to different chains.

use std::io;

use super::{
    draft::{At, Draft},
    pairs::Flags,
    relate::facts,
};
use crate::{
    migrate::{Error, options::OnConflict, report::Conflict},
    steps::sorter::{Sorted, Sorter},
};

/// Gives every linked pair its level. Returns lane, level and place of those above level 0.
pub(super) fn order(draft: &mut Draft, on_conflict: OnConflict) -> Result<Sorted<3>, Error> {
    let file_error = draft.file_error();
    let ordered =
        chains(draft, on_conflict).and_then(|(ordered, rest)| cycles(draft, ordered, rest));
    ordered.map_err(file_error)
}

/// Walks all chains from their tails. Returns what is in order, and the linked pairs that follow
/// another linked pair, among which the cycles are.
fn chains(draft: &mut Draft, on_conflict: OnConflict) -> io::Result<(Sorter<3>, Sorted<3>)> {
    let mut linked = draft.names.taken.take()?;
    let mut ordered = Sorter::new(&draft.workspace.file("ordered"));
    let mut rest = Sorter::new(&draft.workspace.file("rest"));
    while let Some([new_name, old_name, first, _]) = linked.entry()? {
        let first = At(first);
        let Some(blocker) = draft.head(first)?.blocker else {
            continue;
        };
        let tail = At::new(first.lane(), blocker);
        let head = draft.head(tail)?;
        if head.flags.has(Flags::LINKED) {
            rest.push([new_name, old_name, first.0])?;
        } else if head.flags.has(Flags::TAKEN)
            && matches!(on_conflict, OnConflict::Abort | OnConflict::Skip)
        {
            block_chain(draft, tail, first)?;
        } else {
            let length = raise_chain(draft, first, None, &mut ordered)?;
            draft.links.chains += 1;
            draft.links.keys += length;
            draft.links.longest = draft.links.longest.max(length);
        }
    }
    Ok((ordered, rest.finish()?))
}

/// Gives the pairs from `first` on, up to the end of the chain or back to `until`, their levels.
/// Returns how many pairs the chain has, the tail among them.
fn raise_chain(
    draft: &Draft,
    first: At,
    until: Option<At>,
    ordered: &mut Sorter<3>,
) -> io::Result<u64> {
    let mut level = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        level += 1;
        draft.lane(at)?.set_level(at.offset(), level)?;
        ordered.push([at.lane() as u64, u64::from(level), at.offset()])?;
        if Some(at) == until {
            break;
        }
        next = draft.head(at)?.waiter.map(|waiter| At::new(at.lane(), waiter));
    }
    Ok(u64::from(level) + 1)
}

/// Keeps a whole chain where it is, because its tail cannot leave.
fn block_chain(draft: &mut Draft, tail: At, first: At) -> io::Result<()> {
    draft.mark(tail, Flags::SKIPPED)?;
    let mut target = draft.pair(tail)?;
    let mut next = Some(first);
    while let Some(at) = next {
        draft.mark(at, Flags::TAKEN.with(Flags::SKIPPED))?;
        let pair = draft.pair(at)?;
        next = pair.head.waiter.map(|waiter| At::new(at.lane(), waiter));
        let occupant = facts(&target);
        draft.conflicts.note(|| Conflict {
            source: facts(&pair),
            target: occupant,
            stash: None,
        })?;
        target = pair;
    }
    Ok(())
}

/// Opens every cycle among the pairs that have no level yet.
fn cycles(draft: &mut Draft, mut ordered: Sorter<3>, mut rest: Sorted<3>) -> io::Result<Sorted<3>> {
    while let Some([_, _, at]) = rest.entry()? {
        let at = At(at);
        let head = draft.head(at)?;
        let done = head.level > 0 || head.flags.has(Flags::SKIPPED);
        let Some(waiter) = head.waiter.filter(|_| !done) else {
            continue;
        };
        // The pair leaves its old name first, for a temporary one, and gets its new name last.
        draft.mark(at, Flags::ASIDE)?;
        let first = At::new(at.lane(), waiter);
        let length = raise_chain(draft, first, Some(at), &mut ordered)? - 1;
        draft.links.cycles += 1;
        draft.links.keys += length;
        draft.links.longest = draft.links.longest.max(length);
    }
    ordered.finish()
}
