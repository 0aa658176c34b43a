//! Applies a plan: renames with a journal, survives what breaks on the way, and converges.
//!
//! Every primary is a lane of its own, with its own journal. A lane deals with a window of
//! operations at a time: the intent is on the disk before the first of them is sent, the ending
//! follows when all of them are answered. See [`recover`] for what happens after a break.

mod converge;
mod doubt;
mod execute;
mod feed;
mod lane;
mod recover;
mod undo;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;

pub(super) use self::{
    doubt::foresee,
    lane::LaneEnd,
    recover::{overwritten, read, rest, settle, walked_back},
};
use self::{
    execute::Servers,
    lane::{LaneRun, Stage, Taken},
};
use super::{
    Error, keep,
    options::Pacing,
    plan_file::{Operation, Window},
    recognise::recognise_course,
    recovery::Operator,
    report::{Accounts, ApplyReport, Direction, Listed, Trouble, TroubleReason},
    store::{Course, Migration},
    unclear,
};
use crate::{
    server::deployment::Deployment,
    steps::throttle::Throttle,
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
    carry_on(deployment, migration, (pacing, Operator::Silent), control).await
}

/// As [`apply`], where the operator says that servers without a marker of this migration are the
/// right ones and have lost everything of it: they were emptied, or restored from before.
///
/// # Errors
///
/// As [`apply`].
pub async fn apply_after_loss(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    carry_on(deployment, migration, (pacing, Operator::LostEverything), control).await
}

async fn carry_on(
    deployment: &Deployment,
    migration: &Migration,
    (pacing, operator): (Pacing, Operator),
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    if migration.course.rollback()?.is_some() {
        return Err(Error::RolledBack { id: migration.id().to_owned() });
    }
    let kept = keep::ensure(deployment, &migration.course, pacing, control).await?;
    let report = run(deployment, &migration.course, (pacing, operator), control).await?;
    Ok(ApplyReport { kept, ..report })
}

/// Runs one way through a migration to its end.
pub(super) async fn run(
    deployment: &Deployment,
    course: &Course,
    (pacing, operator): (Pacing, Operator),
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    let begun = Instant::now();
    deployment.writable()?;
    let before = course.accounts()?;
    recognise_course(deployment, course)?;
    let limits = pacing.limits();
    let throttle = Throttle::start(deployment, limits).await?;
    let phase = match course.direction {
        Direction::Forward => Phase::Apply,
        Direction::Back => Phase::Rollback,
    };
    control.tell(phase, Event::Started(Some(before.left)));
    let shared = Shared {
        course,
        control,
        operator,
        lanes: Mutex::default(),
        throttle: &throttle,
        phase,
        handled: AtomicU64::new(0),
        unconfirmed: AtomicBool::new(false),
        looked: AtomicU64::new(0),
        troubles: Mutex::default(),
        servers: Servers::new(deployment.clone(), &throttle),
    };
    let end = stages(&shared).await;
    let deployment = shared.servers.deployment();
    if !matches!(end, Err(Error::PrimaryLost { .. })) {
        rest(&deployment, course).await;
    }
    let end = end?;
    let accounts = course.accounts()?;
    let mut troubles = shared.troubles.into_inner().unwrap_or_else(PoisonError::into_inner);
    troubles.absorb(unclear::list(&deployment, course).await?);
    Ok(ApplyReport {
        migration: course.id.clone(),
        direction: course.direction,
        outcome: outcome(end, accounts),
        accounts,
        before,
        troubles,
        kept: None,
        elapsed: begun.elapsed(),
        handled: shared.handled.into_inner(),
        slowdowns: throttle.slowdowns(),
    })
}

/// Brings all lanes to their end.
async fn stages(shared: &Shared<'_>) -> Result<LaneEnd, Error> {
    let end = stage(shared, Stage::Rename).await;
    shared.control.tell(shared.phase, Event::Finished);
    if end? == LaneEnd::Interrupted {
        return Ok(LaneEnd::Interrupted);
    }
    shared.control.tell(Phase::Converge, Event::Started(None));
    let end = stage(shared, Stage::Converge).await;
    shared.control.tell(Phase::Converge, Event::Finished);
    end
}

/// Brings all lanes to the end of a stage.
async fn stage(shared: &Shared<'_>, stage: Stage) -> Result<LaneEnd, Error> {
    let lanes = 0..shared.course.plan.manifest.lanes.len();
    let ends = join_all(lanes.map(|lane| LaneRun::new(shared, lane, stage).run())).await;
    let ends = ends.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(ends.into_iter().max().unwrap_or(LaneEnd::Finished))
}

fn outcome(end: LaneEnd, accounts: Accounts) -> Outcome {
    match end {
        LaneEnd::Interrupted => Outcome::Interrupted,
        LaneEnd::Finished if accounts.left > 0 || accounts.failed > 0 => Outcome::Incomplete,
        LaneEnd::Finished if accounts.has_findings() => Outcome::Findings,
        LaneEnd::Finished => Outcome::Clean,
    }
}

/// What stays of a lane from one attempt to the next.
#[derive(Default)]
struct LaneState {
    /// Whether what the operator said was heard.
    heard: bool,
    /// What it has taken over, for as long as its connections hold.
    taken: Option<Taken>,
}

/// What the lanes of one run share.
struct Shared<'a> {
    course: &'a Course,
    control: &'a Control<'a>,
    operator: Operator,
    lanes: Mutex<BTreeMap<usize, LaneState>>,
    throttle: &'a Throttle,
    phase: Phase,
    /// Operations that ended in this run.
    handled: AtomicU64,
    /// Whether replicas failed to confirm what they were sent.
    unconfirmed: AtomicBool,
    /// Operations that were looked at once more.
    looked: AtomicU64,
    troubles: Mutex<Listed<Trouble>>,
    servers: Servers<'a>,
}

impl Shared<'_> {
    /// Reads or changes what stays of a lane from one attempt to the next.
    fn of_lane<T>(&self, lane: usize, act: impl FnOnce(&mut LaneState) -> T) -> T {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        act(lanes.entry(lane).or_default())
    }

    /// Returns what the operator said of the servers of a lane, which counts once.
    fn operator_for(&self, lane: usize) -> Operator {
        if self.of_lane(lane, |state| state.heard) { Operator::Silent } else { self.operator }
    }

    fn advance(&self, operations: usize) {
        let handled = self.handled.fetch_add(operations as u64, Ordering::Relaxed);
        self.control.tell(self.phase, Event::Advanced(handled + operations as u64));
        self.throttle.tell_changes(self.phase, self.control);
    }

    /// Keeps what is to be told of the operations of a window.
    fn note_troubles(&self, window: &Window, troubles: &[(usize, TroubleReason)]) {
        // What is unclear is in the journal, and is listed at the end.
        let told = troubles.iter().filter(|(_, reason)| !reason.is_unclear());
        for (index, reason) in told {
            if let Some(operation) = window.operations.get(*index) {
                self.note_trouble(window, operation, reason.clone());
            }
        }
    }

    fn note_trouble(&self, window: &Window, operation: &Operation, reason: TroubleReason) {
        self.note_all(Listed::of(1, vec![Trouble::of(window, operation, reason)]));
    }

    fn note_all(&self, troubles: Listed<Trouble>) {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).absorb(troubles);
    }
}

/// How long a lost server is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
