//! Which keys a plan is about: decided in the same way on a server and in a snapshot.

use std::io;

use xxhash_rust::xxh3::xxh3_64;

use super::{
    draft::{At, Names, Notes},
    encode_expiry,
    pairs::{Flags, Found},
};
use crate::{
    migrate::{
        Error,
        options::{Options, Selection},
    },
    steps::facts::Facts,
    values::{reserved::is_reserved, rule_set::Verdict, slot::Slot},
};

/// Which slots old and new name may be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slots {
    /// In any: there is no cluster.
    #[default]
    Any,
    /// In the same one, as in a cluster.
    Same,
}

/// Returns what the names of a pair say about it.
///
/// # Errors
///
/// Fails if a key would get a name like those of ours: markers are taken for no data by anybody,
/// and what is put aside is looked for by its name.
pub(super) fn flags(
    options: &Options,
    slots: Slots,
    (from, to): (&[u8], &[u8]),
    verdict: Verdict,
) -> Result<Flags, Error> {
    let excluded = &options.selection.exclude;
    let conditions = [
        (Flags::UNCHANGED, from == to),
        (Flags::AMBIGUOUS, verdict.ambiguous),
        (Flags::EXCLUDED, is_reserved(from) || excluded.iter().any(|glob| glob.matches(from))),
        (Flags::CROSS_SLOT, slots == Slots::Same && Slot::of(from) != Slot::of(to)),
    ];
    let set = conditions.into_iter().filter(|(_, holds)| *holds);
    let flags = set.fold(Flags::default(), |flags, (flag, _)| flags.with(flag));
    if is_reserved(to) && !flags.has(Flags::STAYS) {
        return Err(Error::ReservedName { from: from.into(), to: to.into() });
    }
    Ok(flags)
}

/// Returns whether it matters that somebody has the new name of such a pair.
pub(super) fn may_be_taken(flags: Flags) -> bool {
    !flags.has(Flags::STAYS.with(Flags::CROSS_SLOT))
}

/// The new name of a pair that is written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewName {
    /// Where the pair is.
    pub(super) at: At,
    /// The hash of the name.
    pub(super) hash: u64,
}

impl Notes {
    /// Writes a pair down. Returns its new name, unless the key stays where it is.
    pub(super) fn write(
        &mut self,
        lane: usize,
        selection: &Selection,
        found: Found<'_>,
    ) -> io::Result<Option<NewName>> {
        let types = &selection.types;
        let meant = types.is_empty() || types.contains(&found.key_type);
        let flags = if meant { found.flags } else { found.flags.with(Flags::EXCLUDED) };
        let Some(pairs) = self.pairs.get_mut(lane) else {
            return Ok(None);
        };
        let at = At::new(lane, pairs.append(&Found { flags, ..found })?);
        self.names.sources.push([xxh3_64(found.from), at.0])?;
        if flags.has(Flags::STAYS) {
            return Ok(None);
        }
        let hash = xxh3_64(found.to);
        if let Some(targets) = &mut self.names.targets {
            targets.push([hash, at.0])?;
        }
        Ok(Some(NewName { at, hash }))
    }
}

impl Names {
    /// Notes that it has to be found out whether a new name is taken.
    pub(super) fn note_wanted(&mut self, name: NewName, flags: Flags) -> io::Result<()> {
        if may_be_taken(flags) { self.wanted.push([name.hash, name.at.0]) } else { Ok(()) }
    }

    /// Notes that a new name is taken.
    pub(super) fn note_taken(&mut self, name: NewName, occupant: Facts) -> io::Result<()> {
        let expiry = encode_expiry(occupant.expiry).cast_unsigned();
        self.taken.push([name.hash, name.at.0, u64::from(occupant.key_type.code()), expiry])
    }
}
