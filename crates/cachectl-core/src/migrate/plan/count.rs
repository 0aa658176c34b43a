//! Counts pairs for the report.
//!
//! The report does not depend on the order in which keys were found: examples are the keys whose
//! names have the smallest hashes. So two plans for the same keys say the same, whether a server
//! was scanned or a snapshot was read, and the examples are from all over the keyspace.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    draft::{At, Draft},
    pairs::{Flags, Pair},
};
use crate::{
    migrate::{
        Options,
        options::OnConflict,
        report::{Listed, Overlap, Pair as ReportedPair, PlanTotals, RuleReport, Sample, Sighting},
    },
    steps::{
        drawn::{Drawn, SAMPLES},
        sorter::Sorter,
    },
    values::{key::Key, rule_set::RuleSet},
};

/// What was counted.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) rules: Vec<RuleReport>,
    pub(super) totals: PlanTotals,
    pub(super) cross_slot: Listed<ReportedPair>,
    pub(super) overwrites: u64,
    /// Rules whose new names a rule matches again, and that rule.
    pub(super) repeatable: BTreeSet<(usize, usize)>,
}

/// Counts pairs.
#[derive(Debug)]
pub(super) struct Counter<'a> {
    options: &'a Options,
    rules: Vec<RuleTally>,
    totals: PlanTotals,
    /// The hash of the old name of every pair across slots, and where the pair is.
    cross_slot: Sorter<2>,
    overwrites: u64,
    repeatable: BTreeSet<(usize, usize)>,
    /// Room for the name that a rule would give to a new name.
    again: Vec<u8>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(draft: &Draft, options: &'a Options) -> Self {
        let rules = options.rules.rules().iter();
        Self {
            options,
            rules: rules.map(|rule| RuleTally::new(rule.to_string())).collect(),
            totals: PlanTotals {
                scanned: draft.scanned,
                vanished: draft.vanished,
                ..PlanTotals::default()
            },
            cross_slot: Sorter::new(&draft.workspace.file("across")),
            overwrites: 0,
            repeatable: BTreeSet::new(),
            again: Vec::new(),
        }
    }

    /// Counts all pairs.
    pub(super) fn all(mut self, draft: &Draft) -> io::Result<Counts> {
        for (index, lane) in draft.lanes.iter().enumerate() {
            let mut pairs = lane.pairs.read_all()?;
            let mut pair = None;
            while let Some(offset) = pairs.next_into(&mut pair)? {
                if let Some(pair) = &pair
                    && !pair.head.flags.has(Flags::DUPLICATE)
                {
                    self.note(At::new(index, offset), pair, lane.now)?;
                }
            }
        }
        self.finish(draft)
    }

    fn note(&mut self, at: At, pair: &Pair, now: i64) -> io::Result<()> {
        let head = &pair.head;
        if head.flags.has(Flags::EXCLUDED) {
            self.totals.excluded += 1;
            return Ok(());
        }
        let renamed = head.leaves(self.options.on_conflict);
        self.totals.matched += 1;
        self.totals.renames += u64::from(renamed);
        self.totals.skipped += u64::from(!renamed);
        self.totals.ambiguous += u64::from(head.flags.has(Flags::AMBIGUOUS));
        let overwrites = renamed && self.options.on_conflict == OnConflict::Overwrite;
        self.overwrites += u64::from(overwrites && head.flags.has(Flags::TAKEN));
        let hash = xxh3_64(pair.old_name());
        if head.flags.has(Flags::CROSS_SLOT) {
            self.cross_slot.push([hash, at.0])?;
        }
        if let Some(rule) = self.rules.get_mut(usize::from(head.rule)) {
            rule.note(hash, pair, renamed, now);
        }
        if renamed {
            self.look_again(pair);
        }
        Ok(())
    }

    /// Notes whether a rule matches the new name too, so that a second run would rename again.
    fn look_again(&mut self, pair: &Pair) {
        let rules = &self.options.rules;
        let Some(verdict) = rules.verdict(pair.new_name(), &mut self.again) else {
            return;
        };
        let found = (usize::from(pair.head.rule), usize::from(verdict.rule));
        if self.again != pair.new_name() {
            self.repeatable.insert(found);
        }
    }

    /// Returns what was counted.
    fn finish(self, draft: &Draft) -> io::Result<Counts> {
        let mut cross_slot = draft.workspace.list("cross-slot")?;
        let mut pairs = self.cross_slot.finish()?;
        while let Some([_, at]) = pairs.entry()? {
            let pair = draft.pair(At(at))?;
            cross_slot.note(|| ReportedPair { from: pair.old_key(), to: pair.new_key() })?;
        }
        let rules = &self.options.rules;
        Ok(Counts {
            rules: self.rules.into_iter().map(|rule| rule.report(rules)).collect(),
            totals: self.totals,
            cross_slot,
            overwrites: self.overwrites,
            repeatable: self.repeatable,
        })
    }
}

