//! `migrate status` and `migrate list`: where migrations stand, from the state directory alone.

use cachectl_core::{
    migrate::{
        report::{Neighbour, StatusReport},
        store::{Newest, Survey},
    },
    values::endpoint::Endpoint,
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::{flags::IdArgs, store};
use crate::{
    app::App,
    cli::Format,
    error::CliError,
    output::Output,
    settings::{Settings, layer::Address, provenance::Source},
};

/// Tell where a migration stands
///
/// Asks no server, and works while the migration runs. Without an id it is the newest at the
/// address that is given, in the database that is given.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: IdArgs,
}

/// List the migrations of the state directory, oldest first
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {}

/// Where a migration stands.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    #[serde(flatten)]
    pub(super) report: StatusReport,
    /// Other migrations that are half-way on the same servers; `None` if nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) half_way: Option<Vec<Neighbour>>,
}

/// Where all of them stand.
#[derive(Debug, Serialize)]
pub(super) struct List {
    pub(super) migrations: Vec<StatusReport>,
}

pub(super) fn run(args: &Args, app: &App) -> Result<Outcome, CliError> {
    let store = store::open(app)?;
    let survey = store.survey()?;
    let report = match &args.which.id {
        Some(id) => store.status(Some(id))?,
        None => store.status(Some(newest(&survey, app)?))?,
    };
    let half_way = survey.half_way_beside(&report.migration);
    let here = survey.is_at(&report.migration, addressed(&app.settings).as_ref());
    app.output.emit(&Status { report, half_way: Some(half_way.clone()) })?;
    if here {
        store::mention(&half_way, app);
    } else {
        // Commands for them would need the address of other servers.
        for neighbour in &half_way {
            app.output.warn(neighbour);
        }
    }
    Ok(Outcome::Clean)
}

/// Chooses the newest migration at the address that somebody gave.
fn newest<'a>(survey: &'a Survey, app: &App) -> Result<&'a str, CliError> {
    match survey.newest_at(addressed(&app.settings).as_ref())? {
        Newest::There(id) => Ok(id),
        Newest::Elsewhere(id) => {
            let address = &app.settings.address.value;
            app.output.warn(format_args!(
                "no migration was begun on {address} under this address; this is the newest of all"
            ));
            Ok(id)
        }
    }
}

/// Returns the servers and the database that are meant; `None` if nobody said so. Sentinels are
/// asked for the address of a server, and no server is asked here.
fn addressed(settings: &Settings) -> Option<(Vec<Endpoint>, i64)> {
    let endpoints = match (&settings.address.source, &settings.address.value) {
        (Source::Default, _) => return None,
        (_, Address::Url(url)) => vec![url.endpoint.clone()],
        (_, Address::Cluster(seeds)) => seeds.clone(),
        (_, Address::Sentinels(_)) => Vec::new(),
    };
    Some((endpoints, settings.connection.db.as_ref().map_or(0, |db| db.value)))
}

pub(super) fn list(_: &ListArgs, app: &App) -> Result<Outcome, CliError> {
    let survey = store::open(app)?.survey()?;
    let migrations: Vec<_> = survey.reports().cloned().collect();
    if app.output.format() == Format::Jsonl {
        let status = |report| Status { report, half_way: None };
        let lines: Vec<Status> = migrations.into_iter().map(status).collect();
        Output::emit_lines(&lines)?;
    } else {
        app.output.emit(&List { migrations })?;
    }
    for unreadable in survey.unreadable() {
        app.output.warn(format_args!("migration {} cannot be read", unreadable.id));
    }
    match survey.into_unreadable().into_iter().next() {
        Some(unreadable) => Err(unreadable.error.into()),
        None => Ok(Outcome::Clean),
    }
}
