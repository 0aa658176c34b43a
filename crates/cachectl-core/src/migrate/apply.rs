//! Applies a plan: renames with a journal, survives what breaks on the way, and converges.
//!
//! Every primary is a lane of its own, with its own journal. A lane deals with a window of
//! operations at a time: the intent is on the disk before the first of them is sent, the ending
//! follows when all of them are answered. See [`recover`] for what happens after a break.

pub(super) mod check;
mod converge;
mod execute;
mod feed;
mod lane;
mod recover;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use self::{
    execute::{Executed, Servers},
    lane::LaneRun,
};
pub(super) use self::{lane::LaneEnd, recover::settle};
use super::{
    Error,
    options::Pacing,
    plan_file::{Operation, Window},
    report::{Accounts, ApplyReport, Direction, Listed, Trouble, TroubleReason},
    store::{Course, Migration},
};
use crate::{
    server::{deployment::Deployment, identity::Identity},
    steps::throttle::{Limits, Throttle},
    values::key::Key,
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// Applies a migration, or carries on with one, and converges.
///
/// Stops between windows when `control` says so. What was done until then is in the journal, and
/// another call carries on.
///
/// # Errors
///
/// Fails if the servers are not those of the plan, if one of them is lost for longer than half a
/// minute, or if the journal cannot be written. What was done is in the journal then, too.
pub async fn apply(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    if migration.course.rollback()?.is_some() {
        return Err(Error::RolledBack { id: migration.id().to_owned() });
    }
    run(deployment, &migration.course, pacing, control).await
}

/// Runs one way through a migration to its end.
pub(super) async fn run(
    deployment: &Deployment,
    course: &Course,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    let begun = Instant::now();
    deployment.writable()?;
    let before = course.accounts()?;
    identify(deployment, course, course.is_untouched()?)?;
    let limits =
        Limits { rate: pacing.rate, batch: pacing.batch.get(), max_latency: pacing.max_latency };
    let throttle = Throttle::start(deployment, limits).await?;
    let phase = match course.direction {
        Direction::Forward => Phase::Apply,
        Direction::Back => Phase::Rollback,
    };
    control.tell(phase, Event::Started(Some(before.left)));
    let shared = Shared {
        course,
        control,
        throttle: &throttle,
        phase,
        handled: AtomicU64::new(0),
        troubles: Mutex::default(),
        servers: Servers::new(deployment.clone()),
    };
    let lanes = 0..course.plan.manifest.lanes.len();
    let ends = join_all(lanes.map(|lane| LaneRun::new(&shared, lane).run())).await;
    control.tell(phase, Event::Finished);
    let end = lane::worst(ends)?;
    let accounts = course.accounts()?;
    Ok(ApplyReport {
        migration: course.id.clone(),
        direction: course.direction,
        outcome: outcome(end, accounts),
        accounts,
        troubles: shared.troubles.into_inner().unwrap_or_else(PoisonError::into_inner),
        elapsed: begun.elapsed(),
        handled: shared.handled.into_inner(),
        slowdowns: throttle.slowdowns(),
    })
}

fn outcome(end: LaneEnd, accounts: Accounts) -> Outcome {
    match end {
        LaneEnd::Interrupted => Outcome::Interrupted,
        LaneEnd::Finished if accounts.left > 0 || accounts.failed > 0 => Outcome::Incomplete,
        LaneEnd::Finished if accounts.conflicts > 0 => Outcome::Findings,
        LaneEnd::Finished => Outcome::Clean,
    }
}

/// What the lanes of one run share.
struct Shared<'a> {
    course: &'a Course,
    control: &'a Control<'a>,
    throttle: &'a Throttle,
    phase: Phase,
    /// Operations that ended in this run.
    handled: AtomicU64,
    troubles: Mutex<Listed<Trouble>>,
    servers: Servers,
}

