//! Writes the operations of a plan in their order, and counts them for the report.

use std::{collections::BTreeMap, io, path::Path};

use super::{
    draft::{At, Draft, DraftLane},
    pairs::{Flags, Pair},
};
use crate::{
    migrate::{
        Error, Options,
        options::OnConflict,
        plan_file::{Kind, NameLinks, Operation, PlanWriter, operation::aside_name},
        report::{Listed, Overlap, Pair as ReportedPair, PlanTotals, RuleReport, Sample, Sighting},
    },
    steps::sorter::Sorted,
    values::key::Key,
};

/// How many keys of each rule the report shows.
const SAMPLES: usize = 5;

/// A plan that is written but not sealed, and what was counted on the way.
#[derive(Debug)]
pub(super) struct Emitted {
    pub(super) writer: PlanWriter,
    pub(super) lanes: Vec<EmittedLane>,
    pub(super) rules: Vec<RuleReport>,
    pub(super) totals: PlanTotals,
    pub(super) cross_slot: Listed<ReportedPair>,
    pub(super) overwrites: u64,
    /// Rules whose new names a rule matches again, and that rule.
    pub(super) repeatable: Vec<(usize, usize)>,
}

/// What was written for one primary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EmittedLane {
    pub(super) offset: u64,
    pub(super) operations: u64,
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
    let emitted = Emitted {
        writer,
        lanes: Vec::new(),
        rules: options.rules.rules().iter().map(|rule| RuleReport::new(rule.to_string())).collect(),
        totals: PlanTotals::default(),
        cross_slot: draft.workspace.list("cross-slot").map_err(draft.file_error())?,
        overwrites: 0,
        repeatable: Vec::new(),
    };
    let mut emission = Emission { emitted, options, nonce, again: Vec::new() };
    emission.lanes(draft, ordered).map_err(Error::file("write", path))?;
    Ok(emission.emitted)
}

struct Emission<'a> {
    emitted: Emitted,
    options: &'a Options,
    nonce: &'a str,
    /// Room for the name that a rule would give to a new name.
    again: Vec<u8>,
}

