//! `migrate forget`: removing what is kept of a migration.

use cachectl_core::{
    migrate::{self, report::ForgetReport},
    vocabulary::outcome::Outcome,
};

use super::store;
use crate::{
    app::App,
    confirm::{Consent, Given},
    error::CliError,
    output::Output,
};

/// Remove what is kept of a migration that is over
///
/// Its plan, its journal and the values that are kept beside them go, so that it cannot be
/// resumed, verified or rolled back any more. No key is changed. It asks first; `--yes` skips the
/// question. One that is half-way is only forgotten with `--yes` and its whole id.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The migration, as `migrate list` shows it
    #[arg(value_name = "ID")]
    id: String,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Ask no server, and remove the files alone
    ///
    /// For servers that are gone. What a server knows of a migration expires by itself after 30
    /// days.
    #[arg(long)]
    files_only: bool,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    // No key is changed, so that a protected context asks no more than others.
    let consent = Consent { protected: None, ..app.consent(None) };
    if !args.dry_run {
        consent.check_early("migrate forget")?;
    }
    let migration = store::open(app)?.open(Some(&args.id))?;
    let deployment = if args.files_only {
        None
    } else {
        Some(app.open().await.map_err(|error| CliError::Unforgotten(Box::new(error)))?)
    };
    let preview = migration.preview_forget(deployment.as_ref())?;
    let insists = args.id == preview.migration && consent.given == Given::Yes;
    if preview.is_half_way() && !insists {
        return Err(migrate::Error::NotForgotten { id: preview.migration }.into());
    }
    if args.dry_run {
        app.output.emit(&preview)?;
        return Ok(Outcome::Clean);
    }
    if consent.will_ask() {
        Output::show(&preview);
    }
    consent.obtain(&question(&preview), 0).await?;
    let report = migration.forget(deployment.as_ref()).await?;
    app.output.emit(&report)?;
    Ok(Outcome::Clean)
}

fn question(preview: &ForgetReport) -> String {
    format!("forget migration {}, so that it can never be rolled back?", preview.migration)
}
