//! Putting the keys of an RDB file back.

mod render;

use std::path::PathBuf;

use cachectl_core::{
    restore::{self, CheckValues, Functions, OnConflict, Options, Preview, Report, Ttl},
    server::deployment::Deployment,
    steps::rdb_file::{Ending, RdbFile},
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use crate::{
    app::App,
    cli::{EmptyArgs, FileArgs, GlobalArgs, KeyArgs, MapArgs, PaceArgs},
    confirm::Consent,
    error::CliError,
    hints,
    output::{
        Output,
        count::{Count, Number},
        words::in_databases,
    },
    parse,
    signals::Signals,
};

/// Put the keys of an RDB file back, into any version of server
///
/// The file can be a backup, a snapshot that a server saved, or the export of a hosted one, of
/// Redis or Valkey, older or newer than the server, compressed by zstd or gzip or not. Each value takes
/// the first road that leads to the server: restored as it is, restored under the version of the
/// format that the server reads, or rewritten in ordinary commands.
///
/// Reads the whole file first and asks which names are taken, without writing anything; shows what
/// it found, and asks; `--yes` skips the question, `--dry-run` stops there. No key is replaced
/// unless `--on-conflict replace` asks for it. A glob, a database or a rule that fits no key of the
/// file is refused. Run again with `--on-conflict skip`, it does what an earlier run has left.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The file; `-` is standard input, which is kept in a temporary file
    #[arg(value_name = "FILE.rdb")]
    file: PathBuf,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    map: MapArgs,
    /// Put all keys into this database [default: the one that each was in]
    #[arg(long, value_name = "N", value_parser = parse::database, help_heading = "Keys")]
    into_db: Option<i64>,
    /// What to do where a name is taken [default: abort]
    ///
    /// abort: restore nothing, exit 77. skip: leave the key on the server alone. replace: the key
    /// on the server is lost.
    #[arg(
        long,
        value_name = "POLICY",
        value_parser = parse::on_taken,
        help_heading = "Safety"
    )]
    on_conflict: Option<OnConflict>,
    /// What to do about times to live [default: keep]
    ///
    /// keep: keys expire when they would have, and those whose time is over are not created. drop:
    /// no key expires. shift: keys have as much time left as when the file was written.
    #[arg(long, value_name = "POLICY", value_parser = parse::ttl, help_heading = "Keys")]
    ttl: Option<Ttl>,
    /// Load the libraries of functions in the file as well, on every primary
    ///
    /// Without it they are left out, and the report says so. Where a library of the name is there,
    /// it is as --on-conflict says: abort refuses, skip leaves it, replace loads ours in its place.
    #[arg(long, help_heading = "Keys")]
    functions: bool,
    /// Decode every value before it is sent, and leave out those that are damaged
    ///
    /// Always done with a file that has no checksum, because a server may crash over damaged bytes.
    /// Values of modules cannot be decoded, and are left out, too.
    #[arg(long, help_heading = "Safety")]
    check_values: bool,
    /// Show what would be restored, and write nothing to any server
    #[arg(long, help_heading = "Safety")]
    dry_run: bool,
    /// Refuse, with exit 77, unless exactly this many keys are to be restored
    ///
    /// A protected context wants it together with --yes.
    #[arg(long, value_name = "N", help_heading = "Safety")]
    expect: Option<u64>,
    #[command(flatten)]
    empty: EmptyArgs,
    #[command(flatten)]
    reading: FileArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

const EXAMPLES: &str = "\
Examples:
  See what would happen, and change nothing:
    cachectl restore keys.rdb --dry-run
  Only what is missing, of some keys:
    cachectl restore keys.rdb --match 'session:*' --on-conflict skip
  Beside what is there, to compare:
    cachectl restore dump.rdb --match 'user:*' --map 'user:* => restored:user:*'
  Yesterday's cache, with the time to live that each key had then:
    cachectl restore dump.rdb --ttl shift
  Carry on after an interruption:
    cachectl restore keys.rdb --on-conflict skip
  From a job without a terminal:
    cachectl -C prod restore keys.rdb.zst --yes --expect 48210";

/// How a restore came out.
#[derive(Debug, Serialize)]
struct Restored {
    preview: Preview,
    /// `None` if there was nothing to restore, or it is refused.
    restore: Option<Report>,
}

