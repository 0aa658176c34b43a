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

use crate::{
    cli::{GlobalArgs, Mentioned},
    error::CliError,
    exit::Ending,
    process,
    signals::Signals,
};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(visible_alias = "migrate-keys")]
    Migrate(Mentioned<migrate::Args>),
    Backup(Mentioned<backup::Args>),
    Restore(Mentioned<restore::Args>),
    Diff(Mentioned<diff::Args>),
    Health(Mentioned<health::Args>),
    Config(Mentioned<config::Args>),
    Completions(Mentioned<completions::Args>),
    Man(Mentioned<man::Args>),
}

/// On how many threads a command waits for servers and works on their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    /// For what is over in a moment: to start and to end other threads takes as long as all the
    /// rest. And for `migrate`: a server often has nothing to do until it is asked the next thing,
    /// and would wait while its answer is handed from thread to thread.
    One,
    /// For what has much to do with each answer.
    Several,
}

impl Command {
    /// Returns on how many threads it is to run.
    pub(crate) fn threads(&self) -> Threads {
        match self {
            // Signals are heard of while its input is waited for.
            Self::Migrate(_) if process::has_input() => Threads::Several,
            Self::Migrate(_)
            | Self::Health(_)
            | Self::Config(_)
            | Self::Completions(_)
            | Self::Man(_) => Threads::One,
            Self::Backup(_) | Self::Restore(_) | Self::Diff(_) => Threads::Several,
        }
    }

    /// Does what was asked for.
    pub(crate) async fn run(
        self,
        global: &GlobalArgs,
        signals: &Signals,
    ) -> Result<Ending, CliError> {
        let outcome = match self {
            Self::Migrate(Mentioned(args)) => Box::pin(migrate::run(*args, global, signals)).await,
            Self::Backup(Mentioned(args)) => Box::pin(backup::run(*args, global, signals)).await,
            Self::Restore(Mentioned(args)) => Box::pin(restore::run(*args, global, signals)).await,
            Self::Diff(Mentioned(args)) => Box::pin(diff::run(*args, global, signals)).await,
            Self::Health(Mentioned(args)) => {
                return Box::pin(health::run(*args, global, signals)).await;
            }
            Self::Config(Mentioned(args)) => config::run(*args, global),
            Self::Completions(Mentioned(args)) => completions::run(&args),
            Self::Man(Mentioned(args)) => man::run(&args),
        };
        outcome.map(Ending::Finished)
    }
}
