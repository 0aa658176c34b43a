//! `migrate plan`: a plan on disk, to be reviewed and applied later.

use std::{num::NonZeroU32, path::PathBuf};

use cachectl_core::{migrate, vocabulary::outcome::Outcome};

use super::{
    flags::{BesideArgs, GuardArgs, RuleArgs},
    options::Asked,
    store,
};
use crate::{
    app::App,
    cli::Format,
    confirm::Consent,
    error::CliError,
    hints, parse,
    target_file::{self, Taken},
};

/// Write a plan to a file, and change nothing on any server
///
/// The plan names every key, and is sealed: `migrate apply` notices if a byte of it is changed. It
/// is only good for the servers it was made for, and until they are restarted. Here `-o` is the
/// plan; the format of the report is chosen by `--output`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to write the plan; the file must not exist
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    out: PathBuf,
    /// How to print the report [default: human]
    // The same id as the global option, which therefore leaves `-o` to this step.
    #[arg(id = "output", long = "output", value_name = "FORMAT", help_heading = "Output")]
    _format: Option<Format>,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    guard: GuardArgs,
    /// Estimate the time for at most this many keys a second, which `migrate apply` is then told
    #[arg(long, value_name = "N", value_parser = parse::rate, help_heading = "Pace")]
    rate: Option<NonZeroU32>,
    #[command(flatten)]
    beside: BesideArgs,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let asked = Asked::new(&args.rules, &app.settings.migrate)?;
    target_file::check(&args.out, Taken::Refuse)?;
    let deployment = app.open().await?;
    // Without a place for them there are no migrations, and a plan needs none.
    if let Ok(store) = store::open(app) {
        store::admit(&store, &deployment, &args.beside, app)?;
    }
    let report = migrate::plan(&deployment, &asked.options, &args.out, &app.control()).await;
    if let Some(signal) = app.signals.received() {
        return Err(CliError::Stopped(signal));
    }
    let asked_rate = args.rate.or(asked.file.rate);
    let report = report?.at_rate(asked_rate.or(app.settings.migrate.rate));
    app.output.emit(&report)?;
    if !report.refusals.is_empty() {
        return Err(migrate::Error::Refused(Box::new(report)).into());
    }
    Consent::compare(args.guard.expect.or(asked.file.expect), report.totals.renames)?;
    app.advise(&[hints::after_planning(&args.out, asked_rate, &app.situation)]);
    Ok(Outcome::Clean)
}
