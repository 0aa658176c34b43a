//! Renaming keys in place.

mod apply;
mod flags;
mod forget;
mod options;
mod perform;
mod plan;
mod preview;
pub(crate) mod render;
mod resume;
mod rollback;
mod sealed;
mod snapshot;
mod status;
mod store;
mod verify;
mod whole;

use cachectl_core::{migrate, vocabulary::outcome::Outcome};
use clap::Subcommand;

use self::{
    flags::{BackupArgs, BesideArgs, GuardArgs, RuleArgs, VerifyArgs},
    snapshot::SnapshotArgs,
};
use crate::{
    app::App,
    cli::{GlobalArgs, PaceArgs},
    error::CliError,
    signals::Signals,
};

/// Rename keys in place, safely
///
/// Plans first: every key is looked at, every new name is checked, and nothing is written. Then it
/// shows the plan and asks; `--yes` skips the question, `--dry-run` stops after the plan. Then it
/// renames in small batches with a journal on disk, so that it can be stopped at any moment and
/// resumed or rolled back, and at last compares every key with the plan. `--backup` has the values
/// on disk before.
///
/// A rule is `OLD => NEW`, and matches whole names. `{name}` takes one or more bytes over to the
/// new name, `{name:digits}` only digits (also hex, uuid, word, segment, rest), `*` whatever stands
/// there. Of several rules the first that matches decides.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, subcommand_value_name = "STEP", subcommand_help_heading = "Steps")]
pub(crate) struct Args {
    #[command(flatten)]
    rules: RuleArgs,
    /// Show the plan, and write nothing to any server
    #[arg(long, help_heading = "Safety")]
    dry_run: bool,
    #[command(flatten)]
    snapshot: SnapshotArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    backup: BackupArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(subcommand)]
    step: Option<Step>,
}

const EXAMPLES: &str = "\
Examples:
  See what would happen, and change nothing:
    cachectl migrate --rule 'doc_state_{id} => doc:state:{id}' --dry-run
  Do it, after a look at the plan and a question:
    cachectl migrate --rule 'doc_state_{id} => doc:state:{id}'
  The same on the snapshot of last night, without a server:
    cachectl migrate --rule 'doc_state_{id} => doc:state:{id}' --rdb dump.rdb
  Several rules; hash tags are written with a backslash:
    cachectl migrate --rule 'sess_{id:uuid} => web:sess:{id}' --rule 'u:* => \\{user:*\\}'
  Many rules in a file, gently, from a job without a terminal:
    cachectl -C prod migrate --rules rename.yaml --rate 20000 --yes --expect 48210
  With all values on disk before, and compared with them afterwards:
    cachectl migrate --rules rename.yaml --backup=before.rdb --verify=3
  In steps: plan today, apply tonight what was reviewed:
    cachectl migrate plan --rules rename.yaml -o rename.plan
    cachectl migrate apply rename.plan
  After an interruption, or a change of mind:
    cachectl migrate resume
    cachectl migrate rollback --dry-run";

const EXAMPLE: &str = "cachectl migrate plan --rule 'a:* => b:*' -o rename.plan";

/// The steps of a migration, one by one.
#[derive(Debug, Subcommand)]
enum Step {
    Plan(plan::Args),
    Apply(apply::Args),
    Resume(resume::Args),
    Verify(verify::Args),
    Rollback(rollback::Args),
    Status(status::Args),
    List(status::ListArgs),
    Forget(forget::Args),
}

/// Runs the whole migration, or the step that was asked for.
pub(crate) async fn run(
    args: Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Outcome, CliError> {
    let Some(step) = args.step else {
        global.console.refuse_lines()?;
        let app = App::new(global, signals)?;
        let request = whole::Request::new(&args, &app.settings)?;
        let output = args.snapshot.output_rdb.as_deref();
        return match args.snapshot.file().map_err(migrate::Error::from)? {
            Some(rdb) => snapshot::run(request, (&rdb, output), &app).await,
            None => whole::run(request, &app).await,
        };
    };
    if !matches!(step, Step::List(_)) {
        global.console.refuse_lines()?;
    }
    let is_bare = args.rules.is_empty()
        && !args.dry_run
        && args.pace.is_empty()
        && args.verify.is_empty()
        && args.backup.backup.is_none()
        && args.snapshot.is_empty()
        && args.guard.expect.is_none()
        && args.beside.beside.is_empty();
    if !is_bare {
        return Err(CliError::MisplacedFlags { example: EXAMPLE });
    }
    step.run(&App::new(global, signals)?).await
}

impl Step {
    async fn run(self, app: &App) -> Result<Outcome, CliError> {
        match self {
            Self::Plan(args) => plan::run(args, app).await,
            Self::Apply(args) => apply::run(args, app).await,
            Self::Resume(args) => resume::run(args, app).await,
            Self::Verify(args) => verify::run(args, app).await,
            Self::Rollback(args) => rollback::run(args, app).await,
            Self::Status(args) => status::run(&args, app),
            Self::List(args) => status::list(&args, app),
            Self::Forget(args) => forget::run(args, app).await,
        }
    }
}
