//! The commands, each in a file of its name.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod restore;

use cachectl_core::vocabulary::outcome::Outcome;
use clap::Subcommand;

use crate::{cli::GlobalArgs, error::CliError, signals::Signals};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(visible_alias = "migrate-keys")]
    Migrate(Box<migrate::Args>),
    Backup(Box<backup::Args>),
    Restore(Box<restore::Args>),
    Diff(Box<diff::Args>),
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
            Self::Backup(args) => Box::pin(backup::run(*args, global, signals)).await,
            Self::Restore(args) => Box::pin(restore::run(*args, global, signals)).await,
            Self::Diff(args) => Box::pin(diff::run(*args, global, signals)).await,
            Self::Config(args) => config::run(args, global),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
        }
    }
}
