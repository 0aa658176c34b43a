//! `migrate verify`: comparing the servers with a migration.

use cachectl_core::{
    migrate::{self, options::Level},
    vocabulary::outcome::Outcome,
};

use super::{flags::IdArgs, store};
use crate::{app::App, error::CliError, parse};

/// Compare the keys of a migration with its plan
///
/// Changes nothing. Exit 1 if a key is not as it should be.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
    /// How much to verify: 0 the accounts, 1 every key, 2 and a sample of the values, 3 and all
    /// values [default: 1]
    ///
    /// Values are compared with those that were kept when the migration began: 2 needs `--backup`
    /// or `--verify=2` of then, 3 needs `--backup`.
    #[arg(long, value_name = "LEVEL", value_parser = parse::level)]
    level: Option<Level>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let migration = store::open(app)?.open(args.which.id.as_deref())?;
    let deployment = app.open().await?;
    let level = args.level.unwrap_or_default();
    let report = migrate::verify(&deployment, &migration, level, &app.control()).await?;
    app.output.emit(&report)?;
    Ok(report.outcome)
}
