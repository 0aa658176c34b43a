//! Makes the report of what was found out.

use std::{mem, time::Duration};

use super::{count::Counts, draft::Draft};
use crate::{
    migrate::{
        options::{OnConflict, Options},
        report::{Caveat, PlanReport, PlanTotals, Refusal, ServerReport, SnapshotSource, Warning},
    },
    steps::facts::FactsReader,
};

/// What a plan is about.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) servers: Vec<ServerReport>,
    pub(super) snapshot: Option<SnapshotSource>,
    pub(super) caveats: Vec<Caveat>,
}

/// Makes the report, but for what only a server can say.
pub(super) fn report(
    options: &Options,
    draft: &mut Draft,
    counts: &Counts,
    subject: Subject,
) -> PlanReport {
    let mut report = PlanReport {
        plan: String::new(),
        servers: subject.servers,
        snapshot: subject.snapshot,
        rules: counts.rules.clone(),
        totals: counts.totals,
        on_conflict: options.on_conflict,
        conflicts: mem::take(&mut draft.conflicts),
        collisions: mem::take(&mut draft.collisions),
        cross_slot: counts.cross_slot.clone(),
        links: draft.links,
        estimate: estimate(draft.elapsed, counts.totals),
        rate: None,
        warnings: warnings(options, counts),
        refusals: Vec::new(),
        caveats: subject.caveats,
    };
    report.refusals = refusals(options, &report);
    report
}

/// Guesses how long the rest takes at the speed that the scan had: a key takes about three commands
/// to be renamed and verified, and took about three to get here, besides the scan.
fn estimate(elapsed: Duration, totals: PlanTotals) -> Duration {
    let millis = |commands: u64| elapsed.as_millis().saturating_mul(u128::from(commands));
    let done = u128::from(totals.scanned + 3 * totals.matched).max(1);
    let millis = millis(3 * totals.renames).div_ceil(done);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

fn warnings(options: &Options, counts: &Counts) -> Vec<Warning> {
    let rules = options.rules.rules();
    let text = |index: usize| rules.get(index).map(ToString::to_string).unwrap_or_default();
    let mut warnings = Vec::new();
    for rule in counts.rules.iter().filter(|rule| rule.matched == 0) {
        warnings.push(Warning::NoMatch { rule: rule.rule.clone() });
    }
    for (giver, matcher) in &counts.repeatable {
        warnings.push(Warning::Repeatable { rule: text(*giver), matched_by: text(*matcher) });
    }
    if options.on_conflict == OnConflict::Overwrite && counts.overwrites > 0 {
        warnings.push(Warning::Overwrites { keys: counts.overwrites });
    }
    warnings
}

fn refusals(options: &Options, report: &PlanReport) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if report.collisions.count > 0 {
        refusals.push(Refusal::Collisions { names: report.collisions.count });
    }
    if report.conflicts.count > 0 && options.on_conflict == OnConflict::Abort {
        refusals.push(Refusal::Conflicts { keys: report.conflicts.count });
    }
    if report.cross_slot.count > 0 {
        refusals.push(Refusal::CrossSlot { pairs: report.cross_slot.count });
    }
    let assertions = [
        ("matched", &options.assertions.matched, report.totals.matched),
        ("conflicts", &options.assertions.conflicts, report.conflicts.count),
    ];
    for (name, range, found) in assertions {
        if let Some(range) = range.as_ref().filter(|range| !range.contains(&found)) {
            let expected = match (range.start(), range.end()) {
                (start, end) if start == end => start.to_string(),
                (start, end) => format!("{start}..{end}"),
            };
            refusals.push(Refusal::Assertion { name: name.to_owned(), expected, found });
        }
    }
    refusals
}

/// What cannot be promised on any server, and on servers that are old.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Whether renaming resets the idle time.
    pub(super) idle_time: bool,
    /// How expiries are read.
    pub(super) facts: FactsReader,
    /// Whether a server does not tell about itself.
    pub(super) no_info: bool,
}

/// Names what cannot be promised.
pub(super) fn caveats(limits: Limits) -> Vec<Caveat> {
    let some = [
        (Caveat::IdleTime, limits.idle_time),
        (Caveat::ExpiryPrecision, limits.facts == FactsReader::Relative),
        (Caveat::NoInfo, limits.no_info),
    ];
    let some = some.into_iter().filter(|(_, holds)| *holds).map(|(caveat, _)| caveat);
    [Caveat::NotAtomic, Caveat::Writers, Caveat::Durability].into_iter().chain(some).collect()
}
