//! The plan of the way back: what undoes each operation that was done.

use std::{fs, path::Path};

use crate::{
    migrate::{
        Error,
        apply::read,
        blocking::blocking,
        ledger::{Ending, Entry, Ledger},
        plan_file::{
            Kind, Lane, Manifest, NameLinks, Operation, Origin, PlanWriter, Window,
            operation::stash_name,
        },
        report::Direction,
        store::{Course, create_private, sync_name},
    },
    server::deployment::Deployment,
};

/// Writes the plan of the way back, and returns it open.
pub(super) async fn seal_inverse(
    course: &Course,
    deployment: &Deployment,
    ledgers: Vec<Ledger>,
) -> Result<Course, Error> {
    let directory = course.rollback_directory();
    create_private(&directory)?;
    let draft = directory.join(format!("plan-{}", std::process::id()));
    let manifest = Manifest {
        sealed_at: jiff::Timestamp::now().to_string(),
        lanes: current_lanes(course, deployment),
        origin: Some(Origin::new(
            &course.plan.seal,
            ledgers.iter().map(Ledger::settled).collect(),
            course.given_up()?,
        )),
        report: serde_json::Value::Null,
        ..course.plan.manifest.clone()
    };
    let (id, forward) = (course.id.clone(), course.directory.clone());
    blocking(move || {
        let forward = Course::open(&id, &forward, Direction::Forward)?;
        let lanes = manifest.lanes.len();
        let seal = write_inverse(&forward, &ledgers, manifest, &draft)?;
        Course::create_journals(&directory, seal, lanes)?;
        let plan = directory.join("plan");
        fs::rename(&draft, &plan).map_err(Error::file("write", &draft))?;
        sync_name(&plan)?;
        sync_name(&directory)?;
        Course::open(&id, &directory, Direction::Back)
    })
    .await
}

/// Returns the lanes with the servers as they are now: those are the ones to be recognised.
fn current_lanes(course: &Course, deployment: &Deployment) -> Vec<Lane> {
    let lanes = course.plan.manifest.lanes.iter();
    let now = |lane: &Lane| {
        let same = |id: &Option<String>| !course.plan.manifest.cluster || *id == lane.cluster_id;
        deployment.primaries().iter().find(|node| same(&node.cluster_id))
    };
    let lanes = lanes.map(|lane| match now(lane) {
        None => lane.clone(),
        Some(node) => Lane {
            endpoint: node.endpoint().to_string(),
            identity: node.identity.clone(),
            ..lane.clone()
        },
    });
    lanes.collect()
}

fn write_inverse(
    forward: &Course,
    ledgers: &[Ledger],
    mut manifest: Manifest,
    path: &Path,
) -> Result<[u8; 32], Error> {
    // What an earlier attempt left behind was never taken for a plan.
    drop(fs::remove_file(path));
    let mut writer = PlanWriter::create(path).map_err(Error::file("create", path))?;
    for (lane, ledger) in manifest.lanes.iter_mut().zip(ledgers) {
        let offset = writer.position();
        let (mut operations, mut bound, mut planned) = (0, 0, 0);
        each_inverse(forward, ledger, |inverse| {
            operations += 1;
            bound += u64::from(inverse.operation.is_bound());
            planned += u64::from(inverse.operation.kind.counts());
            let Inverse { level, operation, from, to, .. } = inverse;
            writer.operation(level, operation, from, to).map_err(Error::file("write", path))
        })?;
        writer.end_lane().map_err(Error::file("write", path))?;
        *lane = Lane { offset, operations, bound, planned, ..lane.clone() };
    }
    writer.seal(&manifest).map_err(Error::file("write", path))
}

/// An operation of a way back.
#[derive(Debug)]
pub(in crate::migrate) struct Inverse<'a> {
    level: u32,
    operation: Operation,
    from: &'a [u8],
    to: &'a [u8],
    /// The number of the operation of the way forward that it undoes.
    pub(in crate::migrate) number: u64,
}

/// Visits the operations of the way back of a lane, in their order.
pub(in crate::migrate) fn each_inverse(
    forward: &Course,
    ledger: &Ledger,
    mut visit: impl FnMut(Inverse<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let entries = ledger.entries();
    let level = |entry: &Entry| entry.place.level.unwrap_or_default();
    let highest = entries.iter().map(level).max().unwrap_or_default();
    for entry in entries.iter().rev() {
        each_done(forward, ledger, entry, |window, number, operation| {
            let Some((kind, links)) = undo(operation) else { return Ok(()) };
            let inverse = Operation::new(kind, operation.key_type, operation.expiry);
            visit(Inverse {
                level: highest - window.level,
                operation: inverse.with_links(links),
                from: window.to(operation),
                to: window.from(operation),
                number,
            })
        })?;
    }
    let nonce = &forward.plan.manifest.nonce;
    for entry in entries.iter().filter(|entry| level(entry) == 0) {
        each_done(forward, ledger, entry, |window, number, operation| {
            if operation.kind != Kind::Stash {
                return Ok(());
            }
            let inverse = Operation::new(Kind::Unstash, operation.key_type, operation.expiry);
            visit(Inverse {
                level: highest + 1,
                operation: inverse.with_links(NameLinks { refilled: true, ..NameLinks::default() }),
                from: &stash_name(nonce, window.to(operation)),
                to: window.to(operation),
                number,
            })
        })?;
    }
    Ok(())
}

/// Calls `visit` for every operation of a window that was done.
fn each_done(
    forward: &Course,
    ledger: &Ledger,
    entry: &Entry,
    mut visit: impl FnMut(&Window, u64, &Operation) -> Result<(), Error>,
) -> Result<(), Error> {
    let window = read(&forward.plan, entry)?;
    let endings = ledger.endings(window.first, window.len())?;
    for ((number, operation), ending) in (window.first..).zip(&window.operations).zip(endings) {
        if ending == Ending::Renamed {
            visit(&window, number, operation)?;
        }
    }
    Ok(())
}

/// Returns what undoes an operation.
fn undo(operation: &Operation) -> Option<(Kind, NameLinks)> {
    let kind = match operation.kind {
        Kind::Rename | Kind::Stash | Kind::Overwrite => Kind::Rename,
        // What opened a cycle closes it on the way back.
        Kind::Return => Kind::Aside,
        Kind::Aside => Kind::Return,
        Kind::Unstash => return None,
    };
    let reused = operation.links.refilled || operation.kind == Kind::Stash;
    // The key that was overwritten may be put back, or written again by whoever used it.
    let claimed = operation.kind == Kind::Overwrite;
    Some((kind, NameLinks { reused, refilled: operation.links.reused, claimed }))
}
