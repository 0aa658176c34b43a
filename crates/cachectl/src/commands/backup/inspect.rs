//! `backup inspect`: what an RDB file holds.

use std::path::PathBuf;

use cachectl_core::{backup, vocabulary::outcome::Outcome};

use crate::{
    app::App,
    cli::{Format, KeyArgs},
    error::CliError,
};

/// Show what is in an RDB file, without a server
///
/// Any RDB file of any server: a backup, a snapshot that a server saved, the export of a hosted
/// one, compressed by zstd or not. All of it is read and its checksum is compared, so that a file
/// which passes can be restored.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The file
    #[arg(value_name = "FILE.rdb")]
    file: PathBuf,
    /// How to print the report [default: human]
    // The command above has taken `-o` for its file, and here it means the format again.
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    _format: Option<Format>,
    #[command(flatten)]
    keys: KeyArgs,
}

const EXAMPLES: &str = "\
Examples:
  What is in last night's snapshot:
    cachectl backup inspect /var/lib/redis/dump.rdb
  How many bytes the sessions have, for a program:
    cachectl backup inspect dump.rdb --match 'session:*' -o json | jq .value_bytes";

pub(super) fn run(args: &Args, app: &App) -> Result<Outcome, CliError> {
    let selection = args.keys.selection();
    let contents = match backup::inspect(&args.file, &selection, &app.control()) {
        // There is nothing that could have been left behind.
        Err(backup::Error::Stopped) => return Err(app.stopped()),
        contents => contents?,
    };
    app.output.emit(&contents)?;
    Ok(contents.outcome)
}
