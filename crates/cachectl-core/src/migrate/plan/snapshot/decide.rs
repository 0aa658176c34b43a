//! What becomes of the entries of a file, in their order.
//!
//! The pairs of the draft are in the order of the file. So are, once they are sorted, the keys that
//! are in the way. Both are read beside it, and none of them has to be kept in memory.

use std::io;

use crate::{
    migrate::{
        Error,
        options::OnConflict,
        plan::{
            draft::{At, Draft},
            pairs::{Flags, Pair, PairsIter},
        },
        plan_file::operation::stash_name,
    },
    steps::sorter::{Sorted, Sorter},
};

/// What becomes of an entry.
#[derive(Debug)]
pub(super) enum Fate {
    /// It keeps its name.
    Stays,
    /// It gets its new name.
    Renamed(Vec<u8>),
    /// It makes room for another one under a name of ours.
    Stashed(Vec<u8>),
    /// It makes room for another one and is lost.
    Overwritten,
}

/// Decides about one entry after the other.
#[derive(Debug)]
pub(super) struct Decisions {
    draft: Draft,
    on_conflict: OnConflict,
    pairs: PairsIter,
    /// The next pair.
    pair: Option<Pair>,
    /// The keys that have somebody's new name, and where that pair is.
    occupants: Sorted<2>,
}

impl Decisions {
    pub(super) fn new(
        draft: Draft,
        occupants: Sorter<2>,
        on_conflict: OnConflict,
    ) -> io::Result<Self> {
        let mut pairs = draft.lane(At::new(0, 0))?.read_all()?;
        let mut pair = None;
        pairs.next_into(&mut pair)?;
        Ok(Self { draft, on_conflict, pairs, pair, occupants: occupants.finish()? })
    }

    /// Decides about the next entry.
    pub(super) fn fate(&mut self, ordinal: u64, key: &[u8]) -> Result<Fate, Error> {
        self.decide(ordinal, key).map_err(|error| self.draft.file_error()(error))
    }

    fn decide(&mut self, ordinal: u64, key: &[u8]) -> io::Result<Fate> {
        let fate = self.of_source(key)?;
        while let Some([_, at]) = self.occupants.entry_if(|[occupant, _]| *occupant == ordinal)? {
            let waiter = self.draft.head(At(at))?;
            if !waiter.flags.has(Flags::TAKEN) || !waiter.leaves(self.on_conflict) {
                continue;
            }
            return match (self.on_conflict, &self.draft.stash_nonce) {
                (OnConflict::Stash, Some(nonce)) => Ok(Fate::Stashed(stash_name(nonce, key))),
                (OnConflict::Overwrite, _) => Ok(Fate::Overwritten),
                (OnConflict::Abort | OnConflict::Skip | OnConflict::Stash, _) => Ok(Fate::Stays),
            };
        }
        Ok(fate)
    }

    fn of_source(&mut self, key: &[u8]) -> io::Result<Fate> {
        let Some(pair) = self.pair.take_if(|pair| pair.old_name() == key) else {
            return Ok(Fate::Stays);
        };
        let fate = if pair.head.leaves(self.on_conflict) {
            Fate::Renamed(pair.new_name().to_vec())
        } else {
            Fate::Stays
        };
        let mut next = Some(pair);
        if self.pairs.next_into(&mut next)?.is_some() {
            self.pair = next;
        }
        Ok(fate)
    }

    /// Returns whether every pair and every key in the way had its turn.
    pub(super) fn are_all_made(&self) -> bool {
        self.pair.is_none() && self.occupants.peek().is_none()
    }
}
