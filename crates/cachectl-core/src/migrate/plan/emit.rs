//! Writes the operations of a plan in their order, and counts them for the report.

use std::{io, path::Path, thread};

use super::{
    count::{Counter, Counts},
    draft::{At, Draft, DraftLane},
    pairs::{Flags, Pair},
};
use crate::{
    migrate::{
        Error, Options,
        options::OnConflict,
        plan_file::{Kind, NameLinks, Operation, PlanWriter, operation::aside_name},
    },
    steps::sorter::Sorted,
};

/// A plan that is written but not sealed, and what was counted on the way.
#[derive(Debug)]
pub(super) struct Emitted {
    pub(super) writer: PlanWriter,
    pub(super) lanes: Vec<EmittedLane>,
    pub(super) counts: Counts,
}

/// What was written for one primary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EmittedLane {
    pub(super) offset: u64,
    pub(super) operations: u64,
    pub(super) bound: u64,
    pub(super) planned: u64,
}

/// Writes all operations.
pub(super) fn emit(
    draft: &Draft,
    ordered: Sorted<3>,
    options: &Options,
    nonce: &str,
    path: &Path,
) -> Result<Emitted, Error> {
    let writer = PlanWriter::create(path).map_err(Error::file("create", path))?;
    let mut emission = Emission { writer, lanes: Vec::new(), options, nonce };
    let counter = Counter::new(draft, options);
    // The servers have nothing to do meanwhile, so this is done at once.
    let (counts, written) = thread::scope(|scope| {
        let counting = scope.spawn(|| counter.all(draft));
        let written = emission.lanes(draft, ordered);
        (counting.join(), written)
    });
    written.map_err(Error::file("write", path))?;
    let counts = counts.map_err(|_| Error::Stopped)?.map_err(draft.file_error())?;
    let Emission { writer, lanes, .. } = emission;
    Ok(Emitted { writer, lanes, counts })
}

struct Emission<'a> {
    writer: PlanWriter,
    lanes: Vec<EmittedLane>,
    options: &'a Options,
    nonce: &'a str,
}

impl Emission<'_> {
    fn lanes(&mut self, draft: &Draft, mut ordered: Sorted<3>) -> io::Result<()> {
        for (index, lane) in draft.lanes.iter().enumerate() {
            let offset = self.writer.position();
            self.lanes.push(EmittedLane { offset, ..EmittedLane::default() });
            self.first_level(lane)?;
            while let Some([_, level, at]) = ordered.entry_if(|[lane, ..]| *lane == index as u64)? {
                let pair = draft.pair(At::new(index, at))?;
                self.operation(u32::try_from(level).unwrap_or(u32::MAX - 1), &pair)?;
            }
            self.writer.end_lane()?;
        }
        Ok(())
    }

    /// Writes the pairs of a lane that wait for no other.
    fn first_level(&mut self, lane: &DraftLane) -> io::Result<()> {
        let mut pairs = lane.pairs.read_all()?;
        let mut pair = None;
        while pairs.next_into(&mut pair)?.is_some() {
            let Some(pair) = &pair else { continue };
            if pair.head.leaves(self.options.on_conflict) {
                if pair.head.flags.has(Flags::ASIDE) {
                    self.aside(pair)?;
                } else if pair.head.level == 0 {
                    self.operation(0, pair)?;
                }
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        level: u32,
        operation: Operation,
        from: &[u8],
        to: &[u8],
    ) -> io::Result<()> {
        if let Some(lane) = self.lanes.last_mut() {
            lane.operations += 1;
            lane.bound += u64::from(operation.is_bound());
            lane.planned += u64::from(operation.kind.counts());
        }
        self.writer.operation(level, operation, from, to)
    }

    fn aside(&mut self, pair: &Pair) -> io::Result<()> {
        let operation = Operation::new(Kind::Aside, pair.head.key_type, pair.head.expiry);
        let temporary = aside_name(self.nonce, pair.old_name());
        let links = NameLinks { reused: true, ..NameLinks::default() };
        self.write(0, operation.with_links(links), pair.old_name(), &temporary)
    }

    fn operation(&mut self, level: u32, pair: &Pair) -> io::Result<()> {
        let flags = pair.head.flags;
        let kind = match self.options.on_conflict {
            _ if flags.has(Flags::ASIDE) => Kind::Return,
            OnConflict::Stash if flags.has(Flags::TAKEN) => Kind::Stash,
            OnConflict::Overwrite if flags.has(Flags::TAKEN) => Kind::Overwrite,
            _ => Kind::Rename,
        };
        let reused = pair.head.waiter.is_some() && kind != Kind::Return;
        let links = NameLinks { reused, refilled: flags.has(Flags::LINKED), claimed: false };
        let operation = Operation::new(kind, pair.head.key_type, pair.head.expiry);
        let operation = operation.with_links(links);
        if kind == Kind::Return {
            let temporary = aside_name(self.nonce, pair.old_name());
            return self.write(level, operation, &temporary, pair.new_name());
        }
        self.write(level, operation, pair.old_name(), pair.new_name())
    }
}
