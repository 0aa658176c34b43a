//! Copying keys into an RDB file, and looking into one.

mod inspect;
mod render;

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use cachectl_core::{
    backup::{self, Existing, Report},
    files::{self, private::PrivateDirectory},
    vocabulary::outcome::Outcome,
};
use clap::Subcommand;

use crate::{
    app::App,
    cli::{EmptyArgs, Format, GlobalArgs, KeyArgs, PaceArgs},
    error::CliError,
    hints, process,
    signals::Signals,
    target_file::{self, Taken, Unwritable},
};

/// Copy keys into an RDB file
///
/// The file is an ordinary RDB file: the server itself and newer ones of its family start from it,
/// and `cachectl restore` puts its keys into servers of any version. A name that ends in .zst has
/// it compressed. Values, expiry times and what the eviction knows of a key are in it; all primaries
/// of a cluster go into one file.
///
/// It is not a snapshot: keys were read one after another, and keys that are
/// created meanwhile may be missing. The file gets its name once it is whole and on disk; until
/// then, and after an interruption, there is none. Flags that select no key are refused, and a file
/// is not replaced by one without a key. Here `-o` is the file; the format of the report is chosen
/// by `--output`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = EXAMPLES,
    subcommand_negates_reqs = true,
    subcommand_value_name = "STEP",
    subcommand_help_heading = "Steps"
)]
pub(crate) struct Args {
    /// Where to write the keys; only its owner may read it. `-` is standard output
    #[arg(short = 'o', long = "out", value_name = "FILE.rdb", required = true)]
    out: Option<PathBuf>,
    /// Replace the file if there is one, once the new one is whole
    #[arg(long)]
    force: bool,
    /// How to print the report [default: human]
    // The same id as the global option, which therefore leaves `-o` to this command.
    #[arg(id = "output", long = "output", value_name = "FORMAT", help_heading = "Output")]
    _format: Option<Format>,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    empty: EmptyArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(subcommand)]
    step: Option<Step>,
}

const EXAMPLES: &str = "\
Examples:
  All keys, compressed:
    cachectl backup -o keys.rdb.zst
  Only what the next release is going to touch:
    cachectl backup --match 'session:*' --match 'cart:*' --type hash -o sessions.rdb
  Gently, replacing the backup of yesterday once this one is whole:
    cachectl -C prod backup -o nightly.rdb.zst --force --rate 20000 --max-latency 2ms
  Through a pipe, once it is whole, with the report on stderr:
    cachectl backup -o - | ssh vault 'cat > keys.rdb'
  What is in it, and in any other RDB file:
    cachectl backup inspect keys.rdb.zst
  Back into a server:
    cachectl restore keys.rdb.zst --dry-run";

/// What stands for standard output in place of a file.
const STDOUT: &str = "-";

const EXAMPLE: &str = "cachectl backup inspect keys.rdb --match 'user:*'";

/// What else can be done about backups.
#[derive(Debug, Subcommand)]
enum Step {
    Inspect(inspect::Args),
}

/// Backs up, or looks into a file.
pub(crate) async fn run(
    args: Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Outcome, CliError> {
    global.console.refuse_lines()?;
    match (&args.step, &args.out) {
        (None, Some(out)) => copy(&args, out.clone(), &App::new(global, signals)?).await,
        (Some(Step::Inspect(step)), None) if args.is_bare() => {
            inspect::run(step, &App::new(global, signals)?)
        }
        (Some(_) | None, _) => Err(CliError::MisplacedFlags { example: EXAMPLE }),
    }
}

impl Args {
    fn is_bare(&self) -> bool {
        !self.force && self.empty.is_empty() && self.keys.is_empty() && self.pace.is_empty()
    }
}

async fn copy(args: &Args, path: PathBuf, app: &App) -> Result<Outcome, CliError> {
    let taken = Taken::by_force(args.force);
    if path.as_os_str() == STDOUT {
        return send(args, app).await;
    }
    target_file::check(&path, taken)?;
    let report = back_up(args, path, taken.into(), app).await?;
    app.output.emit(&report)?;
    warn(&report, app);
    if report.counts.keys > 0 {
        let database = args.keys.database_to_name(&app.settings);
        app.advise(&[hints::after_backup(&report.path, database, &app.situation)]);
    }
    Ok(report.outcome)
}

async fn back_up(
    args: &Args,
    path: PathBuf,
    existing: Existing,
    app: &App,
) -> Result<Report, CliError> {
    let options = backup::Options {
        path,
        existing,
        selection: args.keys.selection(),
        if_unfit: args.empty.if_unfit(),
        pacing: args.pace.pacing(),
    };
    let deployment = app.open().await?;
    Ok(backup::run(&deployment, &options, &app.control()).await?)
}

/// Writes to standard output, once the file is whole: whoever reads it gets all of it or nothing.
async fn send(args: &Args, app: &App) -> Result<Outcome, CliError> {
    let mut stdout = io::stdout();
    if stdout.is_terminal() {
        return Err(Unwritable::Terminal.into());
    }
    if process::is_output_closed() {
        return Err(Unwritable::Closed.into());
    }
    // Nobody else may put something in its place, and on every way out of here it is gone.
    let temporary = std::env::temp_dir();
    let directory = PrivateDirectory::inside(&temporary)
        .map_err(|source| Unwritable::Temporary { path: temporary, source })?;
    let place = directory.path().join("output.rdb");
    let report = back_up(args, place.clone(), Existing::Keep, app).await?;
    let sent = files::open(&place).and_then(|mut file| {
        drop(directory);
        io::copy(&mut file, &mut stdout)?;
        stdout.flush()
    });
    sent.map_err(CliError::Stdout)?;
    let report = Report { path: PathBuf::from(STDOUT), ..report };
    app.output.emit_beside(&report)?;
    warn(&report, app);
    Ok(report.outcome)
}

fn warn(report: &Report, app: &App) {
    for part in &report.counts.unfit {
        app.output.warn(part);
    }
    if report.counts.keys == 0 {
        app.output.warn("the backup has no key");
    }
}
