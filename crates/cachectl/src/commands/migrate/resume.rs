//! `migrate resume`: carrying on with a migration that stopped half-way.

use cachectl_core::{
    migrate::{
        self, Operator,
        report::{ApplyReport, Neighbour, VerifyReport},
        store::Step,
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{GuardArgs, IdArgs, LossArgs, VerifyArgs},
    options,
    perform::{self, Work},
    preview, store,
};
use crate::{
    app::App,
    cli::PaceArgs,
    error::CliError,
    output::{count::Count, words::place},
};

/// Carry on with a migration that stopped half-way
///
/// What the journal leaves open is found out from the servers, and nothing is done twice. A
/// migration that is complete is converged and verified once more. It goes on at the pace that it
/// had, and verifies as much, unless flags say otherwise. It was agreed to when it began, so that
/// only a protected context asks again, and `--server-lost-everything` does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
    /// Show what would be done, and do nothing
    ///
    /// It counts what the journal leaves open, what could not be renamed, and what the servers have
    /// lost since, and refuses what carrying on would refuse.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
    #[command(flatten)]
    loss: LossArgs,
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
    let operator = args.loss.said();
    let consent = app.consent(args.guard.expect);
    let consent = match operator {
        Operator::Silent => consent.already_given(),
        // Nobody has agreed to that yet.
        Operator::LostEverything => consent,
    };
    if !args.dry_run {
        consent.check_early("migrate resume")?;
    }
    let store = store::open(app)?;
    let found = store::find(Step::Resume, args.which.id.as_deref(), &store, app).await?;
    let store::Found { deployment, migration, .. } = &found;
    deployment.writable()?;
    let preview = migrate::preview_resume(deployment, migration, operator).await?;
    let left = preview.accounts.left;
    let settings =
        options::resumed((&args.pace, &args.verify), migration.settings()?, &app.settings.migrate);
    // Before anything is renamed and the level is remembered: what was not kept never will be.
    migration.check_level(settings.level)?;
    if args.dry_run {
        return preview::show(preview, found.half_way(), args.guard.expect, app);
    }
    let consent = app.guard(consent, deployment, "migrate resume").await?;
    let keys = Count(left, "key");
    let place = place(deployment);
    let question = match operator {
        Operator::Silent => format!("rename the {keys} that are left on {place}?"),
        Operator::LostEverything => format!("start over on {place}, which has lost everything?"),
    };
    consent.obtain(&question, left).await?;
    let work = Work { settings, planned_from: None, operator };
    let done = perform::run(deployment, &store, migration, &work, app).await?;
    let half_way = found.half_way();
    let resumed = Resumed { apply: done.apply, verify: done.verify, beside: done.beside, half_way };
    app.output.emit(&resumed)?;
    store::mention(&resumed.half_way, app);
    perform::conclude(Some(&resumed.apply), resumed.verify.as_ref(), done.trouble, app)
}
