//! `migrate resume`: carrying on with a migration that stopped half-way.

use cachectl_core::{
    migrate::report::{ApplyReport, VerifyReport},
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    flags::{GuardArgs, IdArgs, VerifyArgs},
    options,
    perform::{self, Work},
    store,
};
use crate::{
    app::App,
    cli::PaceArgs,
    error::CliError,
    output::{count::Count, words::place},
};

/// Carry on with a migration that stopped half-way
///
/// What the journal leaves open is found out from the servers, and nothing is done twice. A
/// migration that is complete is converged and verified once more. It was agreed to when it began,
/// so that only a protected context asks again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    guard: GuardArgs,
}

/// How carrying on came out.
#[derive(Debug, Serialize)]
pub(super) struct Resumed {
    pub(super) apply: ApplyReport,
    pub(super) verify: Option<VerifyReport>,
}

pub(super) async fn run(args: Args, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(args.guard.expect).already_given();
    consent.check_early("migrate resume")?;
    let store = store::open(app)?;
    let left = store.status(args.which.id.as_deref())?.accounts.left;
    let defaults = &app.settings.migrate;
    let work = Work {
        pacing: options::pacing(&args.pace, None, defaults),
        level: options::level(&args.verify, None, defaults),
    };
    let migration = store.open(args.which.id.as_deref())?;
    let deployment = app.open().await?;
    deployment.writable()?;
    let question =
        format!("rename the {} that are left on {}?", Count(left, "key"), place(&deployment));
    consent.obtain(&question, left).await?;
    let done = perform::run(&deployment, &migration, &work, app).await?;
    let resumed = Resumed { apply: done.apply, verify: done.verify };
    app.output.emit(&resumed)?;
    perform::conclude(Some(&resumed.apply), resumed.verify.as_ref(), done.trouble, app)
}
