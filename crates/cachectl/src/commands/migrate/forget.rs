//! `migrate forget`: removing what is kept of a migration.

use cachectl_core::{
    migrate::{self, Store, report::ForgetReport},
    vocabulary::{error_kind::ErrorKind, outcome::Outcome},
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
    /// For servers that are gone, and for migrations whose files are damaged: these need `--yes` and
    /// the whole id. What a server knows of a migration expires by itself after 30 days, unless its
    /// last run was killed.
    #[arg(long)]
    files_only: bool,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    // No key is changed, so that a protected context asks no more than others.
    let consent = Consent { protected: None, ..app.consent(None) };
    if !args.dry_run {
        consent.check_early("migrate forget")?;
    }
    let store = store::open(app)?;
    let opened = store.open(Some(&args.id)).and_then(|it| it.status().map(|_| it));
    let migration = match opened {
        Err(error) if error.is_damage() || error.kind() == ErrorKind::Data => {
            return damaged(&args, &consent, &store, error, app);
        }
        opened => opened?,
    };
    let deployment = if args.files_only {
        None
    } else {
        Some(app.open().await.map_err(|error| CliError::Unforgotten(Box::new(error)))?)
    };
    let preview = migration.preview_forget(deployment.as_ref()).await?;
    agree(&args, &consent, &preview)?;
    if args.dry_run {
        return emit(&preview, app);
    }
    consent.obtain(&question(&preview), 0).await?;
    emit(&migration.forget(deployment.as_ref()).await?, app)
}

/// Refuses to forget what is half-way, unless that is insisted on, and shows what would go before
/// somebody is asked.
fn agree(args: &Args, consent: &Consent, preview: &ForgetReport) -> Result<(), CliError> {
    if preview.is_half_way() && !insists(args, consent, preview) {
        return Err(migrate::Error::NotForgotten { id: preview.migration.clone() }.into());
    }
    if !args.dry_run && consent.will_ask() {
        Output::show(preview);
    }
    Ok(())
}

fn insists(args: &Args, consent: &Consent, preview: &ForgetReport) -> bool {
    args.id == preview.migration && consent.given == Given::Yes
}

/// Forgets a migration whose files are damaged, if that is insisted on.
fn damaged(
    args: &Args,
    consent: &Consent,
    store: &Store,
    error: migrate::Error,
    app: &App,
) -> Result<Outcome, CliError> {
    let preview = store.preview_forget_damaged(&args.id)?;
    if !args.files_only || !insists(args, consent, &preview) {
        // What is damaged besides has advice of its own.
        return Err(if error.is_damage() {
            CliError::Unknown { id: preview.migration, source: Box::new(error) }
        } else {
            error.into()
        });
    }
    if args.dry_run {
        return emit(&preview, app);
    }
    emit(&store.forget_damaged(&args.id)?, app)
}

fn emit(report: &ForgetReport, app: &App) -> Result<Outcome, CliError> {
    app.output.emit(report)?;
    Ok(Outcome::Clean)
}

fn question(preview: &ForgetReport) -> String {
    format!("forget migration {}, so that it can never be rolled back?", preview.migration)
}
