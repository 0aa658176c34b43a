//! `migrate apply`: a plan that was made earlier.

use std::path::PathBuf;

use cachectl_core::{
    migrate::{
        RunSettings,
        report::{ApplyReport, Neighbour, VerifyReport},
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{BackupArgs, BesideArgs, GuardArgs, VerifyArgs},
    options,
    perform::{self, Work},
    sealed::Sealed,
    store,
};
use crate::{
    app::App,
    cli::PaceArgs,
    error::CliError,
    output::{count::Count, say},
};

/// Apply a plan that `migrate plan` wrote
///
/// The plan has to be unaltered, and made for these servers as they are now. It asks before it
/// begins; `--yes` skips the question.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plan
    #[arg(value_name = "FILE")]
    plan: PathBuf,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    backup: BackupArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
    #[command(flatten)]
    beside: BesideArgs,
}

/// How applying a plan came out.
#[derive(Debug, Serialize)]
pub(super) struct Applied {
    /// The report that was made with the plan.
    pub(super) plan: Sealed,
    /// `None` if there was nothing to rename.
    pub(super) apply: Option<ApplyReport>,
    /// `None` if it did not come to that.
    pub(super) verify: Option<VerifyReport>,
    /// Other migrations that were at work on the same servers since the plan was made.
    pub(super) beside: Vec<Neighbour>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.guard.expect);
    consent.check_early("migrate apply")?;
    let plan = Sealed::read(&args.plan)?;
    plan.refuse()?;
    if plan.renames() == 0 {
        app.output.emit(&Applied { plan, apply: None, verify: None, beside: Vec::new() })?;
        return Ok(Outcome::Clean);
    }
    let defaults = &app.settings.migrate;
    let level = options::level(&args.verify, None, defaults);
    let pacing = options::pacing(&args.pace, None, defaults);
    let work = Work { settings: RunSettings { pacing, level }, planned_from: None };
    let keep = options::keep(&args.backup, None, level)?;
    let store = store::open(app)?;
    let deployment = app.open().await?;
    deployment.writable()?;
    store::admit(&store, &deployment, &args.beside, app)?;
    if consent.will_ask() {
        show(&plan);
    }
    let question = format!("rename {} by this plan?", Count(plan.renames(), "key"));
    consent.obtain(&question, plan.renames())?;
    let turn = store::turn(&store, &deployment, &args.beside).await?;
    let migration = store.begin_keeping(&deployment, &args.plan, &store::operator(), &keep)?;
    drop(turn);
    let done = perform::run(&deployment, &store, &migration, &work, app).await?;
    let applied =
        Applied { plan, apply: Some(done.apply), verify: done.verify, beside: done.beside };
    app.output.emit(&applied)?;
    perform::conclude(applied.apply.as_ref(), applied.verify.as_ref(), done.trouble, app)
}

/// Shows the sum of a plan to whoever is asked about it.
fn show(plan: &Sealed) {
    say(format_args!("plan {}: {}", plan.id(), Count(plan.renames(), "key")));
    for (rule, renames) in plan.rules() {
        say(format_args!("  {rule}: {}", Count(renames, "key")));
    }
}