impl Shared<'_> {
    fn advance(&self, operations: usize) {
        let handled = self.handled.fetch_add(operations as u64, Ordering::Relaxed);
        self.control.tell(self.phase, Event::Advanced(handled + operations as u64));
        while let Some(pace) = self.throttle.change() {
            self.control.tell(self.phase, Event::Paced(pace));
        }
    }

    /// Keeps the server's words about operations that it refused.
    fn note_refusals(&self, window: &Window, executed: &Executed) {
        for (index, refusal) in &executed.refusals {
            if let Some(operation) = window.operations.get(*index) {
                let reason = TroubleReason::Refused(refusal.to_string());
                self.note_trouble(window, operation, reason);
            }
        }
    }

    fn note_trouble(&self, window: &Window, operation: &Operation, reason: TroubleReason) {
        let (from, to) = (window.from(operation), window.to(operation));
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.note(|| Trouble { from: Key::from(from), to: Key::from(to), reason });
    }
}

/// Checks that the servers are those that the plan was made for.
///
/// Before anything was done they must not even have been restarted: what was planned may not be
/// there any more. Later a restart or a failover is what the journal is for, and it is enough that
/// one thing still tells that these are the same servers.
pub(super) fn identify(
    deployment: &Deployment,
    course: &Course,
    untouched: bool,
) -> Result<(), Error> {
    let manifest = &course.plan.manifest;
    let nodes = deployment.primaries();
    if deployment.is_cluster() != manifest.cluster || deployment.target().db != manifest.db {
        return Err(other_server(deployment, course));
    }
    if manifest.cluster {
        return identify_cluster(deployment, course, untouched);
    }
    let (Some(node), Some(lane)) = (nodes.first(), manifest.lanes.first()) else {
        return Err(other_server(deployment, course));
    };
    let same_process = node.identity.continues(&lane.identity);
    let same_place = node.endpoint().to_string() == lane.endpoint;
    match (same_process, same_place, untouched) {
        (true, true, _) | (false, true, false) => Ok(()),
        // Connection numbers of two servers may look like one; only run ids prove a process.
        (true, false, _) if proves(&node.identity, &lane.identity) => Ok(()),
        (false, true, true) => Err(Error::Restarted { endpoint: node.endpoint().clone() }),
        _ if !untouched && node.identity.descends_from(&lane.identity) => Ok(()),
        _ => Err(other_server(deployment, course)),
    }
}

fn proves(now: &Identity, then: &Identity) -> bool {
    now.run_id.is_some() && now.run_id == then.run_id
}

fn identify_cluster(
    deployment: &Deployment,
    course: &Course,
    untouched: bool,
) -> Result<(), Error> {
    let lanes = &course.plan.manifest.lanes;
    let nodes = deployment.primaries();
    let known = |id: &Option<String>| lanes.iter().any(|lane| lane.cluster_id == *id);
    if !nodes.iter().any(|node| known(&node.cluster_id)) {
        return Err(other_server(deployment, course));
    }
    if !untouched {
        return Ok(());
    }
    for (index, node) in nodes.iter().enumerate() {
        let lane = lanes.iter().find(|lane| lane.cluster_id == node.cluster_id);
        let lane = lane.filter(|lane| lane.slots == deployment.slots(index));
        let lane = lane.ok_or(Error::SlotsMoved)?;
        if !node.identity.continues(&lane.identity) {
            return Err(Error::Restarted { endpoint: node.endpoint().clone() });
        }
    }
    Ok(())
}

fn other_server(deployment: &Deployment, course: &Course) -> Error {
    let planned = course.plan.manifest.lanes.iter().map(|lane| lane.endpoint.clone());
    let found = deployment.primaries().iter().map(|node| node.endpoint().to_string());
    Error::OtherServer {
        planned: planned.collect::<Vec<_>>().join(", "),
        found: found.collect::<Vec<_>>().join(", "),
    }
}

/// How long a lost server is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