/// Counts the pairs of one rule.
#[derive(Debug)]
struct RuleTally {
    report: RuleReport,
    samples: Drawn<Sample>,
    ambiguous: Example,
    /// Keys that a later rule matches too, by that rule.
    overlaps: BTreeMap<u16, Example>,
}

impl RuleTally {
    fn new(rule: String) -> Self {
        let report = RuleReport {
            rule,
            matched: 0,
            renames: 0,
            skipped: 0,
            by_type: BTreeMap::new(),
            by_ttl: BTreeMap::new(),
            samples: Vec::new(),
            ambiguous: None,
            overlaps: Vec::new(),
        };
        let (samples, ambiguous) = (Drawn::of(SAMPLES), Example::default());
        Self { report, samples, ambiguous, overlaps: BTreeMap::new() }
    }

    fn note(&mut self, hash: u64, pair: &Pair, renamed: bool, now: i64) {
        let (head, report) = (&pair.head, &mut self.report);
        report.matched += 1;
        report.skipped += u64::from(!renamed);
        if renamed {
            report.renames += 1;
            *report.by_type.entry(head.key_type).or_default() += 1;
            *report.by_ttl.entry(head.expiry.class(now)).or_default() += 1;
            self.samples.offer(hash, || Sample {
                from: pair.old_key(),
                to: pair.new_key(),
                key_type: head.key_type,
                expiry: head.expiry,
            });
        }
        if head.flags.has(Flags::AMBIGUOUS) {
            self.ambiguous.note(hash, pair);
        }
        if let Some(later) = head.also {
            self.overlaps.entry(later).or_default().note(hash, pair);
        }
    }

    fn report(self, rules: &RuleSet) -> RuleReport {
        let ambiguous = self.ambiguous.into_parts();
        let overlaps = self.overlaps.into_iter().filter_map(|(rule, example)| {
            let with = rules.rules().get(usize::from(rule))?.to_string();
            let (keys, example) = example.into_parts()?;
            Some(Overlap { with, keys, example })
        });
        RuleReport {
            samples: self.samples.into_vec(),
            ambiguous: ambiguous.map(|(keys, example)| Sighting { keys, example }),
            overlaps: overlaps.collect(),
            ..self.report
        }
    }
}

/// How many keys, and one of them.
#[derive(Debug)]
struct Example {
    keys: u64,
    drawn: Drawn<Key>,
}

impl Default for Example {
    fn default() -> Self {
        Self { keys: 0, drawn: Drawn::of(1) }
    }
}

impl Example {
    fn note(&mut self, hash: u64, pair: &Pair) {
        self.keys += 1;
        self.drawn.offer(hash, || pair.old_key());
    }

    fn into_parts(self) -> Option<(u64, Key)> {
        self.drawn.into_vec().pop().map(|example| (self.keys, example))
    }
}
