//! The commands, each in a file of its name.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod man;
pub(crate) mod migrate;

use cachectl_core::vocabulary::outcome::Outcome;
use clap::Subcommand;

use crate::{cli::GlobalArgs, error::CliError, signals::Signals};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(visible_alias = "migrate-keys")]
    Migrate(Box<migrate::Args>),
    Config(config::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Does what was asked for.
    pub(crate) async fn run(
        self,
        global: &GlobalArgs,
        signals: &Signals,
    ) -> Result<Outcome, CliError> {
        match self {
            Self::Migrate(args) => Box::pin(migrate::run(*args, global, signals)).await,
            Self::Config(args) => config::run(args, global),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
        }
    }
}
