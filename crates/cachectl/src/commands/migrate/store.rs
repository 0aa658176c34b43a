//! What the steps need to know about the state directory and this machine.

use std::{fs, path::PathBuf};

use cachectl_core::{
    migrate::{
        Migration, Store,
        report::Neighbour,
        store::{Step, Survey, Turn},
    },
    server::deployment::Deployment,
};

use super::flags::BesideArgs;
use crate::{app::App, error::CliError, hints};

/// Returns the migrations of the state directory.
pub(super) fn open(app: &App) -> Result<Store, CliError> {
    Ok(Store::new(app.settings.state_directory()?))
}

/// A migration to work on, and the servers to do it on.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) deployment: Deployment,
    pub(super) migration: Migration,
    survey: Survey,
}

/// Opens the migration that a step is meant for: the one that is named, or else the newest that
/// fits the step and the servers.
pub(super) async fn find(
    step: Step,
    id: Option<&str>,
    store: &Store,
    app: &App,
) -> Result<Found, CliError> {
    let survey = store.survey()?;
    if id.is_some() || survey.is_empty() {
        let migration = store.open(id)?;
        return Ok(Found { deployment: app.open().await?, migration, survey });
    }
    let deployment = app.open().await?;
    let id = survey.choose(step, &deployment)?;
    Ok(Found { migration: store.open(Some(&id))?, deployment, survey })
}

impl Found {
    /// Returns the other migrations that are half-way on the same servers.
    pub(super) fn half_way(&self) -> Vec<Neighbour> {
        self.survey.half_way_beside(self.migration.id())
    }
}

/// Warns of migrations that are half-way, and says what can be done about them.
pub(super) fn mention(half_way: &[Neighbour], app: &App) {
    for neighbour in half_way {
        app.output.warn(neighbour);
    }
    app.advise(&hints::half_way(half_way, &app.situation));
}

/// Refuses a new migration beside others that are half-way on the same servers, unless they are
/// named.
pub(super) fn admit(
    store: &Store,
    deployment: &Deployment,
    beside: &BesideArgs,
    app: &App,
) -> Result<(), CliError> {
    let survey = store.survey()?;
    for unreadable in survey.unreadable() {
        let (id, error) = (&unreadable.id, &unreadable.error);
        app.output.warn(format_args!("migration {id} cannot be read: {error}"));
    }
    Ok(survey.admit(deployment, &beside.beside)?)
}

/// Waits for the right to begin a migration, and looks at the others once more: one may have begun
/// while this one was planned.
pub(super) async fn turn(
    store: &Store,
    deployment: &Deployment,
    beside: &BesideArgs,
) -> Result<Turn, CliError> {
    let turn = store.turn().await?;
    store.survey()?.admit(deployment, &beside.beside)?;
    Ok(turn)
}

/// A plan that goes away with this value.
#[derive(Debug)]
pub(super) struct Draft(PathBuf);

impl Draft {
    pub(super) fn new(store: &Store) -> Result<Self, CliError> {
        Ok(Self(store.draft()?))
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may never have been written; and if it cannot be removed, it harms nobody.
        fs::remove_file(&self.0).ok();
    }
}

/// Returns who we are, for the record.
pub(super) fn operator() -> String {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME"));
    let host = variable("HOSTNAME").or_else(|| {
        let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        Some(name.trim().to_owned())
    });
    let unknown = || "unknown".to_owned();
    format!("{}@{}", user.unwrap_or_else(unknown), host.unwrap_or_else(unknown))
}
