//! The way back: the inverse of what was done, in reverse order, as a plan of its own.
//!
//! Only what the journal says is ours is moved. Levels run backwards, so that a name is free again
//! before its old key returns; keys that were stashed return last of all.

mod put_back;
mod vanished;

use std::{fs, path::Path};

pub(super) use self::put_back::PutBack;
pub use self::vanished::{VanishedReport, restore_vanished};
use super::{
    Error,
    apply::{self, settle},
    blocking::blocking,
    ledger::{Ending, Entry, Ledger},
    options::Pacing,
    plan_file::{
        Kind, Lane, Manifest, NameLinks, Operation, PlanWriter, Window, operation::stash_name,
    },
    recognise::recognise,
    report::{Accounts, ApplyReport, Direction, Listed},
    store::{Course, Migration, Store, create_private},
};
use crate::{
    server::deployment::Deployment,
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
    // Another server may have taken over since the caller found this one.
    let deployment = &deployment.reopen().await?;
    let course = &migration.course;
    let back = if let Some(back) = course.rollback()? {
        back
    } else {
        deployment.writable()?;
        recognise(deployment, &course.plan, course.progress()?)?;
        let ledgers = settle(deployment, course).await?;
        seal_inverse(course, deployment, ledgers).await?
    };
    apply::run(deployment, &back, pacing, control).await
}

/// Tells what rolling back would do, from the journal alone.
///
/// # Errors
///
/// Fails if there is no such migration, or its files are damaged.
pub fn preview_rollback(store: &Store, id: Option<&str>) -> Result<ApplyReport, Error> {
    let status = store.status(id)?;
    let planned = status.accounts.renamed;
    let accounts = Accounts { planned, ..Accounts::default() }.balanced();
    Ok(ApplyReport {
        migration: status.migration,
        direction: Direction::Back,
        accounts: status.rollback.unwrap_or(accounts),
        troubles: Listed::default(),
        kept: None,
        elapsed: std::time::Duration::ZERO,
        handled: 0,
        slowdowns: 0,
        outcome: Outcome::Clean,
    })
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
        report: serde_json::Value::Null,
        ..course.plan.manifest.clone()
    };
    let (id, forward) = (course.id.clone(), course.directory.clone());
    blocking(move || {
        let forward = Course::open(&id, &forward, Direction::Forward)?;
        write_inverse(&forward, &ledgers, manifest, &draft)?;
        fs::rename(&draft, directory.join("plan")).map_err(Error::file("write", &draft))?;
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
) -> Result<(), Error> {
    // What an earlier attempt left behind was never taken for a plan.
    drop(fs::remove_file(path));
    let mut writer = PlanWriter::create(path).map_err(Error::file("create", path))?;
    for (lane, ledger) in manifest.lanes.iter_mut().zip(ledgers) {
        let mut inverse =
            Inverse { forward, ledger, writer: &mut writer, path, operations: 0, planned: 0 };
        let offset = inverse.writer.position();
        inverse.lane()?;
        let (operations, planned) = (inverse.operations, inverse.planned);
        *lane = Lane { offset, operations, planned, ..lane.clone() };
    }
    writer.seal(&manifest).map(drop).map_err(Error::file("write", path))
}

/// Writes the way back of one lane.
struct Inverse<'a> {
    forward: &'a Course,
    ledger: &'a Ledger,
    writer: &'a mut PlanWriter,
    path: &'a Path,
    operations: u64,
    planned: u64,
}

impl Inverse<'_> {
    fn lane(&mut self) -> Result<(), Error> {
        let entries = self.ledger.entries();
        let level = |entry: &Entry| entry.place.level.unwrap_or_default();
        let highest = entries.iter().map(level).max().unwrap_or_default();
        for entry in entries.iter().rev() {
            self.window(entry, |this, window, operation| {
                this.undo(highest - window.level, window, operation)
            })?;
        }
        for entry in entries.iter().filter(|entry| level(entry) == 0) {
            self.window(entry, |this, window, operation| {
                this.unstash(highest + 1, window, operation)
            })?;
        }
        self.writer.end_lane().map_err(Error::file("write", self.path))
    }

    /// Calls `write` for every operation of a window that was done.
    fn window(
        &mut self,
        entry: &Entry,
        mut write: impl FnMut(&mut Self, &Window, &Operation) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut reader = self.forward.plan.lane_from(entry.place)?;
        let window = reader.bounded_window(Window::default(), entry.count as usize)?;
        let Some(window) = window else { return Ok(()) };
        let endings = self.ledger.endings(window.first, window.len())?;
        for (operation, ending) in window.operations.iter().zip(endings) {
            if ending == Ending::Renamed {
                write(self, &window, operation)?;
            }
        }
        Ok(())
    }

    fn undo(&mut self, level: u32, window: &Window, operation: &Operation) -> Result<(), Error> {
        let kind = match operation.kind {
            Kind::Rename | Kind::Stash | Kind::Overwrite => Kind::Rename,
            // What opened a cycle closes it on the way back.
            Kind::Return => Kind::Aside,
            Kind::Aside => Kind::Return,
            Kind::Unstash => return Ok(()),
        };
        let links = NameLinks {
            reused: operation.links.refilled || operation.kind == Kind::Stash,
            refilled: operation.links.reused,
        };
        let inverse = Operation::new(kind, operation.key_type, operation.expiry).with_links(links);
        self.write(level, inverse, window.to(operation), window.from(operation))
    }

    fn unstash(&mut self, level: u32, window: &Window, operation: &Operation) -> Result<(), Error> {
        if operation.kind != Kind::Stash {
            return Ok(());
        }
        let stash = stash_name(&self.forward.plan.manifest.nonce, window.to(operation));
        let links = NameLinks { reused: false, refilled: true };
        let inverse = Operation::new(Kind::Unstash, operation.key_type, operation.expiry);
        self.write(level, inverse.with_links(links), &stash, window.to(operation))
    }

    fn write(
        &mut self,
        level: u32,
        operation: Operation,
        from: &[u8],
        to: &[u8],
    ) -> Result<(), Error> {
        self.operations += 1;
        self.planned += u64::from(operation.kind.counts());
        let written = self.writer.operation(level, operation, from, to);
        written.map_err(Error::file("write", self.path))
    }
}
