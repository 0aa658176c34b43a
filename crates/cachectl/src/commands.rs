//! The commands, each in a file of its name.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod health;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod restore;

use clap::Subcommand;

use crate::{cli::GlobalArgs, error::CliError, exit::Ending, signals::Signals};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(visible_alias = "migrate-keys")]
    Migrate(Box<migrate::Args>),
    Backup(Box<backup::Args>),
    Restore(Box<restore::Args>),
    Diff(Box<diff::Args>),
    Health(Box<health::Args>),
    Config(config::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It is over in a moment, or waits most of the time.
    Light,
    /// It keeps servers and disks busy.
    Heavy,
}

impl Command {
    /// Returns how much there is to do.
    pub(crate) fn weight(&self) -> Weight {
        match self {
            Self::Health(_) | Self::Config(_) | Self::Completions(_) | Self::Man(_) => {
                Weight::Light
            }
            Self::Migrate(_) | Self::Backup(_) | Self::Restore(_) | Self::Diff(_) => Weight::Heavy,
        }
    }

    /// Does what was asked for.
    pub(crate) async fn run(
        self,
        global: &GlobalArgs,
        signals: &Signals,
    ) -> Result<Ending, CliError> {
        let outcome = match self {
            Self::Migrate(args) => Box::pin(migrate::run(*args, global, signals)).await,
            Self::Backup(args) => Box::pin(backup::run(*args, global, signals)).await,
            Self::Restore(args) => Box::pin(restore::run(*args, global, signals)).await,
            Self::Diff(args) => Box::pin(diff::run(*args, global, signals)).await,
            Self::Health(args) => return Box::pin(health::run(*args, global, signals)).await,
            Self::Config(args) => config::run(args, global),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
        };
        outcome.map(Ending::Finished)
    }
}
