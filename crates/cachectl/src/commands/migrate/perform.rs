//! Applying a migration and verifying it, whichever step asked for it.

use cachectl_core::{
    migrate::{
        self, Migration,
        options::{Level, Pacing},
        report::{ApplyReport, VerifyReport},
    },
    server::deployment::Deployment,
    vocabulary::outcome::Outcome,
};

use crate::{app::App, error::CliError, hints};

/// How to apply, and how much to verify.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) pacing: Pacing,
    pub(super) level: Level,
}

/// What was done, as far as it came.
#[derive(Debug)]
pub(super) struct Performed {
    pub(super) apply: ApplyReport,
    pub(super) verify: Option<VerifyReport>,
    /// Why there is no verification although there should be.
    pub(super) trouble: Option<CliError>,
}

/// Applies a migration and, if every key has an ending, verifies it.
pub(super) async fn run(
    deployment: &Deployment,
    migration: &Migration,
    work: &Work,
    app: &App,
) -> Result<Performed, CliError> {
    let apply = migrate::apply(deployment, migration, work.pacing, &app.control()).await?;
    if matches!(apply.outcome, Outcome::Incomplete | Outcome::Interrupted) {
        return Ok(Performed { apply, verify: None, trouble: None });
    }
    match migrate::verify(deployment, migration, work.level, &app.control()).await {
        Ok(verify) => Ok(Performed { apply, verify: Some(verify), trouble: None }),
        // The keys are renamed, and the report of that must not be lost.
        Err(error) => Ok(Performed { apply, verify: None, trouble: Some(error.into()) }),
    }
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
