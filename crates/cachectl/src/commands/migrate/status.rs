//! `migrate status` and `migrate list`: where migrations stand, from the state directory alone.

use cachectl_core::{migrate::report::StatusReport, vocabulary::outcome::Outcome};
use serde::Serialize;

use super::{flags::IdArgs, store};
use crate::{app::App, cli::Format, error::CliError, output::Output};

/// Tell where a migration stands
///
/// Asks no server, and works while the migration runs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
}

/// List the migrations of the state directory, oldest first
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {}

/// Where a migration stands.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Status(pub(super) StatusReport);

/// Where all of them stand.
#[derive(Debug, Serialize)]
pub(super) struct List {
    pub(super) migrations: Vec<StatusReport>,
}

pub(super) fn run(args: &Args, app: &App) -> Result<Outcome, CliError> {
    let report = store::open(app)?.status(args.which.id.as_deref())?;
    app.output.emit(&Status(report))?;
    Ok(Outcome::Clean)
}

pub(super) fn list(_: &ListArgs, app: &App) -> Result<Outcome, CliError> {
    let migrations = store::open(app)?.list()?;
    if app.output.format() == Format::Jsonl {
        let lines: Vec<Status> = migrations.into_iter().map(Status).collect();
        Output::emit_lines(&lines)?;
    } else {
        app.output.emit(&List { migrations })?;
    }
    Ok(Outcome::Clean)
}
