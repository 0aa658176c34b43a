//! The configuration: what holds, whether a file is good, and a file to start from.

mod check;
mod init;
mod show;

use cachectl_core::vocabulary::outcome::Outcome;
use clap::Subcommand;

use crate::{cli::GlobalArgs, error::CliError};

/// Show, check or begin the configuration
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    Show(show::Args),
    Check(check::Args),
    Init(init::Args),
}

pub(crate) fn run(args: Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    match args.step {
        Step::Show(args) => show::run(&args, global),
        Step::Check(args) => check::run(&args, global),
        Step::Init(args) => init::run(&args, global),
    }
}
