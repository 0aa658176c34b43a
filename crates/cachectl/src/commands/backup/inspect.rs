//! `backup inspect`: what an RDB file holds.

use std::path::PathBuf;

use cachectl_core::{backup, vocabulary::outcome::Outcome};

use crate::{
    app::App,
    cli::{FileArgs, Format, KeyArgs},
    error::CliError,
    hints,
    signals::while_reading,
};

/// Show what is in an RDB file, without a server
///
/// Any RDB file of any server: a backup, a snapshot that a server saved, the export of a hosted
/// one, compressed by zstd, gzip or Valkey, or not at all. All of it is read and its checksum is
/// compared, so that a file which passes can be restored. The directory or the manifest of a
/// `BACKUP` of Redis 8.10 stands for its base; its increments are named, and not replayed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The file; `-` is standard input
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
    #[command(flatten)]
    reading: FileArgs,
}

const EXAMPLES: &str = "\
Examples:
  What is in last night's snapshot:
    cachectl backup inspect /var/lib/redis/dump.rdb
  A dump that somebody sends:
    ssh cache1 cat /var/lib/redis/dump.rdb | cachectl backup inspect -
  How many bytes the sessions have, for a program:
    cachectl backup inspect dump.rdb --match 'session:*' -o json | jq .value_bytes";

pub(super) fn run(args: &Args, app: &App) -> Result<Outcome, CliError> {
    let selection = args.keys.selection();
    let source = args.reading.open(&args.file).map_err(backup::Error::from)?;
    let (workspace, control) = (std::env::temp_dir(), app.control());
    let read = || backup::inspect(source, &selection, &workspace, &control);
    let contents = match while_reading(read) {
        // There is nothing that could have been left behind.
        Err(backup::Error::Stopped) => return Err(app.stopped()),
        contents => contents?,
    };
    app.output.emit(&contents)?;
    app.advise(&hints::after_inspecting(&contents));
    Ok(contents.outcome)
}
