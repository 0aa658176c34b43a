//! Makes a plan: enumerates everything first, and writes to no server.
//!
//! Renaming while scanning renames a key again and again once new names match an old pattern, so
//! the scan ends before anything is decided. The steps, each in bounded memory:
//!
//! 1. [`enumerate`] scans every primary, asks for types and expiries, and finds out which new
//!    names are taken: by [`absence`] from all names, or by asking.
//! 2. [`relate`] sorts hashes of names on disk to find keys that the scan returned twice, new
//!    names that several keys would get, and new names that are other pairs' old ones.
//! 3. [`order`] walks the chains and cycles among the latter.
//! 4. [`needs`] makes sure that our user may do what comes of it.
//! 5. [`emit`] writes the operations in order, and counts for the report.
//!
//! For a snapshot, [`snapshot`] reads a file in place of the first step, and renames in a copy of
//! the file in place of the last.

mod absence;
mod choose;
mod count;
mod draft;
mod emit;
mod enumerate;
mod judge;
mod needs;
mod order;
mod pairs;
mod permission;
mod relate;
mod snapshot;

use std::path::Path;

pub use self::{
    choose::Slots,
    snapshot::{RenamedSnapshot, Snapshot, plan_snapshot, rename_snapshot},
};
use self::{
    draft::Draft,
    emit::Emitted,
    judge::{Limits, Subject},
    needs::Needs,
};
pub(super) use self::{
    pairs::{decode_expiry, encode_expiry},
    permission::explain,
};
use super::{
    Error,
    blocking::blocking,
    options::{OnConflict, Options},
    plan_file::{Lane, Manifest, SealedPlan},
    report::{Caveat, PlanReport, ServerReport},
};
use crate::{
    files,
    server::{deployment::Deployment, identity::Version, node::Node},
    steps::facts::FactsReader,
    vocabulary::{
        bug::Bug,
        control::Control,
        progress::{Event, Phase},
    },
};

/// The plan while it is being written, in a directory beside its place.
const WRITTEN: &str = "plan";

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
    let ordering = {
        let (on_conflict, nonce) = (options.on_conflict, nonce.clone());
        move || {
            let mut draft = draft;
            draft.stash_nonce = (on_conflict == OnConflict::Stash).then_some(nonce);
            relate::relate(&mut draft)?;
            let ordered = order::order(&mut draft, on_conflict)?;
            let needs = Needs::of(&draft, on_conflict)?;
            Ok((draft, ordered, needs))
        }
    };
    let (draft, ordered, needs) = blocking(ordering).await?;
    needs.check(deployment, &nonce).await?;
    let emitting = {
        let (options, nonce) = (options.clone(), nonce.clone());
        move || {
            let path = draft.workspace.file(WRITTEN);
            let emitted = emit::emit(&draft, ordered, &options, &nonce, &path)?;
            Ok((draft, emitted))
        }
    };
    let (mut draft, emitted) = blocking(emitting).await?;
    let subject = subject(deployment, &draft).await?;
    let mut report = judge::report(options, &mut draft, &emitted.counts, subject);
    report.refusals.extend(permission::probe(deployment, &report).await?);
    if !permission::allows_markers(deployment, &nonce).await? {
        report.caveats.push(Caveat::NoMarker);
    }
    let manifest = manifest(deployment, options, nonce, &emitted, &report)?;
    let seal = emitted.writer.seal(&manifest).map_err(Error::file("write", path))?;
    // It gets its name once it is whole.
    let moved = files::move_new(&draft.workspace.file(WRITTEN), path);
    moved.map_err(Error::file("create", path))?;
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

/// Asks the servers what the report says of them.
async fn subject(deployment: &Deployment, draft: &Draft) -> Result<Subject, Error> {
    let mut servers = Vec::new();
    for node in deployment.primaries() {
        servers.push(ServerReport {
            endpoint: node.endpoint().clone(),
            database: deployment.database(),
            version: node.identity.to_string(),
            keys: node.key_count().await?,
        });
    }
    let any = |test: fn(&Node) -> bool| deployment.primaries().iter().any(test);
    let facts = draft.lanes.iter().map(|lane| lane.facts).max();
    let caveats = judge::caveats(Limits {
        idle_time: any(|node| node.identity.version < Version(7, 2, 0)),
        facts: facts.unwrap_or(FactsReader::Exact),
        no_info: any(|node| node.identity.run_id.is_none()),
    });
    Ok(Subject { servers, snapshot: None, caveats })
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
        bound: lane.bound,
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
        origin: None,
        refused: report.refusals.first().map(ToString::to_string),
        report: serde_json::to_value(short).map_err(Bug::json("the report of a plan"))?,
    })
}
