//! `migrate apply`: a plan that was made earlier.

use std::{cmp::Reverse, num::NonZeroU32, path::PathBuf};

use cachectl_core::{
    migrate::{
        Operator, RunSettings,
        report::{ApplyReport, Neighbour, VerifyReport, at_rate},
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
    output::{
        clip::Rule,
        count::Count,
        list::SHOWN,
        say,
        words::{estimate, place},
    },
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
    let work = Work {
        settings: RunSettings { pacing, level },
        planned_from: None,
        operator: Operator::Silent,
    };
    let keep = options::keep(&args.backup, None, level)?;
    let store = store::open(app)?;
    let deployment = app.open().await?;
    deployment.writable()?;
    let consent = app.guard(consent, &deployment, "migrate apply").await?;
    store::admit(&store, &deployment, &args.beside, app)?;
    if consent.will_ask() {
        show(&plan, work.settings.pacing.rate);
    }
    let keys = Count(plan.renames(), "key");
    let question = format!("rename {keys} on {} by this plan?", place(&deployment));
    consent.obtain(&question, plan.renames()).await?;
    let turn = store::turn(&store, &deployment, &args.beside).await?;
    let operator = store::operator();
    let migration = store.begin_keeping(&deployment, &args.plan, &operator, &keep).await?;
    drop(turn);
    let done = perform::run(&deployment, &store, &migration, &work, app).await?;
    let applied =
        Applied { plan, apply: Some(done.apply), verify: done.verify, beside: done.beside };
    app.output.emit(&applied)?;
    perform::conclude(applied.apply.as_ref(), applied.verify.as_ref(), done.trouble, app)
}

/// Shows the sum of a plan to whoever is asked about it.
fn show(plan: &Sealed, rate: Option<NonZeroU32>) {
    let keys = plan.renames();
    let time = plan.estimate().map(|time| estimate(at_rate(time, keys, rate), rate));
    let time = time.map(|time| format!(" to rename, {time}")).unwrap_or_default();
    say(format_args!("plan {}: {}{time}", plan.id(), Count(keys, "key")));
    let mut rules = plan.rules();
    if rules.len() > SHOWN {
        rules.sort_by_key(|(_, renames)| Reverse(*renames));
    }
    for (rule, renames) in rules.iter().take(SHOWN) {
        say(format_args!("  {}: {}", Rule(rule), Count(*renames, "key")));
    }
    if let Some(more @ 1..) = rules.len().checked_sub(SHOWN) {
        say(format_args!("  … and {}", Count(more as u64, "more rule")));
    }
}
