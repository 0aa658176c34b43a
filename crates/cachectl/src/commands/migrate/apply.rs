//! `migrate apply`: a plan that was made earlier.

use std::{fs::File, path::PathBuf};

use cachectl_core::{
    migrate::{
        self,
        report::{ApplyReport, VerifyReport},
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    flags::{GuardArgs, PaceArgs, VerifyArgs},
    options,
    perform::{self, Work},
    store,
};
use crate::{app::App, error::CliError, output::count::Count};

/// Apply a plan that `migrate plan` wrote
///
/// The plan has to be unaltered, and made for these servers as they are now. It asks before it
/// begins; `--yes` skips the question.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plan
    #[arg(value_name = "FILE")]
    plan: PathBuf,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
}

/// How applying a plan came out.
#[derive(Debug, Serialize)]
pub(super) struct Applied {
    /// The report that was made with the plan.
    pub(super) plan: Value,
    pub(super) apply: ApplyReport,
    pub(super) verify: Option<VerifyReport>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.guard.expect);
    consent.check_early("migrate apply")?;
    let unreadable = |source| {
        let path = args.plan.clone();
        CliError::Unreadable {
            what: "plan",
            path,
            source,
        }
    };
    File::open(&args.plan).map_err(unreadable)?;
    let plan = migrate::inspect(&args.plan)?;
    let renames = plan
        .pointer("/totals/renames")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    refuse(&plan)?;
    let defaults = &app.settings.migrate;
    let work = Work {
        pacing: options::pacing(&args.pace, None, defaults),
        level: options::level(&args.verify, None, defaults),
    };
    let store = store::open(app)?;
    let deployment = app.open().await?;
    deployment.writable()?;
    consent.obtain(
        &format!("rename {} by this plan?", Count(renames, "key")),
        renames,
    )?;
    let migration = store.begin(&args.plan, &store::operator())?;
    let done = perform::run(&deployment, &migration, &work, app).await?;
    let applied = Applied {
        plan,
        apply: done.apply,
        verify: done.verify,
    };
    app.output.emit(&applied)?;
    perform::conclude(
        Some(&applied.apply),
        applied.verify.as_ref(),
        done.trouble,
        app,
    )
}

/// A plan that was refused is refused again, before a server is bothered.
fn refuse(plan: &Value) -> Result<(), CliError> {
    let refusals = plan.pointer("/refusals").and_then(Value::as_array);
    let ids = refusals
        .into_iter()
        .flatten()
        .filter_map(|refusal| refusal.get("id")?.as_str());
    match ids.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        ids => Err(migrate::Error::WasRefused {
            reason: ids.join(", ").replace('_', " "),
        }
        .into()),
    }
}
