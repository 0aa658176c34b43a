//! `migrate resume`: carrying on with a migration that stopped half-way.

use cachectl_core::{
    migrate::{
        report::{ApplyReport, Neighbour, VerifyReport},
        store::Step,
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{GuardArgs, IdArgs, VerifyArgs},
    options,
    perform::{self, Work},
    store,
};
use crate::{app::App, cli::PaceArgs, error::CliError, output::count::Count};

/// Carry on with a migration that stopped half-way
///
/// What the journal leaves open is found out from the servers, and nothing is done twice. A
/// migration that is complete is converged and verified once more. It goes on at the pace that it
/// had, and verifies as much, unless flags say otherwise. It was agreed to when it began, so that
/// only a protected context asks again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
}

/// How carrying on came out.
#[derive(Debug, Serialize)]
pub(super) struct Resumed {
    pub(super) apply: ApplyReport,
    pub(super) verify: Option<VerifyReport>,
    /// Other migrations that were at work on the same servers since it was planned.
    pub(super) beside: Vec<Neighbour>,
    /// Other migrations that are half-way on the same servers.
    pub(super) half_way: Vec<Neighbour>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.guard.expect).already_given();
    consent.check_early("migrate resume")?;
    let store = store::open(app)?;
    let found = store::find(Step::Resume, args.which.id.as_deref(), &store, app).await?;
    let store::Found { deployment, migration, .. } = &found;
    deployment.writable()?;
    let settings =
        options::resumed((&args.pace, &args.verify), migration.settings()?, &app.settings.migrate);
    let left = migration.status()?.accounts.left;
    let question = format!("rename the {} that are left?", Count(left, "key"));
    consent.obtain(&question, left)?;
    let work = Work { settings, planned_from: None };
    let done = perform::run(deployment, &store, migration, &work, app).await?;
    let half_way = found.half_way();
    let resumed = Resumed { apply: done.apply, verify: done.verify, beside: done.beside, half_way };
    app.output.emit(&resumed)?;
    store::mention(&resumed.half_way, app);
    perform::conclude(Some(&resumed.apply), resumed.verify.as_ref(), done.trouble, app)
}
