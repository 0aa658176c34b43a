//! The whole dry run on an RDB file, and renaming in a copy of it. No server is asked.

use std::path::{Path, PathBuf};

use cachectl_core::{
    migrate::{
        self, RenamedSnapshot, Slots, Snapshot,
        report::{PlanReport, RenameReport},
    },
    steps::rdb_file::{FileError, RdbFile},
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    store::{self, Draft},
    whole::{Request, refuse},
};
use crate::{
    app::App,
    cli::FileArgs,
    confirm::Consent,
    error::CliError,
    settings::{Settings, layer::Address},
    target_file::{self, Taken},
};

/// Which file to plan on, instead of servers.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Without a server")]
pub(super) struct SnapshotArgs {
    /// Show the plan for a server that has loaded this file, and ask no server
    ///
    /// Any RDB file, compressed by zstd or gzip or not; `-` is standard input. `--db` says which database of it is meant,
    /// `--cluster` that its keys have to keep their slots.
    #[arg(
        long,
        value_name = "FILE.rdb",
        conflicts_with_all = ["backup", "level", "rate", "batch", "max_latency", "beside"]
    )]
    pub(super) rdb: Option<PathBuf>,
    /// Write a copy of the file in which the keys are renamed; the copy must not exist
    #[arg(long, value_name = "FILE.rdb", requires = "rdb", conflicts_with = "dry_run")]
    pub(super) output_rdb: Option<PathBuf>,
    /// Take the RDB file alone, although something follows its end: commands of an AOF, another file
    #[arg(long, requires = "rdb")]
    pub(super) ignore_trailing: bool,
}

impl SnapshotArgs {
    /// Returns the file that is meant, if one is.
    pub(super) fn file(&self) -> Result<Option<RdbFile>, FileError> {
        let reading = FileArgs { ignore_trailing: self.ignore_trailing, until_unknown: false };
        self.rdb.as_deref().map(|path| reading.file(path)).transpose()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rdb.is_none() && self.output_rdb.is_none() && !self.ignore_trailing
    }
}

/// How renaming in a copy of a file came out.
#[derive(Debug, Serialize)]
pub(super) struct Renamed {
    pub(super) plan: PlanReport,
    /// `None` if the plan is refused.
    pub(super) rename: Option<RenameReport>,
}

/// Plans on the file `rdb`, and renames in a copy of it if there is to be one.
pub(super) async fn run(
    request: Request,
    (rdb, output): (&RdbFile, Option<&Path>),
    app: &App,
) -> Result<Outcome, CliError> {
    if let Some(output) = output {
        target_file::check(output, Taken::Refuse)?;
    }
    // That there is such a file is found out before anything is made ready for it.
    drop(rdb.open().map_err(migrate::Error::from)?);
    let snapshot = meant(rdb, &app.settings);
    let draft = Draft::new(&store::open(app)?)?;
    let workspace = draft.path().parent().unwrap_or(Path::new("."));
    match output {
        None => preview(&request, &snapshot, workspace, app).await,
        Some(output) => {
            let renamed = RenamedSnapshot::new(output);
            rename(&request, (&snapshot, &renamed), workspace, app).await
        }
    }
}

/// Returns which keys of the file are meant: those that a run on the servers would see.
fn meant(rdb: &RdbFile, settings: &Settings) -> Snapshot {
    let connection = &settings.connection;
    let db = connection.db.as_ref().map_or(0, |db| db.value);
    let is_cluster = connection.cluster.as_ref().is_some_and(|cluster| cluster.value)
        || matches!(settings.address.value, Address::Cluster(_));
    Snapshot {
        file: rdb.clone(),
        db: u64::try_from(db).unwrap_or_default(),
        slots: if is_cluster { Slots::Same } else { Slots::Any },
    }
}

async fn preview(
    request: &Request,
    snapshot: &Snapshot,
    workspace: &Path,
    app: &App,
) -> Result<Outcome, CliError> {
    let plan = plan(request, snapshot, workspace, app).await?;
    app.output.emit(&plan)?;
    let renames = plan.totals.renames;
    refuse(plan)?;
    Consent::compare(request.expected, renames)?;
    Ok(Outcome::Clean)
}

async fn plan(
    request: &Request,
    snapshot: &Snapshot,
    workspace: &Path,
    app: &App,
) -> Result<PlanReport, CliError> {
    let planning =
        migrate::plan_snapshot(snapshot, &request.options, workspace, &app.control()).await;
    match app.signals.received() {
        Some(signal) => Err(CliError::Stopped(signal)),
        None => Ok(planning?),
    }
}

async fn rename(
    request: &Request,
    (snapshot, renamed): (&Snapshot, &RenamedSnapshot),
    workspace: &Path,
    app: &App,
) -> Result<Outcome, CliError> {
    // What is expected is compared before anything is written, for which it is planned once more.
    if request.expected.is_some() {
        let plan = plan(request, snapshot, workspace, app).await?;
        if !plan.refusals.is_empty() {
            return refused(plan, app);
        }
        Consent::compare(request.expected, plan.totals.renames)?;
    }
    let control = app.control();
    let options = &request.options;
    let renaming = migrate::rename_snapshot(snapshot, renamed, options, workspace, &control).await;
    if let Some(signal) = app.signals.received() {
        return Err(CliError::Stopped(signal));
    }
    match renaming {
        Ok((plan, rename)) => {
            let outcome = rename.outcome;
            app.output.emit(&Renamed { plan, rename: Some(rename) })?;
            Ok(outcome)
        }
        Err(migrate::Error::Refused(plan)) => refused(*plan, app),
        Err(error) => Err(error.into()),
    }
}

/// Reports a plan that cannot be carried out, which is an error.
fn refused(plan: PlanReport, app: &App) -> Result<Outcome, CliError> {
    let renamed = Renamed { plan, rename: None };
    app.output.emit(&renamed)?;
    Err(migrate::Error::Refused(Box::new(renamed.plan)).into())
}
