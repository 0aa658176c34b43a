//! The way back: the inverse of what was done, in reverse order, as a plan of its own.
//!
//! Only what the journal says is ours is moved. Levels run backwards, so that a name is free again
//! before its old key returns; keys that were stashed return last of all.

mod ahead;
mod beyond;
mod put_back;
mod vanished;

use std::{fs, path::Path};

pub use self::vanished::{VanishedReport, restore_vanished};
pub(super) use self::{
    ahead::{Had, look as look_ahead},
    put_back::PutBack,
};
use super::{
    Error,
    apply::{self, overwritten, read, rest, settle},
    blocking::blocking,
    ledger::{Ending, Entry, Ledger},
    options::{OnConflict, Pacing},
    plan_file::{
        Kind, Lane, Manifest, NameLinks, Operation, Origin, PlanWriter, Window,
        operation::stash_name,
    },
    preview,
    recognise::same_keyspace,
    recovery::Operator,
    report::{ApplyReport, Direction, Listed, Trouble},
    store::{Course, Migration, create_private, sync_name, unclaim},
    unclear,
};
use crate::{
    server::deployment::Deployment,
    steps::presence,
    vocabulary::{control::Control, outcome::Outcome},
};

/// Rolls a migration back, or carries on with rolling it back.
///
/// Once this was begun the migration cannot be applied any further; it can be planned anew.
///
/// # Errors
///
/// As [`super::apply()`].
pub async fn rollback(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    go_back(deployment, migration, (pacing, Operator::Silent), control).await
}

/// As [`rollback`], where the operator says that servers without a marker of this migration are
/// the right ones and have lost everything of it: there is nothing to rename back on them.
///
/// # Errors
///
/// As [`rollback`].
pub async fn rollback_after_loss(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    go_back(deployment, migration, (pacing, Operator::LostEverything), control).await
}

async fn go_back(
    deployment: &Deployment,
    migration: &Migration,
    (pacing, operator): (Pacing, Operator),
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    // Another server may have taken over since the caller found this one.
    let deployment = &deployment.reopen().await?;
    let course = &migration.course;
    let mut findings = Listed::default();
    let back = if let Some(back) = begun(deployment, course).await? {
        if back.is_empty() {
            findings.absorb(unclear::list(deployment, course).await?);
            return Ok(told(preview::report(&back, back.accounts()?), findings));
        }
        for lane in 0..course.plan.manifest.lanes.len() {
            let ledger = course.ledger(lane)?;
            beyond::look(deployment, course, (lane, &ledger), &mut findings).await?;
        }
        back
    } else {
        deployment.writable()?;
        same_keyspace(deployment, &course.plan)?;
        if !course.is_begun()? {
            return close_unbegun(deployment, course).await;
        }
        let settled = settle(deployment, course, operator, &mut findings).await;
        if settled.is_err() {
            rest(deployment, course).await;
        }
        let ledgers = settled?;
        drop_overwritten(deployment, course, &ledgers).await?;
        for (lane, ledger) in ledgers.iter().enumerate() {
            beyond::look(deployment, course, (lane, ledger), &mut findings).await?;
        }
        seal_inverse(course, deployment, ledgers).await?
    };
    let report = apply::run(deployment, &back, (pacing, operator), control).await?;
    // They may have their new names still, and nothing moves them.
    findings.absorb(unclear::list(deployment, course).await?);
    Ok(told(report, findings))
}

/// Returns the way back, if it was begun. One that takes back less than the servers have is given up.
async fn begun(deployment: &Deployment, course: &Course) -> Result<Option<Course>, Error> {
    let Some(back) = course.rollback()? else { return Ok(None) };
    same_keyspace(deployment, &back.plan)?;
    match ahead::look(deployment, &back).await? {
        Had::AsPlanned => Ok(Some(back)),
        Had::More(_) => {
            deployment.writable()?;
            course.give_up(&back)?;
            Ok(None)
        }
        part @ Had::MoreInPart(_) => part.check(&back).map(|()| Some(back)),
    }
}

/// Adds what was found of the way forward to the report of the way back.
fn told(mut report: ApplyReport, findings: Listed<Trouble>) -> ApplyReport {
    if findings.count > 0 {
        report.outcome = report.outcome.and(Outcome::Findings);
        report.troubles.absorb(findings);
    }
    report
}

/// Closes a migration of which nothing was ever sent: there is nothing to rename back, whatever
/// became of its servers since.
async fn close_unbegun(deployment: &Deployment, course: &Course) -> Result<ApplyReport, Error> {
    let lanes = 0..course.plan.manifest.lanes.len();
    let ledgers = lanes.map(|lane| course.ledger(lane)).collect::<Result<_, _>>()?;
    let back = seal_inverse(course, deployment, ledgers).await?;
    // What cannot be taken back expires by itself.
    unclaim(deployment, &course.plan, &course.claim()).await;
    Ok(preview::report(&back, back.accounts()?))
}

/// Writes the plan of the way back, and returns it open.
async fn seal_inverse(
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

/// Drops keys that were overwritten and not dropped yet, as the way forward does at its end.
pub(super) async fn drop_overwritten(
    deployment: &Deployment,
    course: &Course,
    ledgers: &[Ledger],
) -> Result<(), Error> {
    if course.plan.manifest.on_conflict != OnConflict::Overwrite {
        return Ok(());
    }
    for ledger in ledgers.iter().filter(|ledger| ledger.was_broken_off()) {
        for entry in ledger.entries() {
            let window = read(&course.plan, entry)?;
            let endings = ledger.endings(window.first, window.len())?;
            let names = overwritten(&course.plan.manifest.nonce, &window, &endings);
            presence::unlink(deployment, &names).await?;
        }
    }
    Ok(())
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
pub(super) struct Inverse<'a> {
    level: u32,
    operation: Operation,
    from: &'a [u8],
    to: &'a [u8],
    /// The number of the operation of the way forward that it undoes.
    pub(super) number: u64,
}

/// Visits the operations of the way back of a lane, in their order.
pub(super) fn each_inverse(
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
