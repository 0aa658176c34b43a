//! Makes a plan: enumerates everything first, and writes to no server.
//!
//! Renaming while scanning renames a key again and again once new names match an old pattern, so
//! the scan ends before anything is decided. The steps, each in bounded memory:
//!
//! 1. [`enumerate`] scans every primary, asks for types and expiries, and asks which new names
//!    are taken.
//! 2. [`relate`] sorts hashes of names on disk to find keys that the scan returned twice, new
//!    names that several keys would get, and new names that are other pairs' old ones.
//! 3. [`order`] walks the chains and cycles among the latter.
//! 4. [`emit`] writes the operations in order, and counts for the report.

mod draft;
mod emit;
mod enumerate;
mod order;
mod pairs;
mod permission;
mod relate;

use std::{path::Path, time::Duration};

use self::{draft::Draft, emit::Emitted};
pub(super) use self::{
    pairs::{decode_expiry, encode_expiry},
    permission::explain,
};
use super::{
    Error,
    blocking::blocking,
    options::{OnConflict, Options},
    plan_file::{Lane, Manifest, SealedPlan},
    report::{Caveat, PlanReport, PlanTotals, Refusal, ServerReport, Warning},
};
use crate::{
    server::{deployment::Deployment, identity::Version, node::Node},
    steps::facts::FactsReader,
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// Plans a migration and writes the sealed plan to `path`, which must not exist.
///
/// Nothing is written to a server. A plan that is refused is written too: its report says why, and
/// it cannot be applied.
///
/// # Errors
///
/// Fails if a server cannot be reached, denies a command that is needed, or is a replica; if the
/// operator stops it; or if the plan cannot be written.
pub async fn plan(
    deployment: &Deployment,
    options: &Options,
    path: &Path,
    control: &Control<'_>,
) -> Result<PlanReport, Error> {
    deployment.writable()?;
    let draft = enumerate::all(deployment, options, path, control).await?;
    control.tell(Phase::Plan, Event::Started(None));
    let nonce = format!("{:08x}", rand::random::<u32>());
    let work = {
        let (options, nonce, path) = (options.clone(), nonce.clone(), path.to_owned());
        move || {
            let mut draft = draft;
            draft.stash_nonce = (options.on_conflict == OnConflict::Stash).then(|| nonce.clone());
            relate::relate(&mut draft)?;
            let ordered = order::order(&mut draft, options.on_conflict)?;
            let emitted = emit::emit(&draft, ordered, &options, &nonce, &path)?;
            Ok((draft, emitted))
        }
    };
    let (draft, emitted) = blocking(work).await?;
    let mut report = report(deployment, options, draft, &emitted).await?;
    report.refusals.extend(permission::probe(deployment, &report).await?);
    let manifest = manifest(deployment, options, nonce, &emitted, &report)?;
    let seal = emitted.writer.seal(&manifest).map_err(Error::file("write", path))?;
    report.plan = super::plan_file::short(&seal);
    control.tell(Phase::Plan, Event::Finished);
    Ok(report)
}

/// Reads what a sealed plan says of itself, without a server: the report that was made with it.
///
/// # Errors
///
/// Fails if it is no plan, or was cut or altered after it was sealed.
pub fn inspect(path: &Path) -> Result<serde_json::Value, Error> {
    let plan = SealedPlan::open(path)?;
    let mut report = plan.manifest.report.clone();
    if let Some(report) = report.as_object_mut() {
        report.insert("plan".to_owned(), plan.short_seal().into());
    }
    Ok(report)
}

async fn report(
    deployment: &Deployment,
    options: &Options,
    draft: Draft,
    emitted: &Emitted,
) -> Result<PlanReport, Error> {
    let mut servers = Vec::new();
    for node in deployment.primaries() {
        servers.push(ServerReport {
            endpoint: node.endpoint().clone(),
            version: node.identity.to_string(),
            keys: node.key_count().await?,
        });
    }
    let totals = PlanTotals { scanned: draft.scanned, vanished: draft.vanished, ..emitted.totals };
    let mut report = PlanReport {
        plan: String::new(),
        servers,
        rules: emitted.rules.clone(),
        totals,
        on_conflict: options.on_conflict,
        conflicts: draft.conflicts,
        collisions: draft.collisions,
        cross_slot: emitted.cross_slot.clone(),
        links: draft.links,
        estimate: estimate(draft.elapsed, totals),
        warnings: warnings(options, emitted),
        refusals: Vec::new(),
        caveats: caveats(
            deployment,
            &draft.lanes.iter().map(|lane| lane.facts).collect::<Vec<_>>(),
        ),
    };
    report.refusals = refusals(options, &report);
    Ok(report)
}

/// Guesses how long the rest takes at the speed that the scan had: a key takes about three commands
/// to be renamed and verified, and took about three to get here, besides the scan.
fn estimate(elapsed: Duration, totals: PlanTotals) -> Duration {
    let millis = |commands: u64| elapsed.as_millis().saturating_mul(u128::from(commands));
    let done = u128::from(totals.scanned + 3 * totals.matched).max(1);
    let millis = millis(3 * totals.renames).div_ceil(done);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

fn warnings(options: &Options, emitted: &Emitted) -> Vec<Warning> {
    let rules = options.rules.rules();
    let text = |index: usize| rules.get(index).map(ToString::to_string).unwrap_or_default();
    let mut warnings = Vec::new();
    for rule in emitted.rules.iter().filter(|rule| rule.matched == 0) {
        warnings.push(Warning::NoMatch { rule: rule.rule.clone() });
    }
    for (giver, matcher) in &emitted.repeatable {
        warnings.push(Warning::Repeatable { rule: text(*giver), matched_by: text(*matcher) });
    }
    if options.on_conflict == OnConflict::Overwrite && emitted.overwrites > 0 {
        warnings.push(Warning::Overwrites { keys: emitted.overwrites });
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

fn caveats(deployment: &Deployment, facts: &[FactsReader]) -> Vec<Caveat> {
    let any = |test: fn(&Node) -> bool| deployment.primaries().iter().any(test);
    let mut caveats = vec![Caveat::NotAtomic, Caveat::Writers, Caveat::Durability];
    if any(|node| node.identity.version < Version(7, 2, 0)) {
        caveats.push(Caveat::IdleTime);
    }
    if facts.contains(&FactsReader::Relative) {
        caveats.push(Caveat::ExpiryPrecision);
    }
    if any(|node| node.identity.run_id.is_none()) {
        caveats.push(Caveat::NoInfo);
    }
    caveats
}

fn manifest(
    deployment: &Deployment,
    options: &Options,
    nonce: String,
    emitted: &Emitted,
    report: &PlanReport,
) -> Result<Manifest, Error> {
    let lanes = deployment.primaries().iter().zip(&emitted.lanes).enumerate();
    let lanes = lanes.map(|(index, (node, lane))| Lane {
        endpoint: node.endpoint().to_string(),
        identity: node.identity.clone(),
        cluster_id: node.cluster_id.clone(),
        slots: deployment.slots(index),
        offset: lane.offset,
        operations: lane.operations,
        planned: lane.planned,
    });
    // Only the heads of long lists: the report in the seal is for people.
    let short = PlanReport {
        conflicts: report.conflicts.head(),
        collisions: report.collisions.head(),
        cross_slot: report.cross_slot.head(),
        ..report.clone()
    };
    Ok(Manifest {
        sealed_at: jiff::Timestamp::now().to_string(),
        nonce,
        rules: options.rules.rules().iter().map(ToString::to_string).collect(),
        on_conflict: options.on_conflict,
        db: deployment.target().db,
        cluster: deployment.is_cluster(),
        lanes: lanes.collect(),
        refused: report.refusals.first().map(ToString::to_string),
        report: serde_json::to_value(short).map_err(|_| Error::Stopped)?,
    })
}