/// Checks, shows, asks and restores.
pub(crate) async fn run(
    args: Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Outcome, CliError> {
    global.console.refuse_lines()?;
    let app = App::new(&elsewhere(global), signals)?;
    let file = args.reading.file(&args.file).map_err(restore::Error::from)?;
    // That there is such a file is found out before a server is bothered.
    drop(file.open().map_err(restore::Error::from)?);
    let options = args.options(file, &app)?;
    if args.dry_run {
        preview(&args, &options, &app).await
    } else {
        apply(&args, &options, &app).await
    }
}

/// Returns the global flags without the database, which is one of the file here: the server need not
/// have it.
fn elsewhere(global: &GlobalArgs) -> GlobalArgs {
    let mut global = global.clone();
    global.connection.db = None;
    global
}

impl Args {
    fn options(&self, file: RdbFile, app: &App) -> Result<Options, CliError> {
        let selection = self.keys.selection();
        let named = app.settings.connection.db.as_ref().map_or(0, |db| db.value);
        if named != 0 && selection.databases.is_empty() && self.into_db.is_none() {
            return Err(CliError::WhichDatabase { named });
        }
        Ok(Options {
            file,
            selection,
            rules: self.map.rules()?,
            into: self.into_db.and_then(|number| u64::try_from(number).ok()),
            on_conflict: self.on_conflict.unwrap_or_default(),
            if_unfit: self.empty.if_unfit(),
            ttl: self.ttl.unwrap_or_default(),
            functions: if self.functions { Functions::Load } else { Functions::default() },
            check_values: if self.check_values { CheckValues::All } else { CheckValues::default() },
            pacing: self.pace.pacing(),
        })
    }
}

async fn preview(args: &Args, options: &Options, app: &App) -> Result<Outcome, CliError> {
    let deployment = app.open().await?;
    let preview = check(&deployment, options, app).await?;
    app.output.emit(&preview)?;
    refuse(&preview)?;
    Consent::compare(args.expect, preview.restores)?;
    Ok(preview.outcome)
}

async fn apply(args: &Args, options: &Options, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.expect);
    consent.check_early("restore")?;
    let deployment = app.open().await?;
    deployment.writable()?;
    let consent = app.guard(consent, &deployment, "restore").await?;
    let preview = check(&deployment, options, app).await?;
    let nothing = preview.restores == 0 && preview.libraries.is_empty();
    if !preview.refusals.is_empty() || nothing {
        let restored = Restored { preview, restore: None };
        app.output.emit(&restored)?;
        refuse(&restored.preview)?;
        Consent::compare(args.expect, restored.preview.restores)?;
        return Ok(restored.preview.outcome);
    }
    show(&preview, app, consent.will_ask());
    consent.obtain(&question(&preview), preview.restores).await?;
    let report = match restore::run(&deployment, options, &preview, &app.control()).await {
        Err(restore::Error::Stopped) => return Err(app.stopped()),
        report => report?,
    };
    let restored = Restored { preview, restore: Some(report) };
    app.output.emit(&restored)?;
    let Some(report) = &restored.restore else {
        return Ok(Outcome::Clean);
    };
    app.advise(&hints::after_restoring(report, &app.situation));
    Ok(report.outcome)
}

async fn check(deployment: &Deployment, options: &Options, app: &App) -> Result<Preview, CliError> {
    let workspace = std::env::temp_dir();
    let control = app.control();
    let checking = Box::pin(restore::check(deployment, options, &workspace, &control));
    match checking.await {
        // Nothing was changed, and nothing could have been left behind.
        Err(restore::Error::Stopped) if app.signals.received().is_some() => Err(app.stopped()),
        preview => {
            let preview = preview?;
            warn(&preview.ending, app);
            Ok(preview)
        }
    }
}

/// Says what of the file is not restored, whatever the format of the report.
fn warn(ending: &Ending, app: &App) {
    if let Some(unread) = &ending.unread {
        app.output.warn(format_args!("the rest of the file is left out: {unread}"));
    }
    if let Some(trailing) = &ending.trailing {
        app.output.warn(format_args!("{trailing}, and are left out"));
    }
    if !ending.increments.is_empty() {
        let increments = ending.increments.join(", ");
        app.output.warn(format_args!("increments are not replayed: {increments}"));
    }
}

/// A restore that cannot be run is an error, after its report.
fn refuse(preview: &Preview) -> Result<(), CliError> {
    match preview.refusals.first() {
        None => Ok(()),
        Some(refusal) => Err(restore::Error::Refused { refusal: refusal.clone() }.into()),
    }
}

/// Shows all of a preview to whoever is asked about it, and the sum of it to whoever is not.
fn show(preview: &Preview, app: &App, will_ask: bool) {
    if will_ask {
        Output::show(preview);
        return;
    }
    app.output.note(format_args!(
        "{} of {} in {} to restore{}",
        Number(preview.restores),
        Count(preview.entries, "key"),
        preview.path.display(),
        render::left_alone(preview)
    ));
    if let Some(memory) = render::memory_needed(preview) {
        app.output.note(format_args!("memory: {memory}"));
    }
    for part in &preview.unfit {
        app.output.warn(part);
    }
}

fn question(preview: &Preview) -> String {
    let keys = Count(preview.restores, "key");
    let servers = preview.servers.iter().map(|server| &server.endpoint);
    let libraries = match preview.libraries.len() {
        0 => String::new(),
        1 => " and 1 library of functions".to_owned(),
        libraries => format!(" and {libraries} libraries of functions"),
    };
    format!("restore {keys}{libraries} to {}?", in_databases(servers, &preview.databases))
}
