//! `migrate rollback`: giving the keys their old names back.

use cachectl_core::{
    migrate::{self, VanishedReport, report::ApplyReport},
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{GuardArgs, IdArgs},
    options,
    status::Status,
    store,
};
use crate::{
    app::App,
    cli::PaceArgs,
    error::CliError,
    hints,
    output::{Output, count::Count, words::place},
};

/// Give the keys of a migration their old names back
///
/// In reverse order, with the same care: it asks first, can be stopped at any moment, and carries
/// on when it is run again. Keys that expired or were deleted since do not come back.
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
    /// Show what would be done, from the journal alone, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    guard: GuardArgs,
}

/// What rolling back would do.
#[derive(Debug, Serialize)]
pub(super) struct Preview {
    pub(super) preview: ApplyReport,
}

/// How rolling back came out.
#[derive(Debug, Serialize)]
pub(super) struct RolledBack {
    pub(super) rollback: ApplyReport,
    /// `None` if it was not asked for, or did not come to that.
    pub(super) from_backup: Option<VanishedReport>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let store = store::open(app)?;
    let id = args.which.id.as_deref();
    let preview = migrate::preview_rollback(&store, id)?;
    if args.dry_run {
        app.output.emit(&Preview { preview })?;
        return Ok(Outcome::Clean);
    }
    let keys = preview.accounts.left;
    let consent = app.consent(args.guard.expect);
    consent.check_early("migrate rollback")?;
    let migration = store.open(id)?;
    if args.from_backup {
        // Before anything is renamed back: what is missing would not come back afterwards.
        migration.backup()?;
    }
    let deployment = app.open().await?;
    deployment.writable()?;
    if consent.will_ask() {
        Output::show(&Status(migration.status()?));
    }
    let question =
        format!("give {} on {} the old name back?", Count(keys, "key"), place(&deployment));
    consent.obtain(&question, keys).await?;
    let pacing = options::pacing(&args.pace, None, &app.settings.migrate);
    let rollback = migrate::rollback(&deployment, &migration, pacing, &app.control()).await?;
    let mut report = RolledBack { rollback, from_backup: None };
    let mut trouble = None;
    if args.from_backup && matches!(report.rollback.outcome, Outcome::Clean | Outcome::Findings) {
        match migrate::restore_vanished(&deployment, &migration, &app.control()).await {
            Ok(vanished) => report.from_backup = Some(vanished),
            // The keys have their old names, and the report of that must not be lost.
            Err(error) => trouble = Some(CliError::from(error)),
        }
    }
    app.output.emit(&report)?;
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    app.advise(&hints::after_renaming(&report.rollback, &app.situation));
    let vanished = report.from_backup.as_ref().map_or(Outcome::Clean, |report| report.outcome);
    Ok(report.rollback.outcome.and(vanished))
}