impl Emission<'_> {
    fn lanes(&mut self, draft: &Draft, mut ordered: Sorted<3>) -> io::Result<()> {
        let mut next = ordered.entry()?;
        for (index, lane) in draft.lanes.iter().enumerate() {
            let offset = self.emitted.writer.position();
            self.emitted.lanes.push(EmittedLane { offset, ..EmittedLane::default() });
            self.first_level(lane)?;
            while let Some([_, level, at]) = next.filter(|[lane, ..]| *lane == index as u64) {
                let pair = draft.pair(At::new(index, at))?;
                self.operation(u32::try_from(level).unwrap_or(u32::MAX - 1), &pair)?;
                next = ordered.entry()?;
            }
            self.emitted.writer.end_lane()?;
        }
        Ok(())
    }

    /// Counts all pairs of a lane, and writes those that wait for no other.
    fn first_level(&mut self, lane: &DraftLane) -> io::Result<()> {
        let mut pairs = lane.pairs.read_all()?;
        let mut pair = None;
        while pairs.next_into(&mut pair)? {
            let Some(pair) = &pair else { continue };
            if pair.head.flags.has(Flags::DUPLICATE) {
                continue;
            }
            if self.count(pair, lane.now)? {
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
        if let Some(lane) = self.emitted.lanes.last_mut() {
            lane.operations += 1;
            lane.planned += u64::from(operation.kind.counts());
        }
        self.emitted.writer.operation(level, operation, from, to)
    }

    fn aside(&mut self, pair: &Pair) -> io::Result<()> {
        let operation = Operation::new(Kind::Aside, pair.head.key_type, pair.head.expiry);
        let temporary = aside_name(self.nonce, pair.old_name());
        let links = NameLinks { reused: true, refilled: false };
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
        let links = NameLinks { reused, refilled: flags.has(Flags::LINKED) };
        let operation = Operation::new(kind, pair.head.key_type, pair.head.expiry);
        let operation = operation.with_links(links);
        if kind == Kind::Return {
            let temporary = aside_name(self.nonce, pair.old_name());
            return self.write(level, operation, &temporary, pair.new_name());
        }
        self.emitted.overwrites += u64::from(kind == Kind::Overwrite);
        self.write(level, operation, pair.old_name(), pair.new_name())
    }

    /// Counts a pair, and returns whether it is renamed.
    fn count(&mut self, pair: &Pair, now: i64) -> io::Result<bool> {
        let head = &pair.head;
        let stays = self.options.on_conflict == OnConflict::Skip && head.flags.has(Flags::TAKEN);
        let totals = &mut self.emitted.totals;
        if head.flags.has(Flags::EXCLUDED) {
            totals.excluded += 1;
            return Ok(false);
        }
        let renamed = !stays && !head.flags.has(Flags::STAYS);
        totals.matched += 1;
        totals.renames += u64::from(renamed);
        totals.skipped += u64::from(!renamed);
        totals.ambiguous += u64::from(head.flags.has(Flags::AMBIGUOUS));
        if head.flags.has(Flags::CROSS_SLOT) {
            self.emitted
                .cross_slot
                .note(|| ReportedPair { from: pair.old_key(), to: pair.new_key() })?;
        }
        self.count_rule(pair, renamed, now);
        if renamed {
            self.look_again(pair);
        }
        Ok(renamed)
    }

    fn count_rule(&mut self, pair: &Pair, renamed: bool, now: i64) {
        let head = &pair.head;
        let later = head.also.and_then(|also| self.options.rules.rules().get(usize::from(also)));
        let Some(rule) = self.emitted.rules.get_mut(usize::from(head.rule)) else {
            return;
        };
        rule.matched += 1;
        rule.skipped += u64::from(!renamed);
        if renamed {
            rule.renames += 1;
            *rule.by_type.entry(head.key_type).or_default() += 1;
            *rule.by_ttl.entry(head.expiry.class(now)).or_default() += 1;
        }
        if renamed && rule.samples.len() < SAMPLES {
            rule.samples.push(Sample {
                from: pair.old_key(),
                to: pair.new_key(),
                key_type: head.key_type,
                expiry: head.expiry,
            });
        }
        if head.flags.has(Flags::AMBIGUOUS) {
            let sighting = Sighting { keys: 0, example: pair.old_key() };
            rule.ambiguous.get_or_insert(sighting).keys += 1;
        }
        if let Some(later) = later {
            rule.overlap(&later.to_string(), || pair.old_key());
        }
    }

    /// Notes whether a rule matches the new name too, so that a second run would rename again.
    fn look_again(&mut self, pair: &Pair) {
        let rules = &self.options.rules;
        self.again.clear();
        let Some(verdict) = rules.verdict(pair.new_name(), &mut self.again) else {
            return;
        };
        let found = (usize::from(pair.head.rule), usize::from(verdict.rule));
        if self.again != pair.new_name() && !self.emitted.repeatable.contains(&found) {
            self.emitted.repeatable.push(found);
        }
    }
}

impl RuleReport {
    fn new(rule: String) -> Self {
        Self {
            rule,
            matched: 0,
            renames: 0,
            skipped: 0,
            by_type: BTreeMap::new(),
            by_ttl: BTreeMap::new(),
            samples: Vec::new(),
            ambiguous: None,
            overlaps: Vec::new(),
        }
    }

    fn overlap(&mut self, with: &str, example: impl FnOnce() -> Key) {
        if let Some(overlap) = self.overlaps.iter_mut().find(|overlap| overlap.with == with) {
            overlap.keys += 1;
        } else {
            let with = with.to_owned();
            self.overlaps.push(Overlap { with, keys: 1, example: example() });
        }
    }
}
