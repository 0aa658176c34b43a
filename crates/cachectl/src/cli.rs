//! The command line: what may be typed.

mod connection;
mod console;

use clap::{Args, Parser};

pub(crate) use self::{
    connection::ConnectionArgs,
    console::{ColorChoice, ConsoleArgs, Format, ProgressStyle},
};
use crate::commands::Command;

/// Look after the keys of Redis and Valkey caches, safely
///
/// Renames millions of keys on a live server: shows first what it would do, survives being stopped
/// at any moment, verifies itself, and can be rolled back.
///
/// Global options may stand before or after the command. Each of them can also be set by an
/// environment variable, and most by a context in cachectl.yaml: `cachectl config show` prints
/// what holds here, and who says so.
#[derive(Debug, Parser)]
#[command(name = "cachectl", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 good, 1 the answer is bad, 64 usage, 65 bad input data, 69 unreachable, 70 internal,
73 cannot write, 75 incomplete (run again to resume), 77 refused, 78 configuration,
130/143 interrupted or terminated after draining.";

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) console: ConsoleArgs,
}
