//! The whole migration: plan, show, ask, apply, verify.

use std::time::SystemTime;

use cachectl_core::{
    migrate::{
        self, Keep, Operator, Options, RunSettings,
        report::{ApplyReport, Neighbour, PlanReport, VerifyReport},
    },
    server::deployment::Deployment,
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{
    Args,
    flags::BesideArgs,
    options::{self, Asked},
    perform::{self, Work},
    store::{self, Draft},
};
use crate::{
    app::App,
    confirm::Consent,
    error::CliError,
    output::{
        Output,
        count::{Count, Number},
        words::{estimate, place},
    },
    settings::Settings,
};

/// What is asked for, all of which makes sense.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) options: Options,
    settings: RunSettings,
    keep: Keep,
    beside: BesideArgs,
    pub(super) expected: Option<u64>,
    mode: Mode,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Plan, and stop.
    DryRun,
    /// Plan and apply.
    Apply,
}

impl Request {
    /// Settles what can be settled without a server.
    pub(super) fn new(args: &Args, settings: &Settings) -> Result<Self, CliError> {
        let defaults = &settings.migrate;
        let Asked { options, file } = Asked::new(&args.rules, defaults)?;
        let level = options::level(&args.verify, Some(&file), defaults);
        let pacing = options::pacing(&args.pace, Some(&file), defaults);
        let settings = RunSettings { pacing, level };
        // A file keeps its own values.
        let keep = match args.snapshot.rdb {
            Some(_) => Keep::Nothing,
            None => options::keep(&args.backup, Some(&file), level)?,
        };
        let mode = if args.dry_run || file.dry_run { Mode::DryRun } else { Mode::Apply };
        let expected = args.guard.expect.or(file.expect);
        let beside = args.beside.clone();
        Ok(Self { options, settings, keep, beside, expected, mode })
    }
}

/// How a whole migration came out.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    pub(super) plan: PlanReport,
    /// `None` if there was nothing to rename, or the plan is refused.
    pub(super) apply: Option<ApplyReport>,
    /// `None` if it did not come to that.
    pub(super) verify: Option<VerifyReport>,
    /// Other migrations that were at work on the same servers since it was planned.
    pub(super) beside: Vec<Neighbour>,
}

pub(super) async fn run(request: Request, app: &App) -> Result<Outcome, CliError> {
    match request.mode {
        Mode::DryRun => preview(request, app).await,
        Mode::Apply => apply(request, app).await,
    }
}

async fn preview(request: Request, app: &App) -> Result<Outcome, CliError> {
    let store = store::open(app)?;
    let draft = Draft::new(&store)?;
    let deployment = app.open().await?;
    deployment.writable()?;
    store::admit(&store, &deployment, &request.beside, app)?;
    let plan = plan(&deployment, &request, &draft, app).await?;
    app.output.emit(&plan)?;
    let renames = plan.totals.renames;
    refuse(plan)?;
    Consent::compare(request.expected, renames)?;
    Ok(Outcome::Clean)
}

async fn apply(request: Request, app: &App) -> Result<Outcome, CliError> {
    let consent = app.consent(request.expected);
    consent.check_early("migrate")?;
    let store = store::open(app)?;
    let draft = Draft::new(&store)?;
    let deployment = app.open().await?;
    deployment.writable()?;
    let consent = app.guard(consent, &deployment, "migrate").await?;
    store::admit(&store, &deployment, &request.beside, app)?;
    let planned_from = Some(SystemTime::now());
    let plan = plan(&deployment, &request, &draft, app).await?;
    if !plan.refusals.is_empty() || plan.totals.renames == 0 {
        let whole = Whole { plan, apply: None, verify: None, beside: Vec::new() };
        app.output.emit(&whole)?;
        let renames = whole.plan.totals.renames;
        refuse(whole.plan)?;
        Consent::compare(request.expected, renames)?;
        return Ok(Outcome::Clean);
    }
    show(&plan, app, consent.will_ask());
    let keys = Count(plan.totals.renames, "key");
    let question = format!("rename {keys} on {}?", place(&deployment));
    consent.obtain(&question, plan.totals.renames).await?;
    let turn = store::turn(&store, &deployment, &request.beside).await?;
    let migration =
        store.begin_keeping(&deployment, draft.path(), &store::operator(), &request.keep).await?;
    drop((draft, turn));
    let work = Work { settings: request.settings, planned_from, operator: Operator::Silent };
    let done = perform::run(&deployment, &store, &migration, &work, app).await?;
    let whole = Whole { plan, apply: Some(done.apply), verify: done.verify, beside: done.beside };
    app.output.emit(&whole)?;
    perform::conclude(whole.apply.as_ref(), whole.verify.as_ref(), done.trouble, app)
}

async fn plan(
    deployment: &Deployment,
    request: &Request,
    draft: &Draft,
    app: &App,
) -> Result<PlanReport, CliError> {
    let plan = migrate::plan(deployment, &request.options, draft.path(), &app.control()).await;
    match app.signals.received() {
        Some(signal) => Err(CliError::Stopped(signal)),
        None => Ok(plan?.at_rate(request.settings.pacing.rate)),
    }
}

/// A plan that cannot be applied is an error, after its report.
pub(super) fn refuse(plan: PlanReport) -> Result<(), CliError> {
    if plan.refusals.is_empty() {
        return Ok(());
    }
    Err(migrate::Error::Refused(Box::new(plan)).into())
}

/// Shows all of a plan to whoever is asked about it, and the sum of it to whoever is not.
fn show(plan: &PlanReport, app: &App, will_ask: bool) {
    if will_ask {
        Output::show(plan);
    } else {
        app.output.note(format_args!(
            "plan {}: {} of {} to rename, {}",
            plan.plan,
            Number(plan.totals.renames),
            Count(plan.totals.scanned, "key"),
            estimate(plan.estimate, plan.rate)
        ));
    }
}
