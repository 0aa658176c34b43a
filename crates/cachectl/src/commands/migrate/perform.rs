//! Applying a migration and verifying it, whichever step asked for it.

use std::time::SystemTime;

use cachectl_core::{
    migrate::{
        self, Migration, Operator, RunSettings, Store,
        report::{ApplyReport, Direction, Neighbour, VerifyReport},
    },
    server::deployment::Deployment,
    vocabulary::outcome::Outcome,
};

use crate::{app::App, error::CliError, hints, signals::Unfinished};

/// How to work on a migration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) settings: RunSettings,
    /// When planning began, if that was part of the same run.
    pub(super) planned_from: Option<SystemTime>,
    /// What the operator said of the servers.
    pub(super) operator: Operator,
}

/// What was done, as far as it came.
#[derive(Debug)]
pub(super) struct Performed {
    pub(super) apply: ApplyReport,
    pub(super) verify: Option<VerifyReport>,
    /// Other migrations that were at work on the same servers since it was planned.
    pub(super) beside: Vec<Neighbour>,
    /// Why there is no verification although there should be.
    pub(super) trouble: Option<CliError>,
}

/// Applies a migration and, if every key has an ending, verifies it.
pub(super) async fn run(
    deployment: &Deployment,
    store: &Store,
    migration: &Migration,
    work: &Work,
    app: &App,
) -> Result<Performed, CliError> {
    let RunSettings { pacing, level } = work.settings;
    migration.remember(&work.settings)?;
    half_way(migration, Direction::Forward, app);
    let control = app.control();
    let apply = match work.operator {
        Operator::Silent => migrate::apply(deployment, migration, pacing, &control).await?,
        Operator::LostEverything => {
            migrate::apply_after_loss(deployment, migration, pacing, &control).await?
        }
    };
    // What cannot be read here is told by the next command.
    let survey = store.survey().ok();
    let beside = survey.map(|survey| survey.at_work_beside(migration.id(), work.planned_from));
    let mut done =
        Performed { apply, verify: None, beside: beside.unwrap_or_default(), trouble: None };
    if matches!(done.apply.outcome, Outcome::Incomplete | Outcome::Interrupted) {
        return Ok(done);
    }
    app.signals.would_leave(Unfinished {
        state: format!("migration `{}` is applied, and not verified", migration.id()),
        hints: hints::after_renaming(&done.apply, &app.situation),
    });
    match migrate::verify(deployment, migration, level, &app.control()).await {
        Ok(verify) => done.verify = Some(verify),
        // The keys are renamed, and the report of that must not be lost.
        Err(error) => done.trouble = Some(error.into()),
    }
    Ok(done)
}

/// Notes how a migration goes on that is stopped at once.
pub(super) fn half_way(migration: &Migration, direction: Direction, app: &App) {
    let id = migration.id();
    app.signals.would_leave(Unfinished {
        state: format!("migration `{id}` is half-way"),
        hints: hints::going_on(id, direction, &app.situation),
    });
}

/// Returns how it came out, and says what can be done next.
pub(super) fn conclude(
    apply: Option<&ApplyReport>,
    verify: Option<&VerifyReport>,
    trouble: Option<CliError>,
    app: &App,
) -> Result<Outcome, CliError> {
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let applied = apply.map_or(Outcome::Clean, |report| report.outcome);
    let verified = verify.map_or(Outcome::Clean, |report| report.outcome);
    if let Some(report) = apply {
        app.advise(&hints::after_renaming(report, &app.situation));
    }
    Ok(applied.and(verified))
}
