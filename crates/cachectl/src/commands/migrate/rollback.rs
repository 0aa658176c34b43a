//! `migrate rollback`: giving the keys their old names back.

use cachectl_core::{
    migrate::{
        self, Operator, RunSettings, VanishedReport,
        report::{ApplyReport, Direction, Neighbour},
        store::Step,
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{GuardArgs, IdArgs, LossArgs, VerifyArgs},
    options, perform, preview,
    status::Status,
    store::{self, Found},
};
use crate::{
    app::App,
    cli::PaceArgs,
    error::CliError,
    hints,
    output::{Output, count::Count, words::place},
    signals::Unfinished,
};

/// Give the keys of a migration their old names back
///
/// In reverse order, with the same care: it asks first, can be stopped at any moment, and carries
/// on when it is run again. It goes at the pace of the migration, unless flags say otherwise. Keys
/// that expired or were deleted since do not come back.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
    /// Put keys back besides that are not there any more, from the backup of the migration
    ///
    /// Keys that expired by their own time to live do not come back, but those that were deleted,
    /// evicted or overwritten do, with the values that they had before the migration. It needs
    /// `--backup` of then.
    #[arg(long)]
    from_backup: bool,
    /// Show what would be done, and do nothing
    ///
    /// It counts what the journal knows and the servers have not lost since, and refuses what the
    /// rollback itself would refuse.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    guard: GuardArgs,
    #[command(flatten)]
    loss: LossArgs,
}

/// How rolling back came out.
#[derive(Debug, Serialize)]
pub(super) struct RolledBack {
    pub(super) rollback: ApplyReport,
    /// `None` if it was not asked for, or did not come to that.
    pub(super) from_backup: Option<VanishedReport>,
    /// Other migrations that are half-way on the same servers.
    pub(super) half_way: Vec<Neighbour>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.guard.expect);
    if !args.dry_run {
        consent.check_early("migrate rollback")?;
    }
    let store = store::open(app)?;
    let found = store::find(Step::Rollback, args.which.id.as_deref(), &store, app).await?;
    let Found { deployment, migration, .. } = &found;
    if args.from_backup {
        // Before anything is renamed back: what is missing would not come back afterwards.
        migration.backup()?;
    }
    let preview = migrate::preview_rollback(deployment, migration, args.loss.said()).await?;
    let keys = preview.accounts.left;
    let half_way = found.half_way();
    if args.dry_run {
        return preview::show(preview, half_way, args.guard.expect, app);
    }
    let consent = app.guard(consent, deployment, "migrate rollback").await?;
    if consent.will_ask() {
        Output::show(&Status { report: migration.status()?, half_way: None });
    }
    let question =
        format!("give {} on {} the old name back?", Count(keys, "key"), place(deployment));
    consent.obtain(&question, keys).await?;
    let report = perform(&args, &found, half_way, app).await?;
    let vanished = report.from_backup.as_ref().map_or(Outcome::Clean, |report| report.outcome);
    let outcome = report.rollback.outcome.and(vanished);
    let is_over = !matches!(outcome, Outcome::Incomplete | Outcome::Interrupted);
    if args.from_backup && !is_over {
        app.advise(&hints::putting_back(migration.id(), &app.situation));
    } else {
        app.advise(&hints::after_renaming(&report.rollback, &app.situation));
    }
    store::mention(&report.half_way, app);
    Ok(outcome)
}

/// Rolls back, restores what is asked for, and prints how it came out.
async fn perform(
    args: &Args,
    found: &Found,
    half_way: Vec<Neighbour>,
    app: &App,
) -> Result<RolledBack, CliError> {
    let Found { deployment, migration, .. } = found;
    let settings = settings(args, migration.settings()?, app);
    migration.remember(&settings)?;
    perform::half_way(migration, Direction::Back, app);
    let control = app.control();
    let pacing = settings.pacing;
    let rollback = match args.loss.said() {
        Operator::Silent => migrate::rollback(deployment, migration, pacing, &control).await?,
        Operator::LostEverything => {
            migrate::rollback_after_loss(deployment, migration, pacing, &control).await?
        }
    };
    let mut report = RolledBack { rollback, from_backup: None, half_way };
    let mut trouble = None;
    if args.from_backup && matches!(report.rollback.outcome, Outcome::Clean | Outcome::Findings) {
        app.signals.would_leave(Unfinished {
            state: format!(
                "the keys of migration `{}` have their old names, and not all of them are put back",
                migration.id()
            ),
            hints: hints::putting_back(migration.id(), &app.situation),
        });
        match migrate::restore_vanished(deployment, migration, &control).await {
            Ok(vanished) => report.from_backup = Some(vanished),
            // The keys have their old names, and the report of that must not be lost.
            Err(error) => trouble = Some(CliError::from(error)),
        }
    }
    app.output.emit(&report)?;
    trouble.map_or(Ok(report), Err)
}

fn settings(args: &Args, before: Option<RunSettings>, app: &App) -> RunSettings {
    options::resumed((&args.pace, &VerifyArgs { level: None }), before, &app.settings.migrate)
}
