//! `migrate verify`: comparing the servers with a migration.

use cachectl_core::{
    migrate::{self, options::Level, store::Step},
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
    /// How much to verify: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values
    /// [default: 1]
    ///
    /// Values are compared with those that were kept when the migration began: 2 needs `--backup`
    /// or `--verify=2` of then, 3 needs `--backup`.
    #[arg(long, value_name = "LEVEL", value_parser = parse::level)]
    level: Option<Level>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let store = store::open(app)?;
    let found = store::find(Step::Verify, args.which.id.as_deref(), &store, app).await?;
    let level = args.level.unwrap_or_default();
    let control = app.control();
    let report = migrate::verify(&found.deployment, &found.migration, level, &control).await?;
    app.output.emit(&report)?;
    store::mention(&found.half_way(), app);
    Ok(report.outcome)
}
